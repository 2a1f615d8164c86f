/*
 * What differs between two configurations: for every key of the table, two
 * values of it are told apart and mean what the table says; what only looks
 * different is equal.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "config/diff.h"
#include "config/keys.h"
#include "conftext.h"
#include "unit.h"

#define WORKER		"[supervisor]\nauto_shutdown = any_significant\n" \
			"[worker:x]\ncommand = /x\nrestart = transient\n"
#define ANY_WORKER	"[worker:x]\ncommand = /x\n"
#define BARE_WORKER	"[worker:x]\n"
#define DYNAMIC		"[dynamic:x]\ncommand = /x\n"
#define SUPERVISOR	"[supervisor:x]\n"

/* For each key two lines; a section that begins with "[reeve]" is compared as
 * that, any other as x. */
static const struct pair {
	const char *key;
	const char *section;
	const char *old;
	const char *new;
} pairs[] = {
	{"run_dir", "[reeve]\nlog_dir = /l\nsocket = /s\npid_file = /p\n",
	    "run_dir = /a", "run_dir = /b"},
	{"socket", "[reeve]\n", "socket = /a", "socket = /b"},
	{"pid_file", "[reeve]\n", "pid_file = /a", "pid_file = /b"},
	{"log_dir", "[reeve]\n", "log_dir = /a", "log_dir = /b"},
	{"log_dir", "[reeve]\n", "", "log_dir = /var/log/reeve"},
	{"log", "[reeve]\n", "log = syslog", "log = /a"},
	{"log", "[reeve]\n", "", "log = stderr"},
	{"log", "[reeve]\n", "log = /b", "log = /a"},
	{"control_group", "[reeve]\n", "", "control_group = gid:7"},
	{"status_group", "[reeve]\n", "status_group = gid:8",
	    "status_group = gid:7"},
	{"environment_inherit", "[reeve]\n", "environment_inherit = A",
	    "environment_inherit = A B"},
	{"shutdown_timeout", "[reeve]\n", "", "shutdown_timeout = 1s"},

	{"strategy", SUPERVISOR, "", "strategy = one_for_all"},
	{"max_restarts", SUPERVISOR, "max_restarts = 4", ""},
	{"max_restarts", DYNAMIC, "max_restarts = 4", "max_restarts = 5"},
	{"max_seconds", SUPERVISOR, "max_seconds = 1ms", "max_seconds = 2ms"},
	{"shutdown_order", SUPERVISOR, "", "shutdown_order = concurrent"},
	{"auto_shutdown", SUPERVISOR, "auto_shutdown = any_significant",
	    "auto_shutdown = all_significant"},
	{"max_children", DYNAMIC, "", "max_children = 7"},
	{"allow_arguments", DYNAMIC, "", "allow_arguments = yes"},
	{"restart", ANY_WORKER, "", "restart = temporary"},
	{"restart", SUPERVISOR, "restart = transient", "restart = temporary"},
	{"restart", DYNAMIC, "restart = transient", ""},
	{"significant", WORKER, "", "significant = yes"},
	{"shutdown", ANY_WORKER, "shutdown = 1s", "shutdown = brutal_kill"},
	{"shutdown", SUPERVISOR, "", "shutdown = 1s"},
	{"shutdown", DYNAMIC, "", "shutdown = infinity"},
	{"restart_delay", ANY_WORKER, "", "restart_delay = 1s"},
	{"restart_delay_max", ANY_WORKER, "", "restart_delay_max = 1s"},

	{"command", BARE_WORKER, "command = /x", "command = /x a"},
	{"command", BARE_WORKER, "command = /x a b", "command = /x 'a b'"},
	{"command", "[dynamic:x]\n", "command = /x", "command = /y"},
	{"directory", ANY_WORKER, "", "directory = /tmp"},
	{"environment", ANY_WORKER, "environment = A=1",
	    "environment = A=1 B=2"},
	{"environment", ANY_WORKER, "environment = A=1 B=2",
	    "environment = \"A=1 B=2\""},
	{"environment_file", ANY_WORKER, "", "environment_file = /a"},
	{"stdin", ANY_WORKER, "stdin = text:a", "stdin = /a"},
	{"stdin", ANY_WORKER, "stdin = text:a", "stdin = text:b"},
	{"stdout", ANY_WORKER, "", "stdout = null"},
	{"stdout", ANY_WORKER, "stdout = file:/a", "stdout = file:/b"},
	{"stderr", ANY_WORKER, "stderr = inherit", "stderr = stdout"},
	{"ready", ANY_WORKER "start_timeout = 1s\n", "ready = fd:3",
	    "ready = fd:4"},
	{"start_timeout", ANY_WORKER, "", "start_timeout = 1s"},
	{"stop_signal", ANY_WORKER "exit_stopped = 0\n", "",
	    "stop_signal = INT"},
	{"exit_normal", ANY_WORKER, "", "exit_normal = 0 1"},
	{"exit_shutdown", ANY_WORKER, "", "exit_shutdown ="},
	{"exit_stopped", ANY_WORKER, "", "exit_stopped = 0"},
	{"user", ANY_WORKER "group = gid:1\ngroups =\n", "user = uid:1",
	    "user = uid:2"},
	{"group", ANY_WORKER "groups =\n", "group = gid:1", "group = gid:2"},
	{"groups", ANY_WORKER "group = gid:1\n", "groups = gid:1",
	    "groups = gid:1 gid:2"},
	{"umask", ANY_WORKER, "", "umask = 077"},
	{"nice", ANY_WORKER, "nice = 0", "nice = 1"},
	{"oom_score_adj", ANY_WORKER, "", "oom_score_adj = 1"},
};

