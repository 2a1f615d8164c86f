/*
 * Keys: for each, values that it takes and how they are shown, values that it
 * refuses with which message, where it may stand; and that the manual and
 * the sample file know every one.
 */
#include <check.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/parse_int.h"
#include "conftext.h"
#include "unit.h"

#define WORKER		"[worker:x]\ncommand = /x"
#define DYNAMIC		"[dynamic:x]\ncommand = /x"
#define SUPERVISOR	"[supervisor:x]"
#define REEVE		"[reeve]"
#define ROOT		"[supervisor]"
#define DEFAULTS	"[worker]"
#define WHY(key, what)	"[worker:x] " key ": " what
#define UNITLESS	"a number without a unit: write it like 250ms, 5s, " \
			"2m, 1h or 1d"
#define NO_DURATION	"must be a duration like 250ms, 5s, 2m, 1h or 1d"
#define INFINITE	"; infinity is allowed too"
#define SHUTDOWN_TOO	"; infinity and brutal_kill are allowed too"
#define NOT_FINITE	"must be finite, like 250ms, 5s, 2m, 1h or 1d"
#define NO_PATH		"must be an absolute path"
#define NO_LIMIT	"must be a number, SOFT:HARD of them, or infinity"
#define NO_STDOUT	"must be log, inherit, null or file:PATH"
#define NO_STDERR	"must be log, inherit, null, stdout or file:PATH"
#define NO_READY	"must be exec, exit or fd:N with N from 3 to 255"
#define NO_STDIN	"must be null, the absolute path of a file, or " \
			"text:DATA"
#define NO_VARIABLE	" is not NAME=value with a name of letters, digits " \
			"and '_', no digit first"

