/*
 * A configuration is read twice: in the world, and from the record of it. The
 * second reading finds the same, whatever the world is by then, and asks
 * nothing.
 */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/world.h"
#include "conftext.h"
#include "fixture.h"
#include "unit.h"

static struct fixture fix;
static struct world_record record;

static void
set_up(void)
{
	fixture_open(&fix);
	record = (struct world_record){ .count = 0 };
}

static void
tear_down(void)
{
	world_record_release(&record);
	fixture_close(&fix);
}

static void
keep_entry(void *arg, const void *entry, size_t size)
{
	ck_assert(world_record_add(arg, entry, size));
}

/* Read a file of the fixture's. */
static struct conf *
load(struct world *world)
{
	struct conf_machine machine = {
		.uid = geteuid(),
		.gid = getegid(),
		.runtime_dir = "/run/user/1000",
		.world = world,
	};
	struct conf *conf = conf_load_for(fixture_path(&fix, "a.conf"),
	    &machine);

	ck_assert_ptr_nonnull(conf);
	return conf;
}

/* All that a reading has found, as text. */
static char *
describe(const struct conf *conf)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	if (conf->error_count > 0)
		return conftext_errors(conf);
	out = open_memstream(&text, &size);
	ck_assert_int_eq(conf_print(conf, out), 0);
	for (size_t i = 0; conf->files[i]; i++)
		fprintf(out, "%s\n", conf->files[i]);
	fprintf(out, "%ld %ld\n", (long)conf->daemon.control_group.gid,
	    (long)conf->daemon.status_group.gid);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

/* Read and record, then take the world away, and read from the record. */
static void
expect_same(const char *part)
{
	struct world recorded = { .tell = keep_entry, .arg = &record };
	struct world replayed = { .record = &record };
	struct conf *plain = load(NULL), *first = load(&recorded), *second;
	char *expected = describe(plain), *text = describe(first), *again;

	ck_assert_str_eq(text, expected);
	ck_assert_msg(strstr(text, part), "no '%s' in %s", part, text);
	ck_assert_uint_eq(record.count % 2, 0);
	ck_assert_ptr_null(world_record_question(&record));

	fixture_write(&fix, "a.conf", 0600, "nonsense\n");
	fixture_write(&fix, "d1.conf", 0600, "nonsense\n");
	fixture_write(&fix, "d9.conf", 0600, "nonsense\n");
	second = load(&replayed);
	ck_assert(world_was_as_recorded(&replayed));
	again = describe(second);
	ck_assert_str_eq(again, expected);
	/* of the file that was read, though another has taken its place */
	ck_assert_int_eq(second->age_ms, first->age_ms);
	free(expected);
	free(text);
	free(again);
	conf_free(plain);
	conf_free(first);
	conf_free(second);
}

START_TEST(files_are_read_again)
{
	fixture_write(&fix, "d1.conf", 0600, "[worker:one]\ncommand = /one\n");
	fixture_write(&fix, "d2.conf", 0600, "[worker:two]\ncommand = /two\n");
	fixture_write(&fix, "a.conf", 0600, "[reeve]\nrun_dir = /r\n"
	    "include = d*.conf\ninclude = none*.conf\n[supervisor:s]\n");
	expect_same("command = /two");
}
END_TEST

START_TEST(faults_are_read_again)
{
	static const char *const faults[][2] = {
		{ "include = d1.conf\n", "No such file" },
		{ "include = .\n", "not a regular file" },
		{ "include = a.conf\n", "includes itself" },
		{ "include = d2.conf\n", "may write to it" },
		{ "control_group = no_such_group\n", "no such group" },
		{ "[worker:a]\ncommand = /a\nuser = no_such_user\n",
		    "no such user" },
		{ "[worker:a]\ncommand = /a\ngroup = no_such_group\n",
		    "no such group" },
		{ "[worker:a]\ncommand = /a\nuser = root\ngroups = x\n",
		    "no such group" },
	};
	char text[300];

	fixture_write(&fix, "d2.conf", 0600, "[worker:two]\ncommand = /two\n");
	ck_assert_int_eq(chmod(fixture_path(&fix, "d2.conf"), 0666), 0);
	snprintf(text, sizeof(text), "[reeve]\nrun_dir = /r\n%s",
	    faults[_i][0]);
	fixture_write(&fix, "a.conf", 0600, text);
	expect_same(faults[_i][1]);
}
END_TEST

START_TEST(users_are_looked_up_again)
{
	static const char *const users[][2] = {
		{ "user = root\n", "user = root" },
		{ "user = uid:0\n", "user = root" },
		{ "user = uid:4000000000\ngroup = root\n",
		    "user = uid:4000000000" },
		{ "user = root\ngroup = root\ngroups = root gid:7\n",
		    "groups = gid:0 gid:7" },
	};
	char text[300];

	if (!fixture_is_root())
		return;
	snprintf(text, sizeof(text), "[reeve]\nrun_dir = /r\n"
	    "control_group = root\nstatus_group = gid:9\n"
	    "[worker:a]\ncommand = /a\n%s", users[_i][0]);
	fixture_write(&fix, "a.conf", 0600, text);
	expect_same(users[_i][1]);
}
END_TEST

/* What is not as recorded is noticed, wherever it is. */
START_TEST(another_record_is_noticed)
{
	struct world recorded = { .tell = keep_entry, .arg = &record };
	struct world_record other = { .count = 0 };
	struct world replayed = { .record = &other };
	size_t size = 0;

	fixture_write(&fix, "d1.conf", 0600, "[worker:one]\ncommand = /one\n"
	    "user = root\n");
	fixture_write(&fix, "a.conf", 0600, "[reeve]\nrun_dir = /r\n"
	    "include = d*.conf\n");
	conf_free(load(&recorded));
	for (size = 0; size < record.entries.size; size++) {
		/* the beginning of it */
		replayed = (struct world){ .record = &other };
		bytes_release(&other.entries);
		bytes_append(&other.entries, bytes_first(&record.entries), size,
		    SIZE_MAX);
		conf_free(load(&replayed));
		ck_assert(!world_was_as_recorded(&replayed));
	}
	/* more than is asked for */
	world_record_release(&other);
	ck_assert(world_record_add(&record, "more", 4));
	replayed = (struct world){ .record = &record };
	conf_free(load(&replayed));
	ck_assert(!world_was_as_recorded(&replayed));
}
END_TEST

/* The last question is what is waited for. */
START_TEST(the_question_is_known)
{
	char *question;

	ck_assert_ptr_null(world_record_question(&record));
	ck_assert(world_record_add(&record, "reading 'a'", 11));
	question = world_record_question(&record);
	ck_assert_str_eq(question, "reading 'a'");
	free(question);
	ck_assert(world_record_add(&record, "", 0));
	ck_assert_ptr_null(world_record_question(&record));
	ck_assert(world_record_add(&record, "reading 'b'", 11));
	question = world_record_question(&record);
	ck_assert_str_eq(question, "reading 'b'");
	free(question);
}
END_TEST

UNIT_SUITE(world)
{
	Suite *suite = suite_create("world");
	TCase *tcase = tcase_create("world");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, files_are_read_again);
	tcase_add_loop_test(tcase, faults_are_read_again, 0, 8);
	tcase_add_loop_test(tcase, users_are_looked_up_again, 0, 4);
	tcase_add_test(tcase, another_record_is_noticed);
	tcase_add_test(tcase, the_question_is_known);
	suite_add_tcase(suite, tcase);
	return suite;
}