/* Parse a section with a line. */
static struct conf *
parse(const char *section, const char *line)
{
	char text[500];

	snprintf(text, sizeof(text), "%s%s\n", section, line);
	if (strncmp(section, "[reeve]", 7) == 0)
		strncat(text, "[supervisor]\n",
		    sizeof(text) - strlen(text) - 1);
	return conftext_parse(text);
}

/* Compare two lines in a section; the keys that differ as "a, b". */
static unsigned
compare(const char *section, const char *old, const char *new, char *ret_keys,
    size_t size)
{
	struct conf *confs[] = { parse(section, old), parse(section, new) };
	struct strlist keys = { 0 };
	const char *key;
	unsigned change;

	if (strncmp(section, "[reeve]", 7) == 0)
		change = diff_daemons(&confs[0]->daemon,
		    &confs[1]->daemon, &keys);
	else
		change = diff_nodes(conftext_node(confs[0], "x"),
		    conftext_node(confs[1], "x"), &keys);
	ck_assert(!keys.failed);
	ret_keys[0] = '\0';
	key = strlist_first(&keys);
	for (size_t i = 0; i < keys.count; i++, key = strlist_after(key))
		snprintf(ret_keys + strlen(ret_keys), size - strlen(ret_keys),
		    "%s%s", i ? ", " : "", key);
	strlist_release(&keys);
	conf_free(confs[0]);
	conf_free(confs[1]);
	return change;
}

/* Two values of a key are told apart, both ways, and equal to themselves. */
START_TEST(tells_apart)
{
	const struct pair *pair = &pairs[_i];
	unsigned change = key_find(pair->key)->change;
	char keys[200];

	ck_assert_uint_ne(change, 0);
	ck_assert_uint_eq(compare(pair->section, pair->old, pair->new, keys,
	    sizeof(keys)), change);
	ck_assert_str_eq(keys, pair->key);
	ck_assert_uint_eq(compare(pair->section, pair->new, pair->old, keys,
	    sizeof(keys)), change);
	ck_assert_str_eq(keys, pair->key);
	ck_assert_uint_eq(compare(pair->section, pair->old, pair->old, keys,
	    sizeof(keys)), 0);
	ck_assert_uint_eq(compare(pair->section, pair->new, pair->new, keys,
	    sizeof(keys)), 0);
	ck_assert_str_eq(keys, "");
}

/* Write two values of a plain key as lines; false if the key is not plain. */
static bool
two_lines(const struct key *key, char lines[2][80])
{
	for (int i = 0; i < 2; i++) {
		char value[20];

		if (key->type == &type_word)
			snprintf(value, sizeof(value), "%s", key->words[i]);
		else if (key->type == &type_number)
			snprintf(value, sizeof(value), "%d", (int)key->min + i);
		else if (key->type == &type_duration)
			snprintf(value, sizeof(value), "%ds", 1 + i);
		else if (key->type == &type_path)
			snprintf(value, sizeof(value), "/%d", i);
		else
			return false;
		snprintf(lines[i], 80, "%s = %s", key->name, value);
	}
	return true;
}

