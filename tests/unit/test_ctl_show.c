/* What reevectl shows a person, from what the daemon says. */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/show.h"
#include "unit.h"

static const struct show plain = { .out = NULL };
static const struct show bright = { .colour = true, .utf8 = true };

/* Show a piece of JSON, and check the text. */
static void
expect(void (*show)(const struct show *, const json_t *),
    const struct show *how, const char *json, const char *expected)
{
	json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);
	struct show to = *how;
	char *text = NULL;
	size_t size;

	ck_assert_msg(value != NULL, "no JSON: %s", json);
	to.out = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(to.out);
	show(&to, value);
	ck_assert_int_eq(fclose(to.out), 0);
	ck_assert_str_eq(text, expected);
	free(text);
	json_decref(value);
}

static const struct {
	int64_t ms;
	const char *text;
} durations[] = {
	{ 0, "0ms" },
	{ 999, "999ms" },
	{ 1000, "1s" },
	{ 59999, "59s" },
	{ 60000, "1m 0s" },
	{ 3599999, "59m 59s" },
	{ 3600000, "1h 0m" },
	{ 86399999, "23h 59m" },
	{ 86400000, "1d 0h" },
	{ 273600000, "3d 4h" },
};

START_TEST(durations_have_two_units)
{
	char text[32];

	ck_assert_str_eq(show_duration(durations[_i].ms, text,
	    sizeof(text)), durations[_i].text);
}
END_TEST

/* A header and the columns behind the path are as wide as ever. */
#define HEADER	"PATH  STATE            PID        UP  RESTARTS  LAST END\n"

START_TEST(status_is_a_table)
{
	expect(show_status, &plain, "[]", HEADER);
	expect(show_status, &plain, "["
	    "{\"path\":\"a\",\"state\":\"up\",\"pid\":7,\"uptime_ms\":61000,"
	    "\"restarts\":2,\"last_end\":{\"how\":\"exited\",\"number\":3}},"
	    "{\"path\":\"b\",\"state\":\"down\",\"restarts\":0,\"last_end\":"
	    "{\"how\":\"signalled\",\"signal\":\"KILL\"},"
	    "\"retry_in_ms\":1500},"
	    "{\"path\":\"c\",\"state\":\"down\",\"restarts\":0,"
	    "\"last_end\":{\"how\":\"none\",\"class\":\"shutdown\"}}]",
	    HEADER
	    "a     up                 7     1m 1s         2  "
	    "exited with code 3\n"
	    "b     down               -         -         0  "
	    "killed by SIGKILL, restart in 1s\n"
	    "c     down               -         -         0  shutdown\n");
}
END_TEST

/* Nothing, and what is no text, and a control character. */
START_TEST(status_shows_what_is_odd)
{
	expect(show_status, &plain,
	    "[{},{\"path\":7,\"state\":\"\\u001b\",\"last_end\":4}]",
	    HEADER
	    "                         -         -        -1  -\n"
	    "      \\x1b               -         -        -1  -\n");
}
END_TEST

/* A long path makes the column wider, up to a bound. */
START_TEST(status_column_is_bounded)
{
	expect(show_status, &plain,
	    "[{\"path\":\"0123456789012345678901234567890123456789ab\","
	    "\"state\":\"up\",\"restarts\":0}]",
	    "PATH                                      "
	    "STATE            PID        UP  RESTARTS  LAST END\n"
	    "0123456789012345678901234567890123456789ab  "
	    "up                 -         -         0  -\n");
}
END_TEST

static const struct {
	const char *state;
	const char *colour;
} colours[] = {
	{ "up", "32" },
	{ "unkillable", "31" },
	{ "ended", "31" },
	{ "restarting", "31" },
	{ "down", "2" },
	{ "starting", "2" },
};

START_TEST(states_have_colours)
{
	char json[128], line[128];

	snprintf(json, sizeof(json), "[{\"path\":\"a/b\",\"state\":\"%s\","
	    "\"type\":\"worker\"}]", colours[_i].state);
	snprintf(line, sizeof(line), "b  worker      \033[%sm%s\033[0m\n",
	    colours[_i].colour, colours[_i].state);
	expect(show_which, &bright, json, line);
}
END_TEST

