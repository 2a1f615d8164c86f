/*
 * The table of keys: every key that there is, in the order of reeve.conf(5).
 * Defaults stand here and nowhere else, but for two: what exits mean by default
 * is known to process/program.c as well, and the core has those of OTP; tests
 * hold both against these rows. What is known of a type, such as its bounds,
 * comes with the macro of the type.
 */
#include "config.h"

#include <assert.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/array.h"
#include "config/diff.h"
#include "config/keys.h"
#include "config/places.h"
#include "config/user.h"

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
#define YES_NO		WORD(type_no_yes, 2)
#define PATH		.type = (&type_path)
#define MODE		.type = &type_number, .flags = KEY_OCTAL
#define EXITS(field) \
	.type = &keys_exits, WHOLE(KEY_IN_PROGRAM), \
	.argument = offsetof(struct exit_classes, field)

#define KEY(id, kinds, what, ...) \
	{ .name = #id, .where = (kinds), .text = (what), __VA_ARGS__ }
#define DAEMON(id, what, more, ...) \
	KEY(id, CONF_REEVE, what, .flags = KEY_FIRST_FILE | (more), __VA_ARGS__)
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
	KEY(include, CONF_REEVE, "more files, to be read after this one",
	    .type = &keys_include, WHOLE(KEY_IN_REEVE), .flags = KEY_REPEATS,
	    LIVE),
	DAEMON(run_dir, "where the daemon keeps its files", 0, PATH,
	    REEVE(run_dir), REFUSED,
	    UNSET(PLACES_RUN "/" PLACES_NAME " or $XDG_RUNTIME_DIR/"
	    PLACES_NAME)),
	DAEMON(socket, "the socket of reevectl", 0, PATH, REEVE(socket),
	    REFUSED, UNSET(PLACES_SOCKET " in run_dir")),
	DAEMON(pid_file, "the file with the daemon's pid", 0, PATH,
	    REEVE(pid_file), REFUSED, UNSET(PLACES_PID_FILE " in run_dir")),
	DAEMON(log_dir, "where the output of workers goes", 0, PATH,
	    REEVE(log_dir), REFUSED,
	    UNSET(PLACES_LOG "/" PLACES_NAME " as root and detached, "
	    "else none")),
	DAEMON(log, "where the daemon's messages go", 0, .type = &keys_log,
	    REEVE(log), REFUSED,
	    UNSET("stderr in the foreground, syslog detached")),
	DAEMON(control_group, "the group that may control the daemon", 0,
	    .type = &keys_known_group, REEVE(control_group), LIVE,
	    UNSET("none")),
	DAEMON(status_group, "the group that may look at it", 0,
	    .type = &keys_known_group, REEVE(status_group), LIVE,
	    UNSET("none")),
	DAEMON(environment_inherit,
	    "the daemon's variables that workers get", KEY_MAY_BE_EMPTY,
	    .type = &keys_names, REEVE(environment_inherit), LIVE,
	    INITIAL("PATH LANG TZ")),
	DAEMON(shutdown_timeout,
	    "how long the stop of everything may take", KEY_INFINITE,
	    DURATION(0), REEVE(shutdown_timeout_ms), LIVE, INITIAL("infinity")),

	KEY(strategy, STATIC, "which siblings are restarted with a child",
	    WORD(spec_strategy_names, SPEC_STRATEGY_COUNT),
	    NODE(flags.strategy), LIVE, INITIAL("one_for_one")),
	KEY(max_restarts, ANY_SUPERVISOR,
	    "restarts that are allowed in max_seconds",
	    NUMBER(0, CONF_RESTARTS_MAX), NODE(flags.max_restarts), LIVE,
	    INITIAL("3")),
	KEY(max_seconds, ANY_SUPERVISOR, "the period of max_restarts",
	    DURATION(1), NODE(flags.max_seconds_ms), LIVE, INITIAL("5s")),
	KEY(shutdown_order, STATIC, "how its children are stopped",
	    WORD(spec_shutdown_order_names, SPEC_SHUTDOWN_ORDER_COUNT),
	    NODE(flags.shutdown_order), LIVE, INITIAL("sequential")),
	KEY(auto_shutdown, STATIC, "whether significant children end it",
	    WORD(spec_auto_shutdown_names, SPEC_AUTO_SHUTDOWN_COUNT),
	    NODE(flags.auto_shutdown), LIVE, INITIAL("never")),
	KEY(max_children, CONF_DYNAMIC, "how many children there may be",
	    NUMBER(0, CONF_CHILDREN_MAX), NODE(flags.max_children),
	    .flags = KEY_INFINITE, LIVE, INITIAL("infinity")),
	KEY(allow_arguments, CONF_DYNAMIC, "whether clients may add arguments",
	    YES_NO, NODE(allow_arguments), LIVE, INITIAL("no")),

	KEY(restart, CONF_SUPERVISOR | PROGRAMS,
	    "after which ends it is restarted",
	    WORD(spec_restart_names, SPEC_RESTART_COUNT), SPEC(restart), LIVE,
	    INITIAL("permanent")),
	KEY(significant, CONF_SUPERVISOR | CONF_WORKER,
	    "whether its end can end its supervisor", YES_NO, SPEC(significant),
	    LIVE, INITIAL("no")),
	KEY(shutdown, CONF_SUPERVISOR | PROGRAMS, "how long its stop may take",
	    DURATION(0), SPEC(shutdown_ms),
	    .flags = KEY_INFINITE | KEY_BRUTAL_KILL, LIVE, INITIAL("5s"),
	    OTHER("infinity", "for supervisors")),
	KEY(restart_delay, PROGRAMS, "the pause before a restart; it doubles",
	    DURATION(0), SPEC(restart_delay_ms), LIVE, INITIAL("0s")),
	KEY(restart_delay_max, PROGRAMS, "where the doubling ends", DURATION(0),
	    SPEC(restart_delay_max_ms), .flags = KEY_DEPENDS, LIVE,
	    INITIAL("1m"), OTHER("restart_delay", "if that is more")),

	KEY(command, CONF_WORKER | CONF_DYNAMIC, "what runs",
	    .type = &keys_command, PROGRAM(argv), RESTART,
	    UNSET("must be given")),
	KEY(directory, PROGRAMS, "where it runs", PATH, PROGRAM(directory),
	    .flags = KEY_NOT_STORED, RESTART, INITIAL(PROGRAM_DIRECTORY)),
	KEY(environment, PROGRAMS, "variables to set",
	    .type = &keys_environment, PROGRAM(env), .flags = KEY_REPEATS,
	    RESTART, UNSET("none")),
	KEY(environment_file, PROGRAMS, "files of variables to set",
	    .type = &keys_environment_file, PROGRAM(env_files),
	    .flags = KEY_REPEATS, RESTART, UNSET("none")),
	KEY(stdin, PROGRAMS, "what the standard input reads",
	    .type = &keys_stdin, WHOLE(KEY_IN_PROGRAM), RESTART,
	    INITIAL("null")),
	KEY(stdout, PROGRAMS, "where the standard output goes",
	    .type = &keys_output, PROGRAM(out), .argument = STDOUT_FILENO,
	    RESTART, INITIAL("log")),
	KEY(stderr, PROGRAMS, "where the standard error goes",
	    .type = &keys_output, PROGRAM(err), .argument = STDERR_FILENO,
	    RESTART, INITIAL("log")),
	KEY(ready, PROGRAMS, "when it counts as started", .type = &keys_ready,
	    WHOLE(KEY_IN_PROGRAM), LIVE, INITIAL("exec")),
	KEY(start_timeout, PROGRAMS, "how long its start may take", DURATION(1),
	    SPEC(start_timeout_ms), .flags = KEY_INFINITE | KEY_DEPENDS, LIVE,
	    INITIAL("1m"), OTHER("infinity", "with ready = exec")),
	KEY(stop_signal, PROGRAMS, "the signal that tells it to stop",
	    .type = &keys_signal, PROGRAM(stop_signal), LIVE, INITIAL("TERM")),
	KEY(exit_normal, PROGRAMS, "the ends that count as normal",
	    EXITS(normal), .flags = KEY_MAY_BE_EMPTY | KEY_NOT_STORED, LIVE,
	    INITIAL("0")),
	KEY(exit_shutdown, PROGRAMS, "the ends that count as shutdown",
	    EXITS(shutdown), .flags = KEY_MAY_BE_EMPTY | KEY_NOT_STORED, LIVE,
	    INITIAL("TERM")),
	KEY(exit_stopped, PROGRAMS, "the ends that a stop expects",
	    EXITS(stopped), .flags = KEY_MAY_BE_EMPTY, LIVE,
	    UNSET("0, stop_signal, 128 + stop_signal")),

	KEY(user, PROGRAMS, "the user that it runs as", .type = &keys_user,
	    PROGRAM(user_name), .argument = USER_USER, RESTART,
	    UNSET("the daemon's")),
	KEY(group, PROGRAMS, "the group that it runs in", .type = &keys_group,
	    PROGRAM(gid), .argument = USER_GROUP, RESTART,
	    UNSET("the daemon's")),
	KEY(groups, PROGRAMS, "its supplementary groups", .type = &keys_groups,
	    WHOLE(KEY_IN_PROGRAM), .argument = USER_GROUPS,
	    .flags = KEY_MAY_BE_EMPTY, RESTART, UNSET("the daemon's")),
	KEY(umask, PROGRAMS, "the mask of the modes of its files", MODE,
	    PROGRAM(umask), RESTART, INITIAL("022")),
	KEY(nice, PROGRAMS, "its nice value", NUMBER(-20, 19), PROGRAM(nice),
	    LIVE, UNSET("0, where that can be set")),
	KEY(oom_score_adj, PROGRAMS, "how early Linux kills it in a shortage",
	    NUMBER(-1000, 1000), PROGRAM(oom_score_adj), LIVE,
	    UNSET("0, where that can be set")),
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
