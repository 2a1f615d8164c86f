/*
 * The table of keys: every key that there is, in the order of reeve.conf(5).
 * Defaults stand here and nowhere else. What is known of a type, such as its
 * bounds, comes with the macro of the type.
 */
#include "config.h"

#include <assert.h>
#include <sys/resource.h>

#include "base/array.h"
#include "config/diff.h"
#include "config/keys.h"
#include "config/parse_int.h"
#include "config/places.h"
#include "config/type.h"

/* Where keys may stand. */
#define STATIC		(CONF_ROOT | CONF_SUPERVISOR)
#define ANY_SUPERVISOR	(STATIC | CONF_DYNAMIC)
#define PROGRAMS	(CONF_WORKER | CONF_DEFAULTS | CONF_DYNAMIC)

/* What a change at a reload means. */
#define LIVE		.change = DIFF_LIVE
#define RESTART		.change = DIFF_RESTART
#define REFUSED		.change = DIFF_REFUSED

/* Where the field is; a type of its own may want the whole structure. */
#define IN(number, type, field) \
	.base = (number), .offset = offsetof(type, field), \
	.size = sizeof(((type *)0)->field)
#define REEVE(field)	IN(KEY_IN_REEVE, struct conf_daemon, field)
#define NODE(field)	IN(KEY_IN_NODE, struct conf_node, field)
#define SPEC(field)	IN(KEY_IN_SPEC, struct spec, field)
#define PROGRAM(field)	IN(KEY_IN_PROGRAM, struct program, field)
#define WHOLE(number)	.base = (number)

/* What there is without the key: a value, a value that is different under a
 * condition, or what a reader is told. */
#define INITIAL(text)	.initial = (text)
#define OTHER(text, condition) .other = (text), .when = (condition)
#define UNSET(text)	.unset = (text)

/* Types. */
#define WORD(names, count) \
	.type = &type_word, .words = (names), .max = (count)
#define NUMBER(least, most) \
	.type = &type_number, .min = (least), .max = (most)
#define DURATION(least)	.type = &type_duration, .min = (least)
#define YES_NO		.type = &type_yes_no
#define PATH		.type = &type_path
#define MODE		.type = &type_mode
#define EXITS(field) \
	.type = &keys_exits, WHOLE(KEY_IN_PROGRAM), \
	.argument = offsetof(struct exit_classes, field)

#define KEY(id, kinds, ...)	{ .name = #id, .where = (kinds), __VA_ARGS__ }
#define LIMIT(id, number, bytes, what) \
	{ .name = "limit_" #id, .where = PROGRAMS, .type = &keys_limit, \
	.base = KEY_IN_PROGRAM, .argument = (number), \
	.flags = KEY_QUIET | (bytes), \
	UNSET("the daemon's"), LIVE, .text = (what) }
/* Known, but its effect is not built yet. */
#define LATER(id) \
	{ .name = #id, .where = PROGRAMS, .type = &keys_later, \
	.base = KEY_IN_PROGRAM, .text = "not supported yet" }

