/* A reload waits for no disk: what it reads, looks up and looks for may hang,
 * and the loop goes on. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "fixture.h"
#include "hangs.h"
#include "model.h"
#include "unit.h"

#define DEADLINE_MS	60000	/* for anything to happen */
#define LONG_MS		600000	/* for nothing to be late */

static struct fixture fix;
static struct model *model;
static struct ev_loop *loop;
static struct reload reload;
static char file[256];		/* that it reads */

static int begun, ended, taken;

/* What a caller is told. */
struct told {
	int times;
	enum reload_outcome outcome;
	char lines[2000];
};

static struct told told;

static void
on_begun(void *arg)
{
	(void)arg;
	begun++;
}

static void
on_ended(void *arg, bool is_refused)
{
	(void)arg;
	(void)is_refused;
	ended++;
}

static void
on_taken(void *arg)
{
	(void)arg;
	taken++;
}

static void
on_told(void *arg, const struct reload_result *result)
{
	struct told *to = arg;
	const char *line = strlist_first(result->lines);

	to->times++;
	to->outcome = result->outcome;
	to->lines[0] = '\0';
	for (size_t i = 0; i < result->lines->count; i++) {
		snprintf(to->lines + strlen(to->lines), sizeof(to->lines) -
		    strlen(to->lines), "%s\n", line);
		line = strlist_after(line);
	}
}

#define WORKER	"[worker:db]\ncommand = /good\n"

static void
set_up(void)
{
	fixture_open(&fix);
	model = model_new("[reeve]\nrun_dir = /r\n" WORKER);
	ck_assert_ptr_nonnull(model);
	loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
	model->engine.loop = loop;
	model->engine.asides = asides_new(loop, NULL);
	model->engine.context = fix.context;
	begun = ended = taken = 0;
	hangs = NULL;
	told = (struct told){ 0 };
	snprintf(file, sizeof(file), "%s", fixture_path(&fix, "a.conf"));
	reload = (struct reload){
		.engine = &model->engine,
		.conf_file = file,
		.conf = &model->conf->daemon,
		.hooks = { on_begun, on_ended, on_taken, NULL },
		.patience_ms = LONG_MS,
	};
}

static void
tear_down(void)
{
	reload_end(&reload);
	ck_assert_uint_eq(asides_end_all(model->engine.asides), 0);
	asides_free(model->engine.asides);
	model_free(model);
	ev_loop_destroy(loop);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	fixture_close(&fix);
}

/* Write the file that is read: one that was finished long ago. */
static void
write_conf(const char *text)
{
	const struct timespec then[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	fixture_write(&fix, "a.conf", 0600, text);
	ck_assert_int_eq(utimensat(AT_FDCWD, file, then, 0), 0);
}

/* Turn the loop until a condition holds. */
#define await(condition) do { \
	int64_t await_ms = clock_ms() + DEADLINE_MS; \
	while (!(condition)) { \
		ev_run(loop, EVRUN_NOWAIT); \
		reload_go_on(&reload); \
		ck_assert_int_lt(clock_ms(), await_ms); \
	} \
} while (0)

/* Reload, and let what hangs be late; on a busy machine something else may be
 * late before that, and then there is more time. */
static void
reload_late(bool dry_run, const char *expected)
{
	reload.patience_ms = 25;
	do {
		reload.patience_ms *= 2;
		told.times = 0;
		ck_assert_int_eq(reload_start(&reload, dry_run, on_told, &told),
		    0);
		ck_assert_int_eq(told.times, 0);
		await(told.times == 1);
		ck_assert_int_eq(told.outcome, RELOAD_REFUSED);
	} while (!strstr(told.lines, expected) &&
	    reload.patience_ms < DEADLINE_MS);
	ck_assert_msg(strstr(told.lines, expected), "no '%s' in %s", expected,
	    told.lines);
}

/* Tell whether any process is left, dead or alive, that is ours. */
static bool
has_children(void)
{
	return waitpid(-1, NULL, WNOHANG) != -1;
}