/* What a line is shown as; NULL: as it is. */
static const struct {
	const char *section;
	const char *line;
	const char *shown;
} good[] = {
	{REEVE, "run_dir = /a", NULL},
	{REEVE, "run_dir = '/a b'", "run_dir = \"/a b\""},
	{REEVE, "socket = /a/b", NULL},
	{REEVE, "pid_file = /a/b", NULL},
	{REEVE, "log_dir = /a", NULL},
	{REEVE, "log = stderr", NULL},
	{REEVE, "log = syslog", NULL},
	{REEVE, "log = /a/log", NULL},
	{REEVE, "control_group = gid:7", NULL},
	{REEVE, "status_group = gid:8", NULL},
	{REEVE, "environment_inherit = A, B", "environment_inherit = A B"},
	{REEVE, "environment_inherit =", NULL},
	{REEVE, "shutdown_timeout = 60s", "shutdown_timeout = 1m"},
	{REEVE, "shutdown_timeout = infinity", NULL},

	{ROOT, "strategy = one_for_one", NULL},
	{SUPERVISOR, "strategy = one_for_all", NULL},
	{SUPERVISOR, "strategy = rest_for_one", NULL},
	{ROOT, "max_restarts = 0", NULL},
	{SUPERVISOR, "max_restarts = 1000000", NULL},
	{DYNAMIC, "max_restarts = 7", NULL},
	{ROOT, "max_seconds = 1ms", NULL},
	{SUPERVISOR, "max_seconds = 1d", NULL},
	{DYNAMIC, "max_seconds = 7s", NULL},
	{ROOT, "shutdown_order = concurrent", NULL},
	{SUPERVISOR, "shutdown_order = sequential", NULL},
	{ROOT, "auto_shutdown = never", NULL},
	{SUPERVISOR, "auto_shutdown = any_significant", NULL},
	{SUPERVISOR, "auto_shutdown = all_significant", NULL},
	{DYNAMIC, "max_children = 0", NULL},
	{DYNAMIC, "max_children = 1000000", NULL},
	{DYNAMIC, "max_children = infinity", NULL},
	{DYNAMIC, "allow_arguments = yes", NULL},
	{DYNAMIC, "allow_arguments = no", NULL},

	{WORKER, "restart = permanent", NULL},
	{SUPERVISOR, "restart = transient", NULL},
	{DYNAMIC, "restart = temporary", NULL},
	{WORKER, "significant = no", NULL},
	{WORKER, "shutdown = 0s", NULL},
	{WORKER, "shutdown = infinity", NULL},
	{WORKER, "shutdown = brutal_kill", NULL},
	{SUPERVISOR, "shutdown = 30s", NULL},
	{DYNAMIC, "shutdown = 500ms", NULL},
	{WORKER, "restart_delay = 100ms", NULL},
	{WORKER, "restart_delay_max = 30s", NULL},

	{"[worker:x]", "command = /a 'b c' ${D}", "command = /a \"b c\" "
	    "\"${D}\""},
	{"[worker:x]", "command = sh -c 'a; b' ; c", "command = sh -c "
	    "\"a; b\""},
	{WORKER, "directory = /", NULL},
	{WORKER, "directory = /a", NULL},
	{WORKER, "environment = A=b", NULL},
	{WORKER, "environment = A=", NULL},
	{WORKER, "environment = A=\"b c\"", "environment = \"A=b c\""},
	{WORKER, "environment = A=$HOME", "environment = \"A=$HOME\""},
	{WORKER, "environment_file = /a", NULL},
	{WORKER, "environment_file = -/a", NULL},
	{WORKER, "stdin = null", NULL},
	{WORKER, "stdin = /a", NULL},
	{WORKER, "stdin = text:", NULL},
	{WORKER, "stdin = text:{\"a\": 1}\\n", NULL},
	{WORKER, "stdin = text: a \\; b", NULL},
	{WORKER, "stdout = log", NULL},
	{WORKER, "stdout = inherit", NULL},
	{WORKER, "stdout = null", NULL},
	{WORKER, "stdout = file:/a", NULL},
	{WORKER, "stdout = file:\"/a b\"", NULL},
	{WORKER, "stderr = stdout", NULL},
	{WORKER, "stderr = file:/a", NULL},
	{WORKER, "ready = exec", NULL},
	{WORKER, "ready = exit", NULL},
	{WORKER, "ready = fd:3", NULL},
	{WORKER, "ready = fd:255", NULL},
	{WORKER, "start_timeout = 5s", NULL},
	{WORKER, "start_timeout = infinity", NULL},
	{WORKER, "stop_signal = INT", NULL},
	{WORKER, "stop_signal = SIGhup", "stop_signal = HUP"},
	{WORKER, "exit_normal = 0 3-5", NULL},
	{WORKER, "exit_normal =", NULL},
	{WORKER, "exit_shutdown = 100, TERM", "exit_shutdown = 100 TERM"},
	{WORKER, "exit_stopped = 0 INT", NULL},
	{WORKER, "exit_stopped =", NULL},

	{WORKER, "user = root", NULL},
	{WORKER, "user = uid:0", "user = root"},
	{WORKER, "group = gid:5", NULL},
	{WORKER, "groups = gid:6 gid:7", NULL},
	{WORKER, "groups =", NULL},
	{WORKER, "umask = 077", NULL},
	{WORKER, "umask = 0", "umask = 000"},
	{WORKER, "nice = -20", NULL},
	{WORKER, "nice = 19", NULL},
	{WORKER, "oom_score_adj = -1000", NULL},
	{WORKER, "oom_score_adj = 1000", NULL},
	{WORKER, "limit_core = 0", NULL},
	{WORKER, "limit_cpu = 60", NULL},
	{WORKER, "limit_data = 1G:infinity", NULL},
	{WORKER, "limit_fsize = 64K", NULL},
	{WORKER, "limit_nofile = 1024:4096", NULL},
	{WORKER, "limit_stack = infinity", NULL},
	{DEFAULTS, "umask = 077", "; end"},
};

/* Check that a section with a line is shown with another one. */
static void
expect_shown(const char *section, const char *line, const char *shown)
{
	char text[300], needle[300];
	struct conf *conf;
	char *print;

	snprintf(text, sizeof(text), "%s\n%s\n", section, line);
	snprintf(needle, sizeof(needle), "\n%s\n", shown);
	conf = conftext_parse(text);
	print = conftext_print(conf);
	if (strcmp(section, DEFAULTS) != 0)
		ck_assert_msg(strstr(print, needle) != NULL, "%s", print);
	free(print);
	conf_free(conf);
}