START_TEST(children_are_listed)
{
	expect(show_which, &plain, "["
	    "{\"path\":\"web/app\",\"type\":\"worker\",\"state\":\"up\","
	    "\"pid\":12},"
	    "{\"path\":\"/\",\"type\":\"supervisor\",\"state\":\"up\"}]",
	    "app  worker      12\n"
	    "/    supervisor  up\n");
}
END_TEST

/* A tree of all that there can be in one. */
#define TREE "[" \
	"{\"path\":\"/\",\"state\":\"up\",\"restarts\":0," \
	"\"strategy\":\"one_for_one\"}," \
	"{\"path\":\"a\",\"state\":\"up\",\"restarts\":1}," \
	"{\"path\":\"a/b\",\"state\":\"up\",\"restarts\":2}," \
	"{\"path\":\"a/b/c\",\"state\":\"up\",\"restarts\":0,\"pid\":5," \
	"\"uptime_ms\":1000}," \
	"{\"path\":\"a/d\",\"state\":\"down\",\"restarts\":0}," \
	"{\"path\":\"e\",\"state\":\"down\",\"restarts\":0}," \
	"{\"path\":\"e/f\",\"state\":\"down\",\"restarts\":0}]"

START_TEST(tree_is_drawn)
{
	expect(show_tree, &plain, TREE,
	    "/  (one_for_one)  up\n"
	    "|- a  up  1 restart\n"
	    "|  |- b  up  2 restarts\n"
	    "|  |  `- c  up  pid 5  for 1s\n"
	    "|  `- d  down\n"
	    "`- e  down\n"
	    "   `- f  down\n");
}
END_TEST

START_TEST(tree_is_drawn_well)
{
	struct show boxes = { .utf8 = true };

	expect(show_tree, &boxes, TREE,
	    "/  (one_for_one)  up\n"
	    "├─ a  up  1 restart\n"
	    "│  ├─ b  up  2 restarts\n"
	    "│  │  └─ c  up  pid 5  for 1s\n"
	    "│  └─ d  down\n"
	    "└─ e  down\n"
	    "   └─ f  down\n");
}
END_TEST

/* Deeper than a tree can be, and children without a path. */
START_TEST(tree_bears_anything)
{
	expect(show_tree, &plain,
	    "[{\"path\":\"////////////////////////////x\",\"state\":\"up\","
	    "\"restarts\":0}]",
	    "|  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  |  "
	    "`- x  up\n");
	expect(show_tree, &plain, "[{\"path\":\"/\",\"restarts\":0},"
	    "{\"state\":\"up\",\"restarts\":0},{\"path\":3,\"restarts\":0}]",
	    "/  \n|-   up\n`-   \n");
}
END_TEST

START_TEST(spec_is_as_in_the_file)
{
	expect(show_spec, &plain, "{\"id\":\"a\\u001b\",\"command\":"
	    "[\"sh\",\"-c\",\"exit 1\"],\"empty\":[],\"none\":null,"
	    "\"max_children\":3,\"significant\":true,\"other\":false,"
	    "\"shutdown_ms\":-2,\"start_timeout_ms\":-1,"
	    "\"restart_delay_ms\":90000,\"odd_ms\":\"x\",\"_ms\":1}",
	    "id = a\\x1b\n"
	    "command = sh -c \"exit 1\"\n"
	    "max_children = 3\n"
	    "significant = yes\n"
	    "other = no\n"
	    "shutdown = brutal_kill\n"
	    "start_timeout = infinity\n"
	    "restart_delay = 90s\n"
	    "odd_ms = x\n"
	    "_ms = 1\n");
}
END_TEST

/* What no daemon says: a list of other things than words. */
START_TEST(spec_bears_anything)
{
	expect(show_spec, &plain,
	    "{\"command\":[\"a\",7,\"b\"],\"object\":{\"x\":1}}",
	    "command = a b\nobject = \n");
}
END_TEST