/* All keys of plain types, in any section that they may stand in. */
START_TEST(tells_plain_keys_apart)
{
	for (size_t i = 0; i < key_count; i++) {
		const struct key *key = &key_table[i];
		const char *section = key->where & CONF_REEVE ? "[reeve]\n" :
		    key->where & CONF_SUPERVISOR ? SUPERVISOR :
		    key->where & CONF_WORKER ? ANY_WORKER : DYNAMIC;
		char lines[2][80], keys[200];

		/* It needs others; and a pair of its own has them. */
		if (!two_lines(key, lines) ||
		    strcmp(key->name, "significant") == 0)
			continue;
		ck_assert_uint_eq(compare(section, lines[0], lines[1], keys,
		    sizeof(keys)), key->change);
		ck_assert_msg(strncmp(keys, key->name, strlen(key->name)) == 0,
		    "%s, not %s", keys, key->name);
	}
}
END_TEST

/* Limits, of which there are those that the system has. */
START_TEST(tells_limits_apart)
{
	for (size_t i = 0; i < key_count; i++) {
		const char *name = key_table[i].name;
		char lines[2][80], keys[200];

		if (strncmp(name, "limit_", 6) != 0)
			continue;
		snprintf(lines[0], sizeof(lines[0]), "%s = 7:9", name);
		snprintf(lines[1], sizeof(lines[1]), "%s = 8:9", name);
		ck_assert_uint_eq(compare(ANY_WORKER, lines[0], lines[1], keys,
		    sizeof(keys)), DIFF_LIVE);
		ck_assert_str_eq(keys, name);
		ck_assert_uint_eq(compare(ANY_WORKER, lines[0], "", keys,
		    sizeof(keys)), DIFF_LIVE);
		ck_assert_str_eq(keys, name);
	}
}

/* No key is left out, but those that do nothing yet, and include. */
START_TEST(leaves_no_key_out)
{
	for (size_t i = 0; i < key_count; i++) {
		const char *name = key_table[i].name;
		char lines[2][80];
		bool found = strncmp(name, "limit_", 6) == 0 ||
		    strcmp(name, "include") == 0 || !key_table[i].type->show ||
		    two_lines(&key_table[i], lines);

		for (size_t j = 0; j < LENGTH(pairs) && !found; j++)
			found = strcmp(pairs[j].key, name) == 0;
		ck_assert_msg(found, "no pair for '%s'", name);
	}
}

/* What is written otherwise but means the same is no difference. */
START_TEST(knows_what_is_the_same)
{
	static const struct {
		const char *section;
		const char *old;
		const char *new;
	} same[] = {
		{ANY_WORKER, "", "restart = permanent\nshutdown = 5s\n"
		    "umask = 022\nstop_signal = SIGTERM\nstdin = null"},
		{ANY_WORKER, "shutdown = 60s", "shutdown = 1m"},
		{ANY_WORKER, "limit_core = 1M", "limit_core = 1024K:1048576"},
		{BARE_WORKER, "command = /x 'a b'", "command = /x  a\\ b"},
		{BARE_WORKER, "command = /x", "; comment\n\tcommand  =  /x"},
		{ANY_WORKER, "exit_normal = 0-2", "exit_normal = 2 1 0"},
		{ANY_WORKER, "environment = A=1 B=2",
		    "environment = A=1\nenvironment = \"B=2\""},
		{SUPERVISOR, "", "strategy = one_for_one\nmax_restarts = 3\n"
		    "max_seconds = 5000ms\nshutdown = infinity"},
		{DYNAMIC, "", "max_children = infinity\nrestart = permanent"},
		{"[reeve]\n", "", "shutdown_timeout = infinity\n"
		    "environment_inherit = PATH LANG TZ"},
	};
	char keys[200];

	for (size_t i = 0; i < LENGTH(same); i++) {
		ck_assert_uint_eq(compare(same[i].section, same[i].old,
		    same[i].new, keys, sizeof(keys)), 0);
		ck_assert_str_eq(keys, "");
	}
}

/* Several keys, of both kinds. */
START_TEST(adds_up)
{
	char keys[200];

	ck_assert_uint_eq(compare(ANY_WORKER, "umask = 077\nnice = 3",
	    "shutdown = 1s\ndirectory = /tmp", keys, sizeof(keys)),
	    DIFF_LIVE | DIFF_RESTART);
	ck_assert_str_eq(keys, "shutdown, directory, umask, nice");
}

UNIT_SUITE(diff)
{
	Suite *suite = suite_create("diff");
	TCase *tcase = tcase_create("diff");

	tcase_add_loop_test(tcase, tells_apart, 0, (int)LENGTH(pairs));
	tcase_add_test(tcase, tells_plain_keys_apart);
	tcase_add_test(tcase, tells_limits_apart);
	tcase_add_test(tcase, leaves_no_key_out);
	tcase_add_test(tcase, knows_what_is_the_same);
	tcase_add_test(tcase, adds_up);
	suite_add_tcase(suite, tcase);
	return suite;
}