/* A good value is shown so that it reads the same. */
START_TEST(shows_what_it_takes)
{
	expect_shown(good[_i].section, good[_i].line,
	    good[_i].shown != NULL ? good[_i].shown : good[_i].line);
}
END_TEST

static const struct {
	const char *section;
	const char *line;
	const char *error;
} bad[] = {
	{REEVE, "run_dir = run",
	    "[reeve] run_dir = run: " NO_PATH},
	{REEVE, "run_dir =",
	    "[reeve] 'run_dir' has no value"},
	{REEVE, "run_dir = /a b",
	    "[reeve] run_dir = /a b: must be one word: quote it"},
	{REEVE, "socket = \"/a",
	    "[reeve] socket = \"/a: a \" that is not closed"},
	{REEVE, "pid_file = x", "[reeve] pid_file = x: " NO_PATH},
	{REEVE, "log_dir = ''", "[reeve] log_dir = '': " NO_PATH},
	{REEVE, "log = stdout", "[reeve] log = stdout: must be stderr, syslog "
	    "or the absolute path of a file"},
	{REEVE, "control_group = 0", "[reeve] control_group = 0: a number is "
	    "not a group's name: write gid:N"},
	{REEVE, "status_group = no_such_group", "[reeve] status_group = "
	    "no_such_group: there is no such group: 'no_such_group'"},
	{REEVE, "environment_inherit = PATH *", "[reeve] environment_inherit "
	    "= PATH *: '*' is not the name of a variable: letters, digits and "
	    "'_', no digit first"},
	{REEVE, "shutdown_timeout = 5", "[reeve] shutdown_timeout = 5: "
	    UNITLESS INFINITE},
	{REEVE, "user = root", "[reeve] 'user' is a key of [dynamic:PATH], "
	    "[worker] and [worker:PATH], not of [reeve]"},

	{ROOT, "strategy = one_for_al", "[supervisor] strategy = one_for_al: "
	    "must be one_for_one, one_for_all or rest_for_one; did you mean "
	    "'one_for_all'?"},
	{SUPERVISOR, "strategy = x", "[supervisor:x] strategy = x: must be "
	    "one_for_one, one_for_all or rest_for_one"},
	{DYNAMIC, "strategy = one_for_one", "[dynamic:x] 'strategy' is a key "
	    "of [supervisor] and [supervisor:PATH], not of [dynamic:PATH]: a "
	    "dynamic supervisor is always one_for_one"},
	{WORKER, "strategy = one_for_one", "[worker:x] 'strategy' is a key of "
	    "[supervisor] and [supervisor:PATH], not of [worker:PATH]"},
	{ROOT, "max_restarts = -1", "[supervisor] max_restarts = -1: must be "
	    "a number from 0 to 1000000"},
	{ROOT, "max_restarts = 1000001", "[supervisor] max_restarts = "
	    "1000001: must be a number from 0 to 1000000"},
	{ROOT, "max_seconds = 0s", "[supervisor] max_seconds = 0s: must be "
	    "more than 0"},
	{ROOT, "max_seconds = 5", "[supervisor] max_seconds = 5: " UNITLESS},
	{ROOT, "max_seconds = infinity", "[supervisor] max_seconds = "
	    "infinity: " NOT_FINITE},
	{ROOT, "shutdown_order = parallel", "[supervisor] shutdown_order = "
	    "parallel: must be sequential or concurrent"},
	{DYNAMIC, "shutdown_order = concurrent", "[dynamic:x] "
	    "'shutdown_order' is a key of [supervisor] and [supervisor:PATH], "
	    "not of [dynamic:PATH]: a dynamic supervisor stops its children "
	    "all at once"},
	{ROOT, "auto_shutdown = any", "[supervisor] auto_shutdown = any: must "
	    "be never, any_significant or all_significant"},
	{DYNAMIC, "auto_shutdown = never", "[dynamic:x] 'auto_shutdown' is a "
	    "key of [supervisor] and [supervisor:PATH], not of "
	    "[dynamic:PATH]: no child of a dynamic supervisor is significant"},
	{DYNAMIC, "max_children = many", "[dynamic:x] max_children = many: "
	    "must be a number from 0 to 1000000, or infinity"},
	{SUPERVISOR, "max_children = 5", "[supervisor:x] 'max_children' is a "
	    "key of [dynamic:PATH], not of [supervisor:PATH]"},
	{DYNAMIC, "allow_arguments = true", "[dynamic:x] allow_arguments = "
	    "true: must be no or yes"},

	{WORKER, "restart = permanant", WHY("restart = permanant", "must be "
	    "permanent, transient or temporary; did you mean 'permanent'?")},
	{ROOT, "restart = permanent", "[supervisor] 'restart' is a key of "
	    "[supervisor:PATH], [dynamic:PATH], [worker] and [worker:PATH], "
	    "not of [supervisor]: the root has no supervisor"},
	{ROOT, "shutdown = 5s", "[supervisor] 'shutdown' is a key of "
	    "[supervisor:PATH], [dynamic:PATH], [worker] and [worker:PATH], "
	    "not of [supervisor]: its bound is shutdown_timeout in [reeve]"},
	{WORKER, "significant = maybe",
	    WHY("significant = maybe", "must be no or yes")},
	{DYNAMIC, "significant = yes", "[dynamic:x] 'significant' is a key of "
	    "[supervisor:PATH] and [worker:PATH], not of [dynamic:PATH]: a "
	    "dynamic supervisor is permanent, and none of its children is "
	    "significant"},
	{DEFAULTS, "significant = no", "[worker] 'significant' is a key of "
	    "[supervisor:PATH] and [worker:PATH], not of [worker]: each "
	    "worker says it for itself"},
	{WORKER, "shutdown = 5", WHY("shutdown = 5", UNITLESS SHUTDOWN_TOO)},
	{WORKER, "shutdown = brutal", WHY("shutdown = brutal", NO_DURATION
	    SHUTDOWN_TOO)},
	{WORKER, "shutdown = 10001d", WHY("shutdown = 10001d", "too long, "
	    "10000d are allowed" SHUTDOWN_TOO)},
	{WORKER, "restart_delay = infinity",
	    WHY("restart_delay = infinity", NOT_FINITE)},
	{SUPERVISOR, "restart_delay = 1s", "[supervisor:x] 'restart_delay' is "
	    "a key of [dynamic:PATH], [worker] and [worker:PATH], not of "
	    "[supervisor:PATH]"},
	{WORKER, "restart_delay_max = 1", WHY("restart_delay_max = 1",
	    UNITLESS)},

	{"[worker:x]", "command = 'a", WHY("command = 'a", "a ' that is not "
	    "closed")},
	{"[worker:x]", "command = \"\"", WHY("command = \"\"", "the program's "
	    "name is empty")},
	{"[worker:x]", "command = a $HOME", WHY("command = a $HOME", "a '$' "
	    "alone: '${NAME}' is a variable, '$$' a dollar")},
	{"[worker:x]", "command = a > b", WHY("command = a > b", "a word that "
	    "starts like a shell's operator, but no shell runs: quote it, or "
	    "write /bin/sh -c '...'")},
	{"[worker:x]", "command =", "[worker:x] 'command' has no value"},
	{"[worker:x]", "command = ; a", "[worker:x] 'command' has no value"},
	{DEFAULTS, "command = /x", "[worker] 'command' is a key of "
	    "[dynamic:PATH] and [worker:PATH], not of [worker]: this section "
	    "has the defaults of workers, it is no worker"},
	{SUPERVISOR, "command = /x", "[supervisor:x] 'command' is a key of "
	    "[dynamic:PATH] and [worker:PATH], not of [supervisor:PATH]"},
	{WORKER, "directory = a", WHY("directory = a", NO_PATH)},
	{WORKER, "environment = A", WHY("environment = A", "'A'" NO_VARIABLE)},
	{WORKER, "environment = A=b =c", WHY("environment = A=b =c",
	    "'=c'" NO_VARIABLE)},
	{WORKER, "environment = 1=b", WHY("environment = 1=b",
	    "'1=b'" NO_VARIABLE)},
	{WORKER, "environment = A='b", WHY("environment = A='b", "a ' that is "
	    "not closed")},
	{WORKER, "environment = REEVE_NAME=a", WHY("environment = "
	    "REEVE_NAME=a", "REEVE_NAME is set by reeve itself")},
	{WORKER, "environment_file = a", WHY("environment_file = a", NO_PATH)},
	{WORKER, "environment_file = -a", WHY("environment_file = -a",
	    NO_PATH)},
	{WORKER, "stdin = a", WHY("stdin = a", NO_STDIN)},
	{WORKER, "stdin = 'a", WHY("stdin = 'a", "a ' that is not closed")},
	{WORKER, "stdin = text:\\a", WHY("stdin = text:\\a", "a backslash "
	    "stands only in \\n, \\t, \\; and \\\\")},
	{WORKER, "stdout = stdout", WHY("stdout = stdout", NO_STDOUT)},
	{WORKER, "stdout = /a", WHY("stdout = /a", NO_STDOUT)},
	{WORKER, "stdout = file:a", WHY("stdout = file:a", NO_PATH)},
	{WORKER, "stderr = stderr", WHY("stderr = stderr", NO_STDERR)},
	{WORKER, "ready = notify", WHY("ready = notify", "not supported yet; "
	    "there are exec, exit and fd:N")},
	{WORKER, "ready = fd:2", WHY("ready = fd:2", NO_READY)},
	{WORKER, "ready = fd:256", WHY("ready = fd:256", NO_READY)},
	{WORKER, "ready = yes", WHY("ready = yes", NO_READY)},
	{WORKER, "start_timeout = 0s", WHY("start_timeout = 0s", "must be "
	    "more than 0")},
	{WORKER, "start_timeout = 60", WHY("start_timeout = 60",
	    UNITLESS INFINITE)},
	{WORKER, "stop_signal = 15", WHY("stop_signal = 15", "must be a "
	    "signal like TERM")},
	{WORKER, "stop_signal = KILL", WHY("stop_signal = KILL", "KILL is "
	    "sent by 'shutdown = brutal_kill'")},
	{WORKER, "stop_signal = STOP", WHY("stop_signal = STOP", "STOP does "
	    "not end a process")},
	{WORKER, "exit_normal = 256", WHY("exit_normal = 256", "'256': must "
	    "be an exit code from 0 to 255, or a range of them like 3-5")},
	{WORKER, "exit_shutdown = 0 FOO", WHY("exit_shutdown = 0 FOO",
	    "'FOO': neither an exit code from 0 to 255, nor a range of them "
	    "like 3-5, nor a signal like TERM")},
	{WORKER, "exit_stopped = KILL", WHY("exit_stopped = KILL", "'KILL': a "
	    "death by KILL always counts as 'killed'")},

	{WORKER, "user = 0", WHY("user = 0", "a number is not a user's name: "
	    "write uid:N")},
	{WORKER, "user = 0x0", WHY("user = 0x0", "a number is not a user's "
	    "name: write uid:N")},
	{WORKER, "user = 0day", WHY("user = 0day", "there is no such user")},
	{WORKER, "user = uid:x", WHY("user = uid:x", "there is no such user")},
	{WORKER, "user = uid:4294967295", WHY("user = uid:4294967295",
	    "there is no such user")},
	{WORKER, "user = uid:4294967294", WHY("user = uid:4294967294", "its "
	    "group is not known: set 'group' too")},
	{WORKER, "group = 0", WHY("group = 0", "a number is not a group's "
	    "name: write gid:N")},
	{WORKER, "group = no_such_group", WHY("group = no_such_group", "there "
	    "is no such group: 'no_such_group'")},
	{WORKER, "groups = gid:1, no_such_group", WHY("groups = gid:1, "
	    "no_such_group", "there is no such group: 'no_such_group'")},
	{WORKER, "umask = 888", WHY("umask = 888", "must be an octal number "
	    "from 0 to 0777")},
	{WORKER, "nice = 20", WHY("nice = 20", "must be a number from -20 to "
	    "19")},
	{WORKER, "oom_score_adj = 1001", WHY("oom_score_adj = 1001", "must be "
	    "a number from -1000 to 1000")},
	{WORKER, "limit_nofile = 1K", WHY("limit_nofile = 1K", NO_LIMIT)},
	{WORKER, "limit_nofile = 2:1", WHY("limit_nofile = 2:1", "the soft "
	    "limit is above the hard one")},
	{WORKER, "limit_core = -1", WHY("limit_core = -1", "must be a size "
	    "like 64K, 10M or 1G, SOFT:HARD of them, or infinity")},

	{WORKER, "comand = /x", "[worker:x] unknown key 'comand', did you "
	    "mean 'command'?"},
	{WORKER, "User = x", "[worker:x] unknown key 'User', did you mean "
	    "'user'?"},
	{WORKER, "stratgey = x", "[worker:x] unknown key 'stratgey', did you "
	    "mean 'strategy'?"},
	{WORKER, "limit_nofiles = 1", "[worker:x] unknown key "
	    "'limit_nofiles', did you mean 'limit_nofile'?"},
	{WORKER, "frobnicate = 1", "[worker:x] unknown key 'frobnicate': "
	    "reeve.conf(5) lists those of [worker:PATH]"},
};