START_TEST(event_is_a_line)
{
	expect(show_event, &plain, "{\"number\":3,\"time\":\"T\",\"path\":"
	    "\"a\",\"text\":\"is up\"}", "    3  T  a: is up\n");
	expect(show_event, &plain, "{\"number\":4,\"time\":\"T\",\"path\":"
	    "\"a\",\"text\":\"is \\u001bup\",\"cause\":3}",
	    "    4  T  a: is \\x1bup  [after 3]\n");
}
END_TEST

/* All of a line is shown, and the daemon tells up to 16 KiB of a log at once,
 * each byte of which may need four. */
START_TEST(long_lines_are_shown_whole)
{
	static char line[16384 + 1], expected[4 * 16384 + 2];
	struct show to = plain;
	char *text = NULL;
	json_t *told;
	size_t size;

	for (size_t i = 0; i < sizeof(line) - 1; i++) {
		line[i] = '\033';
		memcpy(&expected[4 * i], "\\x1b", 4);
	}
	expected[sizeof(expected) - 2] = '\n';
	to.out = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(to.out);
	told = json_string(line);
	show_text(&to, told);
	json_decref(told);
	ck_assert_int_eq(fclose(to.out), 0);
	ck_assert_uint_eq(size, sizeof(expected) - 1);
	ck_assert_str_eq(text, expected);
	free(text);
}
END_TEST

/* What the environment says, and what colours there are of it. */
static const struct {
	const char *term;
	const char *no_colour;
	bool colour;
} screens[] = {
	{ "xterm", NULL, true },
	{ "xterm", "", true },
	{ "xterm", "1", false },
	{ "dumb", NULL, false },
	{ NULL, NULL, false },
};

/* Set a variable, or take it away. */
static void
set(const char *name, const char *value)
{
	if (value)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

/* Find out how to show with a descriptor as stdout. */
static bool
has_colour(int fd)
{
	int saved = dup(STDOUT_FILENO);
	struct show show;

	fflush(stdout);
	ck_assert_int_ge(dup2(fd, STDOUT_FILENO), 0);
	show_init(&show);
	ck_assert_int_ge(dup2(saved, STDOUT_FILENO), 0);
	close(saved);
	ck_assert_ptr_eq(show.out, stdout);
	return show.colour;
}

START_TEST(colours_are_for_terminals)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave, ends[2];
	char *name = NULL;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
	    !(name = ptsname(master))) {
		unit_skip("there is no terminal to be had");
		return;
	}
	slave = open(name, O_RDWR | O_NOCTTY);
	ck_assert_int_ge(slave, 0);
	ck_assert_int_eq(pipe(ends), 0);
	set("TERM", screens[_i].term);
	set("NO_COLOR", screens[_i].no_colour);
	ck_assert(has_colour(slave) == screens[_i].colour);
	ck_assert(!has_colour(ends[1]));
	close(ends[0]);
	close(ends[1]);
	close(slave);
	close(master);
}
END_TEST

UNIT_SUITE(ctl_show)
{
	Suite *suite = suite_create("ctl_show");
	TCase *tcase = tcase_create("ctlshow");

	tcase_add_loop_test(tcase, durations_have_two_units, 0,
	    LENGTH(durations));
	tcase_add_test(tcase, status_is_a_table);
	tcase_add_test(tcase, status_shows_what_is_odd);
	tcase_add_test(tcase, status_column_is_bounded);
	tcase_add_loop_test(tcase, states_have_colours, 0, LENGTH(colours));
	tcase_add_test(tcase, children_are_listed);
	tcase_add_test(tcase, tree_is_drawn);
	tcase_add_test(tcase, tree_is_drawn_well);
	tcase_add_test(tcase, tree_bears_anything);
	tcase_add_test(tcase, spec_is_as_in_the_file);
	tcase_add_test(tcase, spec_bears_anything);
	tcase_add_test(tcase, event_is_a_line);
	tcase_add_test(tcase, long_lines_are_shown_whole);
	tcase_add_loop_test(tcase, colours_are_for_terminals, 0,
	    LENGTH(screens));
	suite_add_tcase(suite, tcase);
	return suite;
}