const struct key key_table[] = {
	KEY(include, CONF_REEVE, .type = &keys_include, WHOLE(KEY_IN_REEVE),
	    .flags = KEY_REPEATS, LIVE,
	    .text = "more files, to be read after this one"),
	KEY(run_dir, CONF_REEVE, PATH, REEVE(run_dir),
	    .flags = KEY_FIRST_FILE, REFUSED,
	    UNSET(PLACES_RUN "/" PLACES_NAME " or $XDG_RUNTIME_DIR/"
	    PLACES_NAME),
	    .text = "where the daemon keeps its files"),
	KEY(socket, CONF_REEVE, PATH, REEVE(socket),
	    .flags = KEY_FIRST_FILE, REFUSED,
	    UNSET(PLACES_SOCKET " in run_dir"),
	    .text = "the socket of reevectl"),
	KEY(pid_file, CONF_REEVE, PATH, REEVE(pid_file),
	    .flags = KEY_FIRST_FILE, REFUSED,
	    UNSET(PLACES_PID_FILE " in run_dir"),
	    .text = "the file with the daemon's pid"),
	KEY(log_dir, CONF_REEVE, .type = &keys_log_dir, WHOLE(KEY_IN_REEVE),
	    .flags = KEY_FIRST_FILE, REFUSED,
	    UNSET(PLACES_LOG "/" PLACES_NAME
	    " as root and detached, else none"),
	    .text = "where the output of workers goes"),
	KEY(log, CONF_REEVE, .type = &keys_log, WHOLE(KEY_IN_REEVE),
	    .flags = KEY_FIRST_FILE, REFUSED,
	    UNSET("stderr in the foreground, syslog detached"),
	    .text = "where the daemon's messages go"),
	KEY(control_group, CONF_REEVE, .type = &keys_known_group,
	    REEVE(control_group), .flags = KEY_FIRST_FILE, LIVE,
	    UNSET("none"), .text = "the group that may control the daemon"),
	KEY(status_group, CONF_REEVE, .type = &keys_known_group,
	    REEVE(status_group), .flags = KEY_FIRST_FILE, LIVE,
	    UNSET("none"), .text = "the group that may look at it"),
	KEY(environment_inherit, CONF_REEVE, .type = &keys_names,
	    REEVE(environment_inherit),
	    .flags = KEY_FIRST_FILE | KEY_MAY_BE_EMPTY, LIVE,
	    INITIAL("PATH LANG TZ"),
	    .text = "the daemon's variables that workers get"),
	KEY(shutdown_timeout, CONF_REEVE, DURATION(0),
	    REEVE(shutdown_timeout_ms), .flags = KEY_FIRST_FILE | KEY_INFINITE,
	    LIVE, INITIAL("infinity"),
	    .text = "how long the stop of everything may take"),

	KEY(strategy, STATIC, WORD(spec_strategy_names, SPEC_STRATEGY_COUNT),
	    NODE(flags.strategy), LIVE, INITIAL("one_for_one"),
	    .text = "which siblings are restarted with a child"),
	KEY(max_restarts, ANY_SUPERVISOR, NUMBER(0, CONF_RESTARTS_MAX),
	    NODE(flags.max_restarts), LIVE, INITIAL("3"),
	    .text = "restarts that are allowed in max_seconds"),
	KEY(max_seconds, ANY_SUPERVISOR, DURATION(1),
	    NODE(flags.max_seconds_ms), LIVE, INITIAL("5s"),
	    .text = "the period of max_restarts"),
	KEY(shutdown_order, STATIC,
	    WORD(spec_shutdown_order_names, SPEC_SHUTDOWN_ORDER_COUNT),
	    NODE(flags.shutdown_order), LIVE, INITIAL("sequential"),
	    .text = "how its children are stopped"),
	KEY(auto_shutdown, STATIC,
	    WORD(spec_auto_shutdown_names, SPEC_AUTO_SHUTDOWN_COUNT),
	    NODE(flags.auto_shutdown), LIVE, INITIAL("never"),
	    .text = "whether significant children end it"),
	KEY(max_children, CONF_DYNAMIC, NUMBER(0, CONF_CHILDREN_MAX),
	    NODE(flags.max_children), .flags = KEY_INFINITE, LIVE,
	    INITIAL("infinity"), .text = "how many children there may be"),
	KEY(allow_arguments, CONF_DYNAMIC, YES_NO, NODE(allow_arguments), LIVE,
	    INITIAL("no"), .text = "whether clients may add arguments"),

	KEY(restart, CONF_SUPERVISOR | PROGRAMS,
	    WORD(spec_restart_names, SPEC_RESTART_COUNT), SPEC(restart), LIVE,
	    INITIAL("permanent"), .text = "after which ends it is restarted"),
	KEY(significant, CONF_SUPERVISOR | CONF_WORKER, YES_NO,
	    SPEC(significant), LIVE, INITIAL("no"),
	    .text = "whether its end can end its supervisor"),
	KEY(shutdown, CONF_SUPERVISOR | PROGRAMS, DURATION(0),
	    SPEC(shutdown_ms), .flags = KEY_INFINITE | KEY_BRUTAL_KILL, LIVE,
	    INITIAL("5s"), OTHER("infinity", "for supervisors"),
	    .text = "how long its stop may take"),
	KEY(restart_delay, PROGRAMS, DURATION(0), SPEC(restart_delay_ms), LIVE,
	    INITIAL("0s"), .text = "the pause before a restart; it doubles"),
	KEY(restart_delay_max, PROGRAMS, DURATION(0),
	    SPEC(restart_delay_max_ms), .flags = KEY_DEPENDS, LIVE,
	    INITIAL("1m"), OTHER("restart_delay", "if that is more"),
	    .text = "where the doubling ends"),

	KEY(command, CONF_WORKER | CONF_DYNAMIC, .type = &keys_command,
	    PROGRAM(argv), RESTART, UNSET("must be given"),
	    .text = "what runs"),
	KEY(directory, PROGRAMS, PATH, PROGRAM(directory),
	    .flags = KEY_NOT_STORED, RESTART, INITIAL("/"),
	    .text = "where it runs"),
	KEY(environment, PROGRAMS, .type = &keys_environment, PROGRAM(env),
	    .flags = KEY_REPEATS, RESTART, UNSET("none"),
	    .text = "variables to set"),
	KEY(environment_file, PROGRAMS, .type = &keys_environment_file,
	    PROGRAM(env_files), .flags = KEY_REPEATS, RESTART, UNSET("none"),
	    .text = "files of variables to set"),
	KEY(stdin, PROGRAMS, .type = &keys_stdin, WHOLE(KEY_IN_PROGRAM),
	    RESTART, INITIAL("null"), .text = "what the standard input reads"),
	KEY(stdout, PROGRAMS, .type = &keys_stdout, PROGRAM(out), RESTART,
	    INITIAL("log"), .text = "where the standard output goes"),
	KEY(stderr, PROGRAMS, .type = &keys_stderr, PROGRAM(err), RESTART,
	    INITIAL("log"), .text = "where the standard error goes"),
	KEY(ready, PROGRAMS, .type = &keys_ready, WHOLE(KEY_IN_PROGRAM), LIVE,
	    INITIAL("exec"), .text = "when it counts as started"),
	KEY(start_timeout, PROGRAMS, DURATION(1), SPEC(start_timeout_ms),
	    .flags = KEY_INFINITE | KEY_DEPENDS, LIVE, INITIAL("1m"),
	    OTHER("infinity", "with ready = exec"),
	    .text = "how long its start may take"),
	KEY(stop_signal, PROGRAMS, .type = &keys_signal, PROGRAM(stop_signal),
	    LIVE, INITIAL("TERM"), .text = "the signal that tells it to stop"),
	KEY(exit_normal, PROGRAMS, EXITS(normal),
	    .flags = KEY_MAY_BE_EMPTY | KEY_NOT_STORED, LIVE, INITIAL("0"),
	    .text = "the ends that count as normal"),
	KEY(exit_shutdown, PROGRAMS, EXITS(shutdown),
	    .flags = KEY_MAY_BE_EMPTY | KEY_NOT_STORED, LIVE, INITIAL("TERM"),
	    .text = "the ends that count as shutdown"),
	KEY(exit_stopped, PROGRAMS, EXITS(stopped),
	    .flags = KEY_MAY_BE_EMPTY, LIVE,
	    UNSET("0, stop_signal, 128 + stop_signal"),
	    .text = "the ends that a stop expects"),

	KEY(user, PROGRAMS, .type = &keys_user, PROGRAM(user_name), RESTART,
	    .argument = offsetof(struct given_user, user),
	    UNSET("the daemon's"), .text = "the user that it runs as"),
	KEY(group, PROGRAMS, .type = &keys_group, PROGRAM(gid), RESTART,
	    .argument = offsetof(struct given_user, group),
	    UNSET("the daemon's"), .text = "the group that it runs in"),
	KEY(groups, PROGRAMS, .type = &keys_groups, WHOLE(KEY_IN_PROGRAM),
	    .argument = offsetof(struct given_user, groups),
	    .flags = KEY_MAY_BE_EMPTY, RESTART, UNSET("the daemon's"),
	    .text = "its supplementary groups"),
	KEY(umask, PROGRAMS, MODE, PROGRAM(umask), RESTART, INITIAL("022"),
	    .text = "the mask of the modes of its files"),
	KEY(nice, PROGRAMS, NUMBER(-20, 19), PROGRAM(nice), LIVE,
	    UNSET("0, where that can be set"), .text = "its nice value"),
	KEY(oom_score_adj, PROGRAMS, NUMBER(-1000, 1000),
	    PROGRAM(oom_score_adj), LIVE, UNSET("0, where that can be set"),
	    .text = "how early Linux kills it in a shortage"),
#ifdef RLIMIT_AS
	LIMIT(as, RLIMIT_AS, KEY_BYTES_LIMIT, "the address space"),
#endif
	LIMIT(core, RLIMIT_CORE, KEY_BYTES_LIMIT, "a core file"),
	LIMIT(cpu, RLIMIT_CPU, 0, "processor time, in seconds"),
	LIMIT(data, RLIMIT_DATA, KEY_BYTES_LIMIT, "the data segment"),
	LIMIT(fsize, RLIMIT_FSIZE, KEY_BYTES_LIMIT, "a file that it writes"),
#ifdef RLIMIT_LOCKS
	LIMIT(locks, RLIMIT_LOCKS, 0, "file locks"),
#endif
#ifdef RLIMIT_MEMLOCK
	LIMIT(memlock, RLIMIT_MEMLOCK, KEY_BYTES_LIMIT, "locked memory"),
#endif
#ifdef RLIMIT_MSGQUEUE
	LIMIT(msgqueue, RLIMIT_MSGQUEUE, KEY_BYTES_LIMIT, "message queues"),
#endif
#ifdef RLIMIT_NICE
	LIMIT(nice, RLIMIT_NICE, 0, "20 minus the least nice value"),
#endif
	LIMIT(nofile, RLIMIT_NOFILE, 0, "one more than the largest descriptor"),
#ifdef RLIMIT_NPROC
	LIMIT(nproc, RLIMIT_NPROC, 0, "processes of its user"),
#endif
#ifdef RLIMIT_RSS
	LIMIT(rss, RLIMIT_RSS, KEY_BYTES_LIMIT, "resident memory"),
#endif
#ifdef RLIMIT_RTPRIO
	LIMIT(rtprio, RLIMIT_RTPRIO, 0, "its real-time priority"),
#endif
#ifdef RLIMIT_RTTIME
	LIMIT(rttime, RLIMIT_RTTIME, 0, "real-time processor time"),
#endif
#ifdef RLIMIT_SIGPENDING
	LIMIT(sigpending, RLIMIT_SIGPENDING, 0, "queued signals"),
#endif
	LIMIT(stack, RLIMIT_STACK, KEY_BYTES_LIMIT, "the stack"),

	LATER(listen),
	LATER(log_file),
	LATER(log_max_size),
	LATER(log_keep),
	LATER(log_stamp),
	LATER(log_prefix),
	LATER(log_compress),
	LATER(syslog),
};

const size_t key_count = LENGTH(key_table);

static_assert(LENGTH(key_table) <= KEY_TABLE_MAX,
    "struct section has a line for each key");
