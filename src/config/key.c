/*
 * The table of keys: every one that there is, in the order of reeve.conf(5),
 * where it may stand, how it is read and how it is shown.
 */
#include "config.h"

#include "base/array.h"
#include "config/diff.h"
#include "config/key.h"

#include <assert.h>
#include <string.h>
#include <sys/resource.h>

/* Where keys may stand. */
#define STATIC		(CONF_ROOT | CONF_SUPERVISOR)
#define ANY_SUPERVISOR	(STATIC | CONF_DYNAMIC)
#define PROGRAMS	(CONF_WORKER | CONF_DEFAULTS | CONF_DYNAMIC)

/* What a change at a reload means. */
#define LIVE		.change = DIFF_LIVE
#define RERUN		.change = DIFF_RESTART
#define REFUSED		.change = DIFF_REFUSED

#define KEY(id, kinds, ...) \
	{.name = #id, .where = (kinds), .set = set_##id, .show = show_##id, \
	 __VA_ARGS__}
#define DAEMON_KEY(id, ...) \
	KEY(id, CONF_REEVE, .flags = KEY_FIRST_FILE, __VA_ARGS__)
#define LIMIT(id, number, flag) \
	{.name = "limit_" #id, .where = PROGRAMS, .set = set_limit, \
	 .show = show_limit, .argument = (number), .flags = (flag), LIVE}
