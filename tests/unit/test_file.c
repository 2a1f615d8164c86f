/* Files: which owners they may have, what they include, and users in them. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/file.h"
#include "conftext.h"
#include "unit.h"

static char dir[64];		/* of the running test; also the present one */

/* Make a directory for the test, and go there. */
static void
enter_directory(void)
{
	snprintf(dir, sizeof(dir), "/tmp/reeve-conffile.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
	umask(022);
}

/* Remove what a test has made: files, and one level of directories. */
static void
leave_directory(void)
{
	char **names = file_match("", "*"), **below;

	for (char **name = names; *name != NULL; name++) {
		char from[300];

		snprintf(from, sizeof(from), "%s/", *name);
		below = file_match(from, "*");
		for (char **file = below; *file != NULL; file++)
			unlink(*file);
		free(below);
		if (unlink(*name) == -1)
			rmdir(*name);
	}
	free(names);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}

/* Write a file. */
static void
write_file(const char *name, const char *text)
{
	FILE *out = fopen(name, "we");

	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	ck_assert_int_eq(fclose(out), 0);
}

/* Who owns the files that a test writes, as root or another. */
static struct conf_machine
owner(void)
{
	return (struct conf_machine){geteuid(), getegid(), "/run/user/1000",
	    NULL};
}

/* Load a file and compare its errors. */
static void
expect(const char *name, const char *errors)
{
	struct conf_machine machine = owner();
	struct conf *conf = conf_load_for(name, &machine);
	char *found;

	ck_assert_ptr_nonnull(conf);
	found = conftext_errors(conf);
	ck_assert_str_eq(found, errors);
	free(found);
	conf_free(conf);
}

/* Load a file without errors; list its nodes and files, with blanks. */
static void
expect_tree(const char *name, const char *tree, const char *files)
{
	struct conf_machine machine = owner();
	struct conf *conf = conf_load_for(name, &machine);
	char found[300] = "", read[300] = "", *errors;

	ck_assert_ptr_nonnull(conf);
	errors = conftext_errors(conf);
	ck_assert_str_eq(errors, "");
	free(errors);
	for (size_t i = 1; i < conf->node_count; i++)
		snprintf(found + strlen(found), sizeof(found) - strlen(found),
		    " %s", conf->nodes[i].path);
	for (size_t i = 0; conf->files[i] != NULL; i++)
		snprintf(read + strlen(read), sizeof(read) - strlen(read),
		    " %s", conf->files[i]);
	ck_assert_str_eq(found, tree);
	ck_assert_str_eq(read, files);
	conf_free(conf);
}

/* A file by itself; the defaults of the machine at hand. */
START_TEST(loads_a_file)
{
	struct conf *conf;

	write_file("a.conf", "[reeve]\nrun_dir = /r\n[supervisor:s]\n");
	expect_tree("a.conf", " s", " a.conf");
	conf = conf_load("a.conf");
	ck_assert_uint_eq(conf->error_count, 0);
	conf_free(conf);
	ck_assert_int_eq(symlink("a.conf", "link.conf"), 0);
	expect_tree("link.conf", " s", " link.conf");
}
END_TEST

/* What is not there, or is no file, or may be another's work, is refused. */
START_TEST(refuses_unsafe_files)
{
	expect("none.conf",
	    "none.conf: cannot be opened: No such file or directory\n");
	ck_assert_int_eq(mkdir("dir", 0755), 0);
	expect("dir", "dir: not a regular file\n");
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	expect("fifo", "fifo: not a regular file\n");
	expect("/dev/zero", "/dev/zero: not a regular file\n");
	write_file("a.conf", "[supervisor]\n");
	chmod("a.conf", 0664);
	expect("a.conf", "a.conf: mode 0664: neither group nor others may "
	    "write to it\n");
	chmod("a.conf", 0646);
	expect("a.conf", "a.conf: mode 0646: neither group nor others may "
	    "write to it\n");
	chmod("a.conf", 0400);
	expect("a.conf", "");
}
END_TEST

/* A file of another user is refused, unless that user is root. */
START_TEST(refuses_strangers_files)
{
	struct conf_machine machine = owner();
	struct conf *conf;
	char *errors, expected[200];

	write_file("a.conf", "[supervisor]\n");
	if (geteuid() == 0) {
		machine.uid = 1000;
		conf = conf_load_for("a.conf", &machine);
		ck_assert_uint_eq(conf->error_count, 0);
		conf_free(conf);
		ck_assert_int_eq(chown("a.conf", 1, 1), 0);
	}
	machine.uid = geteuid() + 1000;
	snprintf(expected, sizeof(expected), "a.conf: owned by uid %lu: only "
	    "root or the daemon's own user may own it\n",
	    geteuid() == 0 ? 1ul : (unsigned long)geteuid());
	conf = conf_load_for("a.conf", &machine);
	errors = conftext_errors(conf);
	ck_assert_str_eq(errors, expected);
	free(errors);
	conf_free(conf);
}
END_TEST

/* 16 MiB may be read, and not a byte more. */
START_TEST(bounds_the_size)
{
	write_file("a.conf", "[supervisor]\n");
	ck_assert_int_eq(truncate("a.conf", CONF_FILE_MAX + 1), 0);
	expect("a.conf", "a.conf: 16777217 bytes, 16777216 are allowed\n");
	ck_assert_int_eq(truncate("a.conf", CONF_FILE_MAX), 0);
	expect("a.conf", "a.conf:2: a line of 16777203 bytes, 65536 are "
	    "allowed\n");
}
END_TEST

/* Included files are read after the one that includes them, in the order of
 * their names; a pattern that matches nothing is fine. */
START_TEST(includes_files)
{
	ck_assert_int_eq(mkdir("d", 0755), 0);
	write_file("a.conf", "[reeve]\ninclude = d/*.conf\ninclude = none/*\n"
	    "include = last.conf\ninclude = d/none*\n[supervisor:s]\n");
	write_file("d/b.conf", "[worker:s/b]\ncommand = x\n");
	write_file("d/a.conf", "[worker:s/a]\ncommand = x\n");
	write_file("d/c.con", "junk\n");
	write_file("last.conf", "[worker:s/last]\ncommand = x\n");
	expect_tree("a.conf", " s s/a s/b s/last",
	    " a.conf d/a.conf d/b.conf last.conf");
}
END_TEST

/* A file's own includes come before the next of the one above. */
START_TEST(includes_in_order)
{
	ck_assert_int_eq(mkdir("d", 0755), 0);
	write_file("a.conf", "[reeve]\ninclude = d/1.conf\ninclude = d/2.conf"
	    "\n[supervisor:a]\n");
	write_file("d/1.conf", "[supervisor:d1]\n[reeve]\ninclude = x.conf\n");
	write_file("d/x.conf", "[supervisor:dx]\n");
	write_file("d/2.conf", "[supervisor:d2]\n");
	expect_tree("a.conf", " a d1 dx d2",
	    " a.conf d/1.conf d/x.conf d/2.conf");
}
END_TEST

/* Files are looked for beside the one that names them, whatever its directory
 * is called, or where an absolute name says. */
START_TEST(includes_beside)
{
	char text[200], files[300];

	ck_assert_int_eq(mkdir("[d]", 0755), 0);
	snprintf(text, sizeof(text), "[reeve]\ninclude = '\\[d]/1.conf'\n"
	    "include = %s/b.conf\ninclude = [d]/1.conf\n", dir);
	write_file("a.conf", text);
	write_file("b.conf", "[supervisor:b]\n");
	write_file("[d]/1.conf", "[reeve]\ninclude = x.con?\n");
	write_file("[d]/x.conf", "[supervisor:x]\n");
	snprintf(files, sizeof(files), " a.conf [d]/1.conf [d]/x.conf "
	    "%s/b.conf", dir);
	expect_tree("a.conf", " x b", files);
}
END_TEST

/* A name that is no pattern must be there. */
START_TEST(misses_files)
{
	write_file("a.conf", "[reeve]\n\ninclude = none.conf\n");
	expect("a.conf", "none.conf: cannot be opened: No such file or "
	    "directory (included by a.conf:3)\n");
}
END_TEST

/* A directory that cannot be read is not one without matches. */
START_TEST(misses_directories)
{
	struct conf_machine machine = owner();
	struct conf *conf;
	char *errors;

	write_file("a.conf", "[reeve]\ninclude = none/*\ninclude = d/*\n");
	ck_assert_int_eq(mkdir("d", 0300), 0);
	chmod(".", 0755);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	conf = conf_load_for("a.conf", &machine);
	errors = conftext_errors(conf);
	ck_assert_str_eq(errors, "a.conf:3: [reeve] include = d/*: cannot be "
	    "read: Permission denied\n");
	free(errors);
	conf_free(conf);
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	chmod("d", 0700);
}
END_TEST

/* All errors of all files are reported, in the order of reading. */
START_TEST(says_the_errors_of_all_files)
{
	write_file("a.conf", "[reeve]\ninclude = *.inc\n[worker:a]\nx = 1\n");
	write_file("1.inc", "[worker:b]\n[worker:a]\ncommand = x\n");
	write_file("2.inc", "[reeve]\nrun_dir = /x\ninclude = none.conf\n"
	    "[supervisor]\n");
	chmod("2.inc", 0644);
	write_file("3.inc", "junk");
	chmod("3.inc", 0666);
	expect("a.conf",
	    "a.conf:3: [worker:a] has no 'command': it says what to run\n"
	    "a.conf:4: [worker:a] unknown key 'x': reeve.conf(5) lists those "
	    "of [worker:PATH]\n"
	    "1.inc:1: [worker:b] has no 'command': it says what to run\n"
	    "1.inc:2: [worker:a] 'a' is there already: the worker at "
	    "a.conf:3\n"
	    "2.inc:2: [reeve] 'run_dir' stands only in the first file, "
	    "a.conf\n"
	    "2.inc:4: [supervisor] must stand before its children, and 'a' "
	    "stands at a.conf:3\n"
	    "none.conf: cannot be opened: No such file or directory (included "
	    "by 2.inc:3)\n"
	    "3.inc: mode 0666: neither group nor others may write to it "
	    "(included by a.conf:2)\n");
}
END_TEST

/* A file must not include itself, by whatever name and over however many. */
START_TEST(refuses_cycles)
{
	write_file("a.conf", "[reeve]\ninclude = b.conf\n");
	write_file("b.conf", "[reeve]\ninclude = link.conf\n");
	ck_assert_int_eq(symlink("a.conf", "link.conf"), 0);
	expect("a.conf",
	    "link.conf: includes itself (included by b.conf:2)\n");
	write_file("a.conf", "[reeve]\ninclude = *.conf\n");
	unlink("link.conf");
	unlink("b.conf");
	expect("a.conf", "a.conf: includes itself (included by a.conf:2)\n");
}
END_TEST

/* Four files deep, and no deeper. */
START_TEST(bounds_the_depth_of_includes)
{
	char name[8] = "0.conf", text[60] = "";

	for (int i = 0; i < 4; i++) {
		name[0] = (char)('0' + i);
		snprintf(text, sizeof(text), "[reeve]\ninclude = %d.conf\n",
		    i + 1);
		write_file(name, text);
	}
	write_file("4.conf", "[supervisor:end]\n");
	expect_tree("0.conf", " end",
	    " 0.conf 1.conf 2.conf 3.conf 4.conf");
	write_file("4.conf", "[reeve]\ninclude = 5.conf\n");
	expect("0.conf", "4.conf:2: [reeve] include = 5.conf: files include "
	    "files 5 deep, 4 are allowed\n");
}
END_TEST

/* [worker] holds in its file from where it stands, and in what that includes,
 * but not in the file that includes it. */
START_TEST(defaults_stay_in_their_file)
{
	static const struct {
		const char *path;
		mode_t umask;
	} nodes[] = {
		{"early", 022}, {"late", 01}, {"in1", 02}, {"in2", 02},
		{"after", 01},
	};
	struct conf_machine machine = owner();
	struct conf *conf;

	write_file("a.conf", "[reeve]\ninclude = 1.conf\ninclude = 3.conf\n"
	    "[worker:early]\ncommand = x\n[worker]\numask = 1\n"
	    "[worker:late]\ncommand = x\n");
	write_file("1.conf", "[reeve]\ninclude = 2.conf\n[worker]\numask = 2\n"
	    "[worker:in1]\ncommand = x\n");
	write_file("2.conf", "[worker:in2]\ncommand = x\n");
	write_file("3.conf", "[worker:after]\ncommand = x\n");
	conf = conf_load_for("a.conf", &machine);
	ck_assert_uint_eq(conf->error_count, 0);
	for (size_t i = 0; i < LENGTH(nodes); i++)
		ck_assert_uint_eq(conftext_node(conf, nodes[i].path)->
		    program->umask, nodes[i].umask);
	conf_free(conf);
}
END_TEST

/* A file that grows while it is read is tried again, and then refused: one that
 * claims to be empty and is not never comes to rest. */
START_TEST(refuses_what_changes)
{
	struct file_content file;
	char fault[FILE_FAULT_SIZE];

	if (access("/proc/self/status", R_OK) == -1) {
		unit_skip("there is no /proc");
		return;
	}
	ck_assert_int_eq(file_read("/proc/self/status", geteuid(), &file,
	    fault), -1);
	ck_assert_str_eq(fault, "changes while it is read");
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

/* A user has a group and groups; those that are given come first. */
START_TEST(finds_credentials)
{
	struct conf *conf = conftext_parse(
	    "[worker:none]\ncommand = x\n"
	    "[worker:user]\ncommand = x\nuser = root\n"
	    "[worker:both]\ncommand = x\nuser = root\ngroup = gid:7\n"
	    "[worker:group]\ncommand = x\ngroup = gid:7\n"
	    "[worker:groups]\ncommand = x\nuser = uid:0\n"
	    "groups = gid:8, gid:9\n"
	    "[worker:number]\ncommand = x\nuser = uid:4000000000\n"
	    "group = gid:4000000000\n");
	const struct program *program = conftext_node(conf, "none")->program;

	ck_assert(program->uid == (uid_t)-1 && program->gid == (gid_t)-1);
	ck_assert(!program->set_groups && program->user_name == NULL);
	program = conftext_node(conf, "user")->program;
	ck_assert(program->uid == 0 && program->gid == 0);
	ck_assert(program->set_groups && program->group_count >= 1);
	ck_assert_str_eq(program->user_name, "root");
	ck_assert_ptr_nonnull(program->home);
	ck_assert_ptr_nonnull(program->shell);
	program = conftext_node(conf, "both")->program;
	ck_assert(program->uid == 0 && program->gid == 7);
	ck_assert(program->set_groups && program->groups[0] == 7);
	program = conftext_node(conf, "group")->program;
	ck_assert(program->uid == (uid_t)-1 && program->gid == 7);
	ck_assert(program->set_groups && program->group_count == 0);
	program = conftext_node(conf, "groups")->program;
	ck_assert(program->group_count == 2 && program->groups[1] == 9);
	program = conftext_node(conf, "number")->program;
	ck_assert(program->uid == 4000000000u && program->gid == 4000000000u);
	ck_assert_str_eq(program->user_name, "uid:4000000000");
	ck_assert(program->set_groups && program->group_count == 0);
	ck_assert_ptr_null(program->home);
	conf_free(conf);
}
END_TEST

/* [worker] may give the user of workers, and a worker a part of that. */
START_TEST(inherits_credentials)
{
	struct conf *conf = conftext_parse(
	    "[worker]\nuser = uid:4000000000\ngroup = gid:5\n"
	    "[worker:a]\ncommand = x\n"
	    "[worker:b]\ncommand = x\ngroup = gid:6\n"
	    "[worker:c]\ncommand = x\nuser = root\n");
	const struct program *program = conftext_node(conf, "a")->program;

	ck_assert(program->uid == 4000000000u && program->gid == 5);
	program = conftext_node(conf, "b")->program;
	ck_assert(program->uid == 4000000000u && program->gid == 6);
	program = conftext_node(conf, "c")->program;
	ck_assert(program->uid == 0 && program->gid == 5);
	ck_assert_str_eq(program->user_name, "root");
	conf_free(conf);
}
END_TEST

/* What is wrong with a [worker]'s user is reported there, and where a worker
 * builds on it. */
START_TEST(blames_inherited_credentials)
{
	conftext_expect("[worker]\nuser = 0day\n[worker:a]\ncommand = x\n"
	    "[worker:b]\ncommand = x\ngroup = gid:5\n", &conftext_root,
	    "t.conf:2: [worker] user = 0day: there is no such user\n"
	    "t.conf:5: [worker:b] user = 0day: there is no such user\n");
}
END_TEST

/* The same is looked up once, and other things are not mistaken for it. */
START_TEST(remembers_credentials)
{
	char text[6000] = "", path[12];
	struct conf *conf;
	size_t len = 0;

	for (unsigned i = 0; i < 60; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "[worker:w%u]\ncommand = x\nuser = uid:400000000%u\n"
		    "group = gid:%u\n", i, i % 2, i % 20);
	conf = conftext_parse(text);
	for (unsigned i = 0; i < 60; i++) {
		snprintf(path, sizeof(path), "w%u", i);
		ck_assert_uint_eq(conftext_node(conf, path)->program->uid,
		    4000000000u + i % 2);
		ck_assert_uint_eq(conftext_node(conf, path)->program->gid,
		    i % 20);
	}
	conf_free(conf);
}
END_TEST

/* A daemon that is not root may only give its own user. */
START_TEST(binds_users_to_themselves)
{
	static const struct conf_machine me = {4000000000u, 4000000001u,
	    "/run/user/me", NULL};

	conftext_expect("[worker:a]\ncommand = x\nuser = uid:4000000000\n"
	    "group = gid:4000000001\n", &me, "");
	conftext_expect("[worker:a]\ncommand = x\nuser = root\n", &me,
	    "t.conf:3: [worker:a] user = root: only root may start a worker "
	    "as another user, and the daemon is uid 4000000000\n");
	conftext_expect("[worker:a]\ncommand = x\ngroup = gid:0\n", &me,
	    "t.conf:3: [worker:a] group = gid:0: only root may start a worker "
	    "in another group, and the daemon is in gid 4000000001\n");
	conftext_expect("[worker:a]\ncommand = x\ngroups =\n", &me,
	    "t.conf:3: [worker:a] groups = : only root may set groups, and "
	    "the daemon is uid 4000000000\n");
}
END_TEST

UNIT_SUITE(file)
{
	Suite *suite = suite_create("file");
	TCase *tcase = tcase_create("file");

	tcase_add_checked_fixture(tcase, enter_directory, leave_directory);
	tcase_add_test(tcase, loads_a_file);
	tcase_add_test(tcase, refuses_unsafe_files);
	tcase_add_test(tcase, refuses_strangers_files);
	tcase_add_test(tcase, bounds_the_size);
	tcase_add_test(tcase, includes_files);
	tcase_add_test(tcase, includes_in_order);
	tcase_add_test(tcase, includes_beside);
	tcase_add_test(tcase, misses_files);
	tcase_add_test(tcase, misses_directories);
	tcase_add_test(tcase, says_the_errors_of_all_files);
	tcase_add_test(tcase, refuses_cycles);
	tcase_add_test(tcase, bounds_the_depth_of_includes);
	tcase_add_test(tcase, defaults_stay_in_their_file);
	tcase_add_test(tcase, refuses_what_changes);
	tcase_add_test(tcase, finds_credentials);
	tcase_add_test(tcase, inherits_credentials);
	tcase_add_test(tcase, blames_inherited_credentials);
	tcase_add_test(tcase, remembers_credentials);
	tcase_add_test(tcase, binds_users_to_themselves);
	suite_add_tcase(suite, tcase);
	return suite;
}