/* A bad value is refused with these words. */
START_TEST(says_what_is_wrong)
{
	conftext_expect_line(bad[_i].section, bad[_i].line, bad[_i].error);
}
END_TEST

/* What is known and not built yet is refused, not ignored. */
START_TEST(refuses_what_is_not_built)
{
	static const char *const later[] = {
		"listen", "log_file", "log_max_size", "log_keep", "log_stamp",
		"log_prefix", "log_compress", "syslog",
	};
	char line[60], error[100];

	for (size_t i = 0; i < LENGTH(later); i++) {
		snprintf(line, sizeof(line), "%s = 1", later[i]);
		snprintf(error, sizeof(error),
		    "[worker:x] %s = 1: not supported yet", later[i]);
		conftext_expect_line(WORKER, line, error);
		snprintf(error, sizeof(error),
		    "[dynamic:x] %s = 1: not supported yet", later[i]);
		conftext_expect_line(DYNAMIC, line, error);
	}
}
END_TEST

/* No key may stand twice in a section, but those that add up. */
START_TEST(refuses_repetition)
{
	conftext_expect("[worker:x]\ncommand = /x\numask = 0\numask = 0\n"
	    "environment = A=1\nenvironment = B=2\nenvironment_file = /a\n"
	    "environment_file = /b\ncommand = /y\n", &conftext_root,
	    "t.conf:4: [worker:x] 'umask' stands twice, first in line 3\n"
	    "t.conf:9: [worker:x] 'command' stands twice, first in line 2\n");
	conftext_expect("[reeve]\ninclude = a\ninclude = b\n", &conftext_root,
	    "");
}
END_TEST