START_TEST(nothing_differs)
{
	write_conf("[reeve]\nrun_dir = /r\n" WORKER);
	ck_assert_int_eq(reload_start(&reload, _i, on_told, &told), 0);
	ck_assert_int_eq(told.times, 0);
	await(told.times == 1);
	ck_assert_int_eq(told.outcome, RELOAD_DONE);
	ck_assert_str_eq(told.lines, "");
	ck_assert_int_eq(begun, !_i);
	ck_assert_int_eq(ended, !_i);
	ck_assert_int_eq(taken, !_i);
	ck_assert_ptr_null(reload.run);
	ck_assert_ptr_null(reload.dry_runs);
}
END_TEST

/* What counts is how old the file was when it was read, however late that is
 * looked at: half of it is not taken. */
START_TEST(half_a_file_is_not_taken)
{
	siginfo_t info;

	fixture_write(&fix, "a.conf", 0600, "[reeve]\nrun_dir = /r\n" WORKER);
	ck_assert_int_eq(reload_start(&reload, false, on_told, &told), 0);
	ck_assert_int_eq(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
	write_conf("[reeve]\nrun_dir = /r\n" WORKER "nonsense = 1\n");
	usleep(300000);
	await(told.times == 1);
	ck_assert_int_eq(told.outcome, RELOAD_REFUSED);
	ck_assert_msg(strstr(told.lines, "nonsense"), "%s", told.lines);
	ck_assert_int_eq(begun, 1);
}
END_TEST

/* What hangs, in which file, and how that is told. */
static const struct {
	const char *function;
	const char *text;
	const char *told;	/* within it */
} hanging[] = {
	{ "glob", "[reeve]\nrun_dir = /r\ninclude = d*.conf\n" WORKER,
	    "/a.conf' includes takes longer than " },
	{ "getpwnam_r", "[reeve]\nrun_dir = /r\n" WORKER "user = root\n",
	    "looking up user 'root' takes longer than " },
	{ "stat", "[reeve]\nrun_dir = /r\n[worker:db]\ncommand = /changed\n",
	    "/a.conf:3: [worker:db] looking for its program, directory and "
	    "environment files takes longer than " },
};

START_TEST(what_hangs_is_refused)
{
	bool dry_run = _i % 2;

	hangs = hanging[_i / 2].function;
	write_conf(hanging[_i / 2].text);
	reload_late(dry_run, hanging[_i / 2].told);
	ck_assert_int_eq(taken, 0);
	ck_assert_int_eq(ended, begun);
	ck_assert_int_eq(ended == 0, dry_run);
	await(!has_children());
}
END_TEST

START_TEST(what_does_not_hang_is_found)
{
	write_conf("[reeve]\nrun_dir = /r\n[worker:db]\ncommand = /changed\n");
	ck_assert_int_eq(reload_start(&reload, true, on_told, &told), 0);
	await(told.times == 1);
	ck_assert_int_eq(told.outcome, RELOAD_REFUSED);
	ck_assert_msg(strstr(told.lines, "[worker:db] cannot run: executing "
	    "'/changed': No such file or directory\n"), "%s", told.lines);
	write_conf("[reeve]\nrun_dir = /r\n[worker:db]\ncommand = /bin/sh\n");
	ck_assert_int_eq(reload_start(&reload, true, on_told, &told), 0);
	await(told.times == 2);
	ck_assert_int_eq(told.outcome, RELOAD_DONE);
	ck_assert_str_eq(told.lines, "restart db: command\n");
}
END_TEST

/* A second one waits for the first, and is told of a reading of its own; a dry
 * run does not wait. */
START_TEST(others_come_meanwhile)
{
	struct told second = { 0 }, dry = { 0 };

	write_conf("[reeve]\nrun_dir = /r\ninclude = d*.conf\n" WORKER);
	hangs = "glob";
	ck_assert_int_eq(reload_start(&reload, false, on_told, &told), 0);
	hangs = NULL;
	ck_assert_int_eq(reload_start(&reload, false, on_told, &second), 0);
	ck_assert_int_eq(reload_start(&reload, true, on_told, &dry), 0);
	await(dry.times == 1);
	ck_assert_int_eq(dry.outcome, RELOAD_DONE);
	ck_assert_int_eq(told.times + second.times, 0);
	ck_assert_int_eq(begun, 1);
	/* the first one is given up: here by its end */
	reload_end(&reload);
	ck_assert_int_eq(told.times, 1);
	ck_assert_int_eq(told.outcome, RELOAD_REFUSED);
	ck_assert_int_eq(second.times, 0);
	await(second.times == 1);
	ck_assert_int_eq(second.outcome, RELOAD_DONE);
	ck_assert_int_eq(begun, 2);
}
END_TEST

/* The daemon ends: all are told. */
START_TEST(the_end_comes_meanwhile)
{
	struct told second = { 0 }, dry = { 0 };

	write_conf("[reeve]\nrun_dir = /r\ninclude = d*.conf\n" WORKER);
	hangs = "glob";
	ck_assert_int_eq(reload_start(&reload, false, on_told, &told), 0);
	ck_assert_int_eq(reload_start(&reload, false, on_told, &second), 0);
	ck_assert_int_eq(reload_start(&reload, true, on_told, &dry), 0);
	model->engine.stops = 1;
	reload_end(&reload);
	ck_assert_int_eq(told.times, 1);
	ck_assert_int_eq(second.times, 1);
	ck_assert_int_eq(dry.times, 1);
	ck_assert_str_eq(told.lines, "reeved is ending\n");
	ck_assert_ptr_null(reload.run);
	ck_assert_ptr_null(reload.dry_runs);
}
END_TEST

/* It begins to end while a file is read, or programs are looked for. */
START_TEST(the_end_begins_meanwhile)
{
	write_conf(hanging[_i + 1].text);
	ck_assert_int_eq(reload_start(&reload, true, on_told, &told), 0);
	model->engine.stops = 1;
	await(told.times == 1);
	ck_assert_int_eq(told.outcome, RELOAD_REFUSED);
	ck_assert_str_eq(told.lines, "reeved is ending\n");
}
END_TEST

/* A dry run is for its caller alone. */
START_TEST(a_caller_goes)
{
	struct told other = { 0 };

	write_conf("[reeve]\nrun_dir = /r\ninclude = d*.conf\n" WORKER);
	hangs = "glob";
	ck_assert_int_eq(reload_start(&reload, true, on_told, &other), 0);
	ck_assert_int_eq(reload_start(&reload, true, on_told, &told), 0);
	reload_forget(&reload, &other);
	ck_assert_int_eq(other.times, 0);
	ck_assert_ptr_nonnull(reload.dry_runs);
	reload_forget(&reload, &told);
	ck_assert_ptr_null(reload.dry_runs);
	await(!has_children());
	ck_assert_int_eq(told.times, 0);
}
END_TEST

/* So many at once are refused, at once. */
START_TEST(too_many_are_refused)
{
	struct told many[20] = { { 0 } };
	int refused = 0;

	write_conf("[reeve]\nrun_dir = /r\ninclude = d*.conf\n" WORKER);
	hangs = "glob";
	for (size_t i = 0; i < LENGTH(many); i++) {
		ck_assert_int_eq(reload_start(&reload, true, on_told, &many[i]),
		    0);
		refused += many[i].times;
	}
	ck_assert_int_eq(refused, 12);
	ck_assert_str_eq(many[19].lines, "cannot begin to read: 8 "
	    "processes read the configuration already\n");
	reload_end(&reload);
}
END_TEST

UNIT_SUITE_FORKS(reload)
{
	Suite *suite = suite_create("reload");
	TCase *tcase = tcase_create("reload");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, nothing_differs, 0, 2);
	tcase_add_test(tcase, half_a_file_is_not_taken);
	tcase_add_loop_test(tcase, what_hangs_is_refused, 0,
	    2 * LENGTH(hanging));
	tcase_add_test(tcase, what_does_not_hang_is_found);
	tcase_add_test(tcase, others_come_meanwhile);
	tcase_add_test(tcase, the_end_comes_meanwhile);
	tcase_add_loop_test(tcase, the_end_begins_meanwhile, 0, 2);
	tcase_add_test(tcase, a_caller_goes);
	tcase_add_test(tcase, too_many_are_refused);
	suite_add_tcase(suite, tcase);
	return suite;
}