/* Known, but its effect is not built yet. */
#define LATER(id) \
	{.name = #id, .where = PROGRAMS, .set = set_later}

const struct key key_table[] = {
	KEY(include, CONF_REEVE, .flags = KEY_REPEATS, LIVE),
	DAEMON_KEY(run_dir, REFUSED),
	DAEMON_KEY(socket, REFUSED),
	DAEMON_KEY(pid_file, REFUSED),
	DAEMON_KEY(log_dir,
	    .unset = "/var/log/reeve as root and detached, else none: the "
	    "output of workers goes to the daemon's own",
	    REFUSED),
	DAEMON_KEY(log, .unset = "stderr in the foreground, syslog detached",
	    REFUSED),
	DAEMON_KEY(control_group, .unset = "none", LIVE),
	DAEMON_KEY(status_group, .unset = "none", LIVE),
	KEY(environment_inherit, CONF_REEVE,
	    .flags = KEY_FIRST_FILE | KEY_MAY_BE_EMPTY, LIVE),
	DAEMON_KEY(shutdown_timeout, LIVE),

	KEY(strategy, STATIC, LIVE),
	KEY(max_restarts, ANY_SUPERVISOR, LIVE),
	KEY(max_seconds, ANY_SUPERVISOR, LIVE),
	KEY(shutdown_order, STATIC, LIVE),
	KEY(auto_shutdown, STATIC, LIVE),
	KEY(max_children, CONF_DYNAMIC, LIVE),
	KEY(allow_arguments, CONF_DYNAMIC, LIVE),

	KEY(restart, CONF_SUPERVISOR | PROGRAMS, LIVE),
	KEY(significant, CONF_SUPERVISOR | CONF_WORKER, LIVE),
	KEY(shutdown, CONF_SUPERVISOR | PROGRAMS, LIVE),
	KEY(restart_delay, PROGRAMS, LIVE),
	KEY(restart_delay_max, PROGRAMS, LIVE),

	KEY(command, CONF_WORKER | CONF_DYNAMIC, RERUN),
	KEY(directory, PROGRAMS, RERUN),
	KEY(environment, PROGRAMS, .flags = KEY_REPEATS, .unset = "none",
	    RERUN),
	KEY(environment_file, PROGRAMS, .flags = KEY_REPEATS,
	    .unset = "none", RERUN),
	KEY(stdin, PROGRAMS, RERUN),
	KEY(stdout, PROGRAMS, RERUN),
	KEY(stderr, PROGRAMS, RERUN),
	KEY(ready, PROGRAMS, LIVE),
	KEY(start_timeout, PROGRAMS, LIVE),
	KEY(stop_signal, PROGRAMS, LIVE),
	KEY(exit_normal, PROGRAMS, .flags = KEY_MAY_BE_EMPTY, LIVE),
	KEY(exit_shutdown, PROGRAMS, .flags = KEY_MAY_BE_EMPTY, LIVE),
	KEY(exit_stopped, PROGRAMS, .flags = KEY_MAY_BE_EMPTY, LIVE),

	KEY(user, PROGRAMS, .unset = "the daemon's", RERUN),
	KEY(group, PROGRAMS, .unset = "the daemon's", RERUN),
	KEY(groups, PROGRAMS, .flags = KEY_MAY_BE_EMPTY,
	    .unset = "the daemon's", RERUN),
	KEY(umask, PROGRAMS, RERUN),
	KEY(nice, PROGRAMS, .unset = "0, where that can be set", LIVE),
	KEY(oom_score_adj, PROGRAMS, .unset = "0, where that can be set",
	    LIVE),
#ifdef RLIMIT_AS
	LIMIT(as, RLIMIT_AS, KEY_BYTES_LIMIT),
#endif
	LIMIT(core, RLIMIT_CORE, KEY_BYTES_LIMIT),
	LIMIT(cpu, RLIMIT_CPU, 0),
	LIMIT(data, RLIMIT_DATA, KEY_BYTES_LIMIT),
	LIMIT(fsize, RLIMIT_FSIZE, KEY_BYTES_LIMIT),
#ifdef RLIMIT_LOCKS
	LIMIT(locks, RLIMIT_LOCKS, 0),
#endif
#ifdef RLIMIT_MEMLOCK
	LIMIT(memlock, RLIMIT_MEMLOCK, KEY_BYTES_LIMIT),
#endif
#ifdef RLIMIT_MSGQUEUE
	LIMIT(msgqueue, RLIMIT_MSGQUEUE, KEY_BYTES_LIMIT),
#endif
#ifdef RLIMIT_NICE
	LIMIT(nice, RLIMIT_NICE, 0),
#endif
	LIMIT(nofile, RLIMIT_NOFILE, 0),
#ifdef RLIMIT_NPROC
	LIMIT(nproc, RLIMIT_NPROC, 0),
#endif
#ifdef RLIMIT_RSS
	LIMIT(rss, RLIMIT_RSS, KEY_BYTES_LIMIT),
#endif
#ifdef RLIMIT_RTPRIO
	LIMIT(rtprio, RLIMIT_RTPRIO, 0),
#endif
#ifdef RLIMIT_RTTIME
	LIMIT(rttime, RLIMIT_RTTIME, 0),
#endif
#ifdef RLIMIT_SIGPENDING
	LIMIT(sigpending, RLIMIT_SIGPENDING, 0),
#endif
	LIMIT(stack, RLIMIT_STACK, KEY_BYTES_LIMIT),

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

const struct key *
key_find(const char *name)
{
	for (size_t i = 0; i < key_count; i++)
		if (strcmp(key_table[i].name, name) == 0)
			return &key_table[i];
	return NULL;
}

/* Why a key is not where one may look for it. */
static const struct {
	const char *key;
	unsigned where;		/* enum conf_kind, or-ed */
	const char *why;
} absences[] = {
	{"strategy", CONF_DYNAMIC,
	    "a dynamic supervisor is always one_for_one"},
	{"shutdown_order", CONF_DYNAMIC,
	    "a dynamic supervisor stops its children all at once"},
	{"auto_shutdown", CONF_DYNAMIC,
	    "no child of a dynamic supervisor is significant"},
	{"significant", CONF_DYNAMIC,
	    "a dynamic supervisor is permanent, and none of its children is "
	    "significant"},
	{"significant", CONF_DEFAULTS, "it is said of each worker by itself"},
	{"significant", CONF_ROOT, "the root is nobody's child"},
	{"restart", CONF_ROOT, "the root is nobody's child"},
	{"shutdown", CONF_ROOT,
	    "its bound is shutdown_timeout in [reeve]"},
	{"command", CONF_DEFAULTS,
	    "these are the defaults of workers, and no worker"},
};

const char *
key_why_not(const struct key *key, enum conf_kind kind)
{
	for (size_t i = 0; i < LENGTH(absences); i++)
		if ((absences[i].where & kind) != 0 &&
		    strcmp(absences[i].key, key->name) == 0)
			return absences[i].why;
	return NULL;
}

const char *
key_kind_name(enum conf_kind kind)
{
	switch (kind) {
	case CONF_REEVE:
		return "[reeve]";
	case CONF_ROOT:
		return "[supervisor]";
	case CONF_SUPERVISOR:
		return "[supervisor:PATH]";
	case CONF_DYNAMIC:
		return "[dynamic:PATH]";
	case CONF_DEFAULTS:
		return "[worker]";
	case CONF_WORKER:
		return "[worker:PATH]";
	case CONF_NOWHERE:
		break;
	}
	return "[?]";
}