/* The other defaults hold under their conditions. */
START_TEST(defaults_depend_on_other_keys)
{
	expect_shown(WORKER, "ready = exit", "start_timeout = 1m");
	expect_shown(WORKER, "restart_delay = 59s", "restart_delay_max = 1m");
	expect_shown(WORKER, "restart_delay = 2m", "restart_delay_max = 2m");
}
END_TEST

/* Read a file of the source tree whole. */
static char *
read_source(const char *name)
{
	const char *dir = getenv("SRCDIR");
	char path[1000], *text = NULL;
	size_t size = 0, len;
	char buffer[4096];
	FILE *in, *out;

	snprintf(path, sizeof(path), "%s/%s", dir != NULL ? dir : ".", name);
	in = fopen(path, "re");
	ck_assert_msg(in != NULL, "cannot open %s", path);
	out = open_memstream(&text, &size);
	while ((len = fread(buffer, 1, sizeof(buffer), in)) > 0)
		fwrite(buffer, 1, len, out);
	fclose(in);
	fclose(out);
	return text;
}

/* Fail if a file has no place where a key stands between the two marks. */
static void
check_mentions(const char *file, const char *before, const char *after)
{
	char *text = read_source(file), needle[100];

	for (size_t i = 0; i < key_count; i++) {
		snprintf(needle, sizeof(needle), "%s%s%s", before,
		    key_table[i].name, after);
		ck_assert_msg(strstr(text, needle) != NULL, "%s lacks '%s'",
		    file, needle);
	}
	free(text);
}

/* The manual has an item for each key. */
START_TEST(manual_knows_all_keys)
{
	check_mentions("man/reeve.conf.5", "\n.It Ic ", "");
}
END_TEST

/* Tell whether a name is one of the table, or a limit of another system. */
static bool
is_key(const char *name, size_t len)
{
	if (strncmp(name, "limit_", 6) == 0)
		return true;
	for (size_t i = 0; i < key_count; i++)
		if (strlen(key_table[i].name) == len &&
		    strncmp(key_table[i].name, name, len) == 0)
			return true;
	return false;
}

/* The manual has no item for a key that there is not. */
START_TEST(manual_knows_no_others)
{
	char *text = read_source("man/reeve.conf.5"), *at = text;
	size_t len;

	while ((at = strstr(at, "\n.It Ic ")) != NULL) {
		at += strlen("\n.It Ic ");
		len = strcspn(at, " \n");
		ck_assert_msg(is_key(at, len), "no key '%.*s'", (int)len, at);
	}
	free(text);
}
END_TEST

/* The sample shows each key, in a comment or not. */
START_TEST(sample_knows_all_keys)
{
	check_mentions("conf/reeve.conf", "", " = ");
}
END_TEST

/* The sample is fine as it is shipped. */
START_TEST(sample_is_fine)
{
	char *text = read_source("conf/reeve.conf");
	struct conf *conf = conftext_parse(text);

	conf_free(conf);
	free(text);
}
END_TEST

/* Tell whether a line of the sample is a setting that is commented out: "#key =
 * value", or "#[section]". */
static bool
is_setting(const char *line)
{
	return line[0] == '#' && (islower((unsigned char)line[1]) ||
	    line[1] == '[');
}

/* The sample is fine with all its settings taken out of their comments, but for
 * those that are not supported yet, and users that this system may not have. */
START_TEST(sample_is_fine_uncommented)
{
	char *text = read_source("conf/reeve.conf"), *errors;
	struct conf *conf;

	for (char *line = text; *line != '\0'; line += strcspn(line, "\n")) {
		line += *line == '\n';
		if (is_setting(line))
			*line = ' ';
	}
	conf = conf_parse("t.conf", text, strlen(text), &conftext_root);
	ck_assert_ptr_nonnull(conf);
	errors = conftext_errors(conf);
	for (char *line = strtok(errors, "\n"); line != NULL;
	    line = strtok(NULL, "\n"))
		ck_assert_msg(strstr(line, "not supported yet") != NULL ||
		    strstr(line, "there is no such") != NULL, "%s", line);
	free(errors);
	conf_free(conf);
	free(text);
}
END_TEST

UNIT_SUITE(keys)
{
	Suite *suite = suite_create("keys");
	TCase *tcase = tcase_create("keys");

	tcase_add_loop_test(tcase, shows_what_it_takes, 0, LENGTH(good));
	tcase_add_loop_test(tcase, says_what_is_wrong, 0, LENGTH(bad));
	tcase_add_test(tcase, refuses_what_is_not_built);
	tcase_add_test(tcase, refuses_repetition);
	tcase_add_test(tcase, defaults_depend_on_other_keys);
	tcase_add_test(tcase, manual_knows_all_keys);
	tcase_add_test(tcase, manual_knows_no_others);
	tcase_add_test(tcase, sample_knows_all_keys);
	tcase_add_test(tcase, sample_is_fine);
	tcase_add_test(tcase, sample_is_fine_uncommented);
	suite_add_tcase(suite, tcase);
	return suite;
}
