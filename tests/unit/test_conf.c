/* The configuration as a whole: the tree, its defaults, its errors. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "config/places.h"
#include "conftext.h"
#include "unit.h"

/* The example of the manual, and a bit more. */
static const char shop[] =
    "[reeve]\n"
    "log_dir = /var/log/shop\n"
    "[supervisor]                     ; the root\n"
    "strategy = rest_for_one\n"
    "max_restarts = 7\n"
    "[worker]                         ; defaults for every worker below\n"
    "umask = 027\n"
    "environment = MODE=test\n"
    "[worker:db]\n"
    "command = /usr/bin/redis-server --port 6390\n"
    "umask = 077\n"
    "[supervisor:web]\n"
    "strategy = one_for_all\n"
    "auto_shutdown = any_significant\n"
    "[worker:web/app]\n"
    "command = /usr/bin/gunicorn -b fd://3 app:wsgi\n"
    "environment = MODE=production\n"
    "environment = GREETING=\"hello, world\" A=b\n"
    "restart = transient\n"
    "significant = yes\n"
    "[dynamic:web/jobs]\n"
    "max_children = 100\n"
    "restart = transient\n"
    "shutdown = brutal_kill\n"
    "command = /usr/bin/run-job ${KIND}\n";

/* The tree is as the file says, a parent before its children. */
START_TEST(builds_the_tree)
{
	static const struct {
		const char *path;
		const char *name;
		int parent;
		enum spec_type type;
		int line;
	} nodes[] = {
		{"", "", -1, SPEC_SUPERVISOR, 3},
		{"db", "db", 0, SPEC_WORKER, 9},
		{"web", "web", 0, SPEC_SUPERVISOR, 12},
		{"web/app", "app", 2, SPEC_WORKER, 15},
		{"web/jobs", "jobs", 2, SPEC_DYNAMIC, 21},
	};
	struct conf *conf = conftext_parse(shop);

	ck_assert_uint_eq(conf->node_count, LENGTH(nodes));
	for (size_t i = 0; i < LENGTH(nodes); i++) {
		ck_assert_str_eq(conf->nodes[i].path, nodes[i].path);
		ck_assert_str_eq(conf->nodes[i].name, nodes[i].name);
		ck_assert_int_eq(conf->nodes[i].parent, nodes[i].parent);
		ck_assert_int_eq(conf->nodes[i].spec.type, nodes[i].type);
		ck_assert_int_eq(conf->nodes[i].line, nodes[i].line);
		ck_assert_str_eq(conf->nodes[i].file, "t.conf");
	}
	ck_assert_str_eq(conf->files[0], "t.conf");
	ck_assert_ptr_null(conf->files[1]);
	conf_free(conf);
}
END_TEST

/* The root has its own section; supervisors have flags, and are children. */
START_TEST(fills_supervisors)
{
	struct conf *conf = conftext_parse(shop);
	const struct conf_node *root = conftext_node(conf, "");
	const struct conf_node *web = conftext_node(conf, "web");

	ck_assert_int_eq(root->flags.strategy, SPEC_REST_FOR_ONE);
	ck_assert_int_eq(root->flags.max_restarts, 7);
	ck_assert_int_eq(root->flags.max_seconds_ms, 5000);
	ck_assert_int_eq(web->flags.strategy, SPEC_ONE_FOR_ALL);
	ck_assert_int_eq(web->flags.max_restarts, 3);
	ck_assert_int_eq(web->flags.auto_shutdown, SPEC_ANY_SIGNIFICANT);
	ck_assert_int_eq(web->spec.restart, SPEC_PERMANENT);
	ck_assert_int_eq(web->spec.shutdown_ms, SPEC_INFINITY);
	ck_assert_ptr_null(web->program);
	conf_free(conf);
}
END_TEST

/* Workers take over what [worker] says, and say more or otherwise. */
START_TEST(fills_workers)
{
	struct conf *conf = conftext_parse(shop);
	const struct conf_node *db = conftext_node(conf, "db");
	const struct conf_node *app = conftext_node(conf, "web/app");

	ck_assert_str_eq(db->program->argv[0], "/usr/bin/redis-server");
	ck_assert_str_eq(db->program->argv[2], "6390");
	ck_assert_ptr_null(db->program->argv[3]);
	ck_assert_int_eq(db->program->umask, 077);
	ck_assert_str_eq(db->program->env[0], "MODE=test");
	ck_assert_ptr_null(db->program->env[1]);
	ck_assert(!db->program->expands);
	ck_assert_int_eq(db->spec.shutdown_ms, 5000);
	ck_assert_int_eq(db->spec.start_timeout_ms, SPEC_INFINITY);
	ck_assert_int_eq(db->spec.restart_delay_ms, 0);
	ck_assert_int_eq(app->program->umask, 027);
	ck_assert_str_eq(app->program->env[0], "MODE=test");
	ck_assert_str_eq(app->program->env[1], "MODE=production");
	ck_assert_str_eq(app->program->env[2], "GREETING=hello, world");
	ck_assert_str_eq(app->program->env[3], "A=b");
	ck_assert_ptr_null(app->program->env[4]);
	ck_assert(app->spec.significant);
	ck_assert_int_eq(app->spec.restart, SPEC_TRANSIENT);
	conf_free(conf);
}
END_TEST

/* In a dynamic supervisor restart, shutdown and the worker's keys are the
 * template's; it is itself permanent and stops in its own time. */
START_TEST(fills_templates)
{
	struct conf *conf = conftext_parse(shop);
	const struct conf_node *jobs = conftext_node(conf, "web/jobs");

	ck_assert_int_eq(jobs->spec.restart, SPEC_PERMANENT);
	ck_assert_int_eq(jobs->spec.shutdown_ms, SPEC_INFINITY);
	ck_assert_int_eq(jobs->flags.max_children, 100);
	ck_assert(!jobs->allow_arguments);
	ck_assert_int_eq(jobs->template.type, SPEC_WORKER);
	ck_assert_int_eq(jobs->template.restart, SPEC_TRANSIENT);
	ck_assert_int_eq(jobs->template.shutdown_ms, SPEC_BRUTAL_KILL);
	ck_assert_int_eq(jobs->program->umask, 027);
	ck_assert_str_eq(jobs->program->argv[1], "${KIND}");
	ck_assert(jobs->program->expands);
	conf_free(conf);
}
END_TEST

/* [worker] is for those below it alone, and its keys hold one by one. */
START_TEST(defaults_are_for_those_below)
{
	struct conf *conf = conftext_parse(
	    "[worker:above]\ncommand = /x\n"
	    "[worker]\nrestart = temporary\nshutdown = 1s\n"
	    "stdin = text:a\nready = exit\nlimit_core = 0\nstop_signal = INT\n"
	    "[worker:below]\ncommand = /x\nstdin = null\nlimit_core = 1\n"
	    "ready = exec\n[worker:below2]\ncommand = /x\nlimit_cpu = 9\n");
	const struct conf_node *above = conftext_node(conf, "above");
	const struct conf_node *below = conftext_node(conf, "below");
	const struct conf_node *below2 = conftext_node(conf, "below2");

	ck_assert_int_eq(above->spec.restart, SPEC_PERMANENT);
	ck_assert_int_eq(above->program->limit_count, 0);
	ck_assert_int_eq(below->spec.restart, SPEC_TEMPORARY);
	ck_assert_int_eq(below->spec.shutdown_ms, 1000);
	ck_assert_int_eq(below->spec.start_timeout_ms, SPEC_INFINITY);
	ck_assert_int_eq(below->program->stop_signal, SIGINT);
	ck_assert_int_eq(below->program->stdin_kind, STDIN_NULL);
	ck_assert_ptr_null(below->program->stdin_text);
	ck_assert_int_eq(below->program->limit_count, 1);
	ck_assert_uint_eq(below->program->limits[0].soft, 1);
	ck_assert_int_eq(below2->spec.start_timeout_ms, 60000);
	ck_assert_str_eq(below2->program->stdin_text, "a");
	ck_assert_int_eq(below2->program->limit_count, 2);
	conf_free(conf);
}
END_TEST

/* Defaults that depend on other keys. */
START_TEST(works_defaults_out)
{
	struct conf *conf = conftext_parse(
	    "[worker:exec]\ncommand = /x\n"
	    "[worker:fd]\ncommand = /x\nready = fd:5\n"
	    "[worker:said]\ncommand = /x\nready = exit\nstart_timeout = 1s\n"
	    "[worker:slow]\ncommand = /x\nrestart_delay = 5m\n");

	ck_assert_int_eq(conftext_node(conf, "exec")->spec.start_timeout_ms,
	    SPEC_INFINITY);
	ck_assert_int_eq(conftext_node(conf, "fd")->spec.start_timeout_ms,
	    60000);
	ck_assert_int_eq(conftext_node(conf, "fd")->program->ready_fd, 5);
	ck_assert_int_eq(conftext_node(conf, "said")->spec.start_timeout_ms,
	    1000);
	ck_assert_int_eq(conftext_node(conf, "exec")->spec.restart_delay_max_ms,
	    60000);
	ck_assert_int_eq(conftext_node(conf, "slow")->spec.restart_delay_max_ms,
	    300000);
	conf_free(conf);
}
END_TEST

/* [reeve]: the defaults follow from the user that runs the daemon. */
START_TEST(fills_the_daemon)
{
	struct conf *conf = conftext_parse("[supervisor]\n");
	const struct conf_daemon *daemon = &conf->daemon;

	ck_assert_str_eq(daemon->run_dir, "/run/reeve");
	ck_assert_str_eq(daemon->socket, "/run/reeve/reeve.sock");
	ck_assert_str_eq(daemon->pid_file, "/run/reeve/reeved.pid");
	ck_assert_ptr_null(daemon->log_dir);
	ck_assert_str_eq(places_log(0), "/var/log/reeve");
	ck_assert_ptr_null(daemon->log);
	ck_assert_ptr_null(daemon->control_group.name);
	ck_assert_str_eq(daemon->environment_inherit[0], "PATH");
	ck_assert_str_eq(daemon->environment_inherit[2], "TZ");
	ck_assert_ptr_null(daemon->environment_inherit[3]);
	ck_assert_int_eq(daemon->shutdown_timeout_ms, SPEC_INFINITY);
	conf_free(conf);
	conf = conftext_parse("[reeve]\nrun_dir = /a\npid_file = /b\n"
	    "log_dir = /c\n");
	ck_assert_str_eq(conf->daemon.socket, "/a/reeve.sock");
	ck_assert_str_eq(conf->daemon.pid_file, "/b");
	ck_assert_str_eq(conf->daemon.log_dir, "/c");
	conf_free(conf);
}
END_TEST

/* Another user than root has his own run_dir, and no log_dir. */
START_TEST(fills_a_users_daemon)
{
	static const struct conf_machine bare = {1000, 1000, NULL, NULL};
	static const struct conf_machine odd = {1000, 1000, "run", NULL};
	const char text[] = "[supervisor]\n", error[] = "t.conf: [reeve] "
	    "run_dir is not set, and for another user than root there is no "
	    "default without XDG_RUNTIME_DIR in the environment\n";
	struct conf *conf = conf_parse("t.conf", text, sizeof(text) - 1,
	    &conftext_user);

	ck_assert_str_eq(conf->daemon.run_dir, "/run/user/1000/reeve");
	ck_assert_ptr_null(conf->daemon.log_dir);
	ck_assert_ptr_null(places_log(1000));
	conf_free(conf);
	conftext_expect(text, &bare, error);
	conftext_expect(text, &odd, error);
	conftext_expect("[reeve]\nrun_dir = /a\n", &bare, "");
}
END_TEST

/* The address of a socket has its bounds. */
START_TEST(bounds_the_socket)
{
	const size_t most = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;
	char path[200] = "", text[300], error[600];

	memset(path, 'x', most + 1);
	path[0] = '/';
	snprintf(text, sizeof(text), "[reeve]\nsocket = %s\n", path);
	snprintf(error, sizeof(error), "t.conf: [reeve] socket = %s: %zu "
	    "bytes, the address of a socket may have %zu\n", path, most + 1,
	    most);
	conftext_expect(text, &conftext_root, error);
	text[strlen(text) - 2] = '\0';
	conftext_expect(text, &conftext_root, "");
}
END_TEST

/* Every sentence about sections. */
static const struct {
	const char *text;
	const char *errors;
} cases[] = {
	{"", "t.conf: no section: a tree without children is written "
	    "'[supervisor]'\n"},
	{"; nothing\n", "t.conf: no section: a tree without children is "
	    "written '[supervisor]'\n"},
	{"[reeve]\n", ""},
	{"[supervisor:web]\n", ""},
	{"[worker]\n", ""},
	/* kinds */
	{"[superviser:web]\n", "t.conf:1: [superviser:web] is not a section: "
	    "there are [reeve], [supervisor], [supervisor:PATH], "
	    "[dynamic:PATH], [worker] and [worker:PATH]; did you mean "
	    "'supervisor'?\n"},
	{"[program:x]\nfoo = bar\n", "t.conf:1: [program:x] is not a section: "
	    "there are [reeve], [supervisor], [supervisor:PATH], "
	    "[dynamic:PATH], [worker] and [worker:PATH]\n"},
	{"[]\n", "t.conf:1: [] is not a section: there are [reeve], "
	    "[supervisor], [supervisor:PATH], [dynamic:PATH], [worker] and "
	    "[worker:PATH]\n"},
	{"[reeve:x]\n", "t.conf:1: [reeve:x] has no path: it is [reeve]\n"},
	{"[dynamic]\n", "t.conf:1: [dynamic] needs a path: it is "
	    "[dynamic:PATH]\n"},
	/* what stands below a header that is wrong is not blamed for it */
	{"[superviser:web]\nmax_restarts = x\n[worker:web/app]\ncommand = x\n",
	    "t.conf:1: [superviser:web] is not a section: there are [reeve], "
	    "[supervisor], [supervisor:PATH], [dynamic:PATH], [worker] and "
	    "[worker:PATH]; did you mean 'supervisor'?\n"},
	{"[supervisor:web\nmax_restarts = x\n[worker:a]\ncommand = x\n",
	    "t.conf:1: a section that is not closed: ']' is missing\n"},
	/* names and paths */
	{"[supervisor:]\n", "t.conf:1: [supervisor:] an empty name in its "
	    "path\n"},
	{"[supervisor:a/]\n", "t.conf:1: [supervisor:a/] an empty name in its "
	    "path\n"},
	{"[supervisor:/a]\n", "t.conf:1: [supervisor:/a] an empty name in its "
	    "path\n"},
	{"[supervisor:a b]\n", "t.conf:1: [supervisor:a b] 'a b' cannot be a "
	    "name: letters, digits and _ . @ - are allowed, '.' and '..' are "
	    "not\n"},
	{"[supervisor:.]\n", "t.conf:1: [supervisor:.] '.' cannot be a name: "
	    "letters, digits and _ . @ - are allowed, '.' and '..' are not\n"},
	{"[supervisor:..]\n", "t.conf:1: [supervisor:..] '..' cannot be a "
	    "name: letters, digits and _ . @ - are allowed, '.' and '..' are "
	    "not\n"},
	{"[supervisor:...]\n[supervisor:a@-_.Z9]\n", ""},
	{"[supervisor:caf\xc3\xa9]\n", "t.conf:1: [supervisor:caf\xc3\xa9] "
	    "'caf\xc3\xa9' cannot be a name: letters, digits and _ . @ - are "
	    "allowed, '.' and '..' are not\n"},
	{"[supervisor:a\xff]\n", "t.conf:1: [supervisor:a\\xff] 'a\\xff' "
	    "cannot be a name: letters, digits and _ . @ - are allowed, '.' "
	    "and '..' are not\n"},
	{"[supervisor:0123456789012345678901234567890123456789012345678901234"
	    "567890123]\n", ""},
	{"[supervisor:0123456789012345678901234567890123456789012345678901234"
	    "5678901234]\n", "t.conf:1: [supervisor:01234567890123456789012345"
	    "678901234567890123456789012345678901234] the name '0123456789012"
	    "345678901234567890123456789012345678901234567890123...' has 65 "
	    "bytes, 64 are allowed\n"},
	/* twice */
	{"[worker:x]\ncommand = x\n[worker:x]\n", "t.conf:3: [worker:x] 'x' is "
	    "there already: the worker at t.conf:1\n"},
	{"[supervisor:x]\n[worker:x]\n", "t.conf:2: [worker:x] 'x' is there "
	    "already: the supervisor at t.conf:1\n"},
	{"[dynamic:x]\ncommand = x\n[supervisor:x]\n", "t.conf:3: "
	    "[supervisor:x] 'x' is there already: the dynamic supervisor at "
	    "t.conf:1\n"},
	{"[reeve]\n[reeve]\n", "t.conf:2: [reeve] stands twice, first in line "
	    "1\n"},
	{"[worker]\n[worker]\n", "t.conf:2: [worker] stands twice, first in "
	    "line 1\n"},
	{"[supervisor]\n\n[supervisor]\n", "t.conf:3: [supervisor] stands "
	    "twice, first at t.conf:1\n"},
	/* parents */
	{"[worker:web/app]\ncommand = x\n", "t.conf:1: [worker:web/app] its "
	    "parent is missing: [supervisor:web] must stand before it\n"},
	{"[supervisor:web]\n[worker:wbe/app]\ncommand = x\n", "t.conf:2: "
	    "[worker:wbe/app] its parent is missing: [supervisor:wbe] must "
	    "stand before it; did you mean 'web'?\n"},
	{"[worker:web/app]\ncommand = x\n[supervisor:web]\n", "t.conf:1: "
	    "[worker:web/app] its parent is missing: [supervisor:web] must "
	    "stand before it\n"},
	{"[worker:db]\ncommand = x\n[worker:db/x]\ncommand = x\n", "t.conf:3: "
	    "[worker:db/x] its parent 'db' is a worker (t.conf:1): only "
	    "supervisors have children\n"},
	{"[dynamic:d]\ncommand = x\n[worker:d/x]\ncommand = x\n", "t.conf:3: "
	    "[worker:d/x] its parent 'd' is a dynamic supervisor (t.conf:1): "
	    "its children are started at run time, from its template\n"},
	{"[worker:x]\ncommand = x\n[supervisor]\n", "t.conf:3: [supervisor] "
	    "must stand before its children, and 'x' stands at t.conf:1\n"},
	/* what only a whole section can be asked */
	{"[worker:x]\n", "t.conf:1: [worker:x] has no 'command': it says what "
	    "to run\n"},
	{"[dynamic:x]\n", "t.conf:1: [dynamic:x] has no 'command': it says "
	    "what its children run\n"},
	{"[worker:x]\numask = 9\ncommand = ''\n", "t.conf:2: [worker:x] umask "
	    "= 9: must be an octal number from 0 to 0777\nt.conf:3: [worker:x] "
	    "command = '': the program's name is empty\n"},
	{"[supervisor]\nauto_shutdown = any_significant\n[worker:x]\ncommand = "
	    "x\nsignificant = yes\n", "t.conf:5: [worker:x] significant = yes: "
	    "needs restart = transient or temporary, a permanent child never "
	    "ends for good\n"},
	{"[worker:x]\nsignificant = yes\nrestart = transient\ncommand = x\n",
	    "t.conf:2: [worker:x] significant = yes: needs auto_shutdown = "
	    "any_significant or all_significant in [supervisor], where it is "
	    "never\n"},
	{"[supervisor:a]\n[supervisor:a/b]\nrestart = temporary\nsignificant ="
	    " yes\n", "t.conf:4: [supervisor:a/b] significant = yes: needs "
	    "auto_shutdown = any_significant or all_significant in "
	    "[supervisor:a], where it is never\n"},
	{"[worker:x]\ncommand = x\nrestart_delay = 90s\nrestart_delay_max = "
	    "1m\n", "t.conf:4: [worker:x] restart_delay_max = 1m is less than "
	    "restart_delay = 90s\n"},
	{"[worker]\nrestart_delay_max = 1s\n[worker:x]\ncommand = x\n"
	    "restart_delay = 2s\n", "t.conf:3: [worker:x] restart_delay_max = "
	    "1s is less than restart_delay = 2s\n"},
	/* errors are in the order of lines, whenever they were found */
	{"[worker:x]\nfoo = 1\n[bar]\n[worker:y]\n", "t.conf:1: [worker:x] has "
	    "no 'command': it says what to run\nt.conf:2: [worker:x] unknown "
	    "key 'foo': reeve.conf(5) lists those of [worker:PATH]\nt.conf:3: "
	    "[bar] is not a section: there are [reeve], [supervisor], "
	    "[supervisor:PATH], [dynamic:PATH], [worker] and [worker:PATH]\n"
	    "t.conf:4: [worker:y] has no 'command': it says what to run\n"},
};

START_TEST(says_what_is_wrong)
{
	conftext_expect(cases[_i].text, &conftext_root, cases[_i].errors);
}
END_TEST

/* Sixteen names make the deepest path. */
START_TEST(bounds_the_depth)
{
	char text[2000] = "", path[80] = "a", error[300];
	size_t len = 0;

	for (int depth = 1; depth <= CONF_DEPTH_MAX + 1; depth++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "[supervisor:%s]\n", path);
		if (depth == CONF_DEPTH_MAX)
			conftext_expect(text, &conftext_root, "");
		snprintf(error, sizeof(error), "t.conf:17: [supervisor:%s] a "
		    "path of 17 names, 16 are allowed\n", path);
		memcpy(path + strlen(path), "/a", 3);
	}
	conftext_expect(text, &conftext_root, error);
}
END_TEST

/* The first hundred errors are kept, the others are counted. */
START_TEST(bounds_the_errors)
{
	char text[1000] = "[supervisor]\n";
	struct conf *conf;
	char *errors;

	for (size_t i = 0; i < 150; i++)
		memcpy(text + strlen(text), "x\n", 3);
	conf = conf_parse("t.conf", text, strlen(text), &conftext_root);
	ck_assert_uint_eq(conf->error_count, 100);
	ck_assert_uint_eq(conf->errors_left_out, 50);
	ck_assert_int_eq(conf->errors[99].line, 101);
	errors = conftext_errors(conf);
	ck_assert_str_eq(strrchr(errors, 'a'), "and 50 more errors\n");
	free(errors);
	conf_free(conf);
}
END_TEST

/* An effective file reads the same as the file itself. */
START_TEST(prints_what_parses_to_the_same)
{
	struct conf *conf = conftext_parse(shop);
	char *print = conftext_print(conf), *again;

	conf_free(conf);
	conf = conftext_parse(print);
	again = conftext_print(conf);
	ck_assert_str_eq(again, print);
	free(print);
	free(again);
	conf_free(conf);
}
END_TEST

/* The default of log_dir is not printed: it depends on whether the daemon
 * detaches, and a value would hold in both cases. */
START_TEST(prints_no_default_log_dir)
{
	struct conf *conf = conftext_parse("[supervisor]\n");
	char *print = conftext_print(conf);

	conf_free(conf);
	conf = conftext_parse(print);
	ck_assert_ptr_null(conf->daemon.log_dir);
	ck_assert_ptr_nonnull(strstr(print, "; log_dir: /var/log/reeve as "));
	free(print);
	conf_free(conf);
}
END_TEST

/* A program that is taken out is no longer the configuration's. */
START_TEST(gives_programs_away)
{
	struct conf *conf = conftext_parse(shop);
	struct conf_node *db = conftext_node(conf, "db");
	struct program *program = db->program;

	db->program = NULL;
	conf_free(conf);
	ck_assert_str_eq(program->argv[0], "/usr/bin/redis-server");
	program_free(program);
	conf_free(NULL);
}
END_TEST

/* Make a file of so many workers, a thousand in each supervisor. */
static char *
make_large(int count)
{
	size_t size;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	for (int i = 0; i < count; i++) {
		if (i % 1000 == 0)
			fprintf(out, "[supervisor:s%d]\n", i / 1000);
		else
			fprintf(out, "[worker:s%d/w%d]\ncommand = /bin/x %d\n",
			    i / 1000, i, i);
	}
	fclose(out);
	return text;
}

/* A hundred thousand sections are allowed, and all are there. */
START_TEST(reads_a_large_file)
{
	char *text = make_large(CONF_NODES_MAX);
	struct conf *conf = conftext_parse(text);

	ck_assert_uint_eq(conf->node_count, CONF_NODES_MAX + 1);
	ck_assert_str_eq(conf->nodes[CONF_NODES_MAX].path, "s99/w99999");
	ck_assert_str_eq(conf->nodes[CONF_NODES_MAX].program->argv[1],
	    "99999");
	conf_free(conf);
	free(text);
}
END_TEST

/* One more is refused, once, and what follows is not read. */
START_TEST(bounds_the_sections)
{
	char *text = make_large(CONF_NODES_MAX + 10);

	conftext_expect(text, &conftext_root,
	    "t.conf:199901: more than 100000 sections\n");
	free(text);
}
END_TEST

UNIT_SUITE(conf)
{
	Suite *suite = suite_create("conf");
	TCase *tcase = tcase_create("conf");
	TCase *large = tcase_create("large");

	tcase_add_test(tcase, builds_the_tree);
	tcase_add_test(tcase, fills_supervisors);
	tcase_add_test(tcase, fills_workers);
	tcase_add_test(tcase, fills_templates);
	tcase_add_test(tcase, defaults_are_for_those_below);
	tcase_add_test(tcase, works_defaults_out);
	tcase_add_test(tcase, fills_the_daemon);
	tcase_add_test(tcase, fills_a_users_daemon);
	tcase_add_test(tcase, bounds_the_socket);
	tcase_add_loop_test(tcase, says_what_is_wrong, 0, LENGTH(cases));
	tcase_add_test(tcase, bounds_the_depth);
	tcase_add_test(tcase, bounds_the_errors);
	tcase_add_test(tcase, prints_what_parses_to_the_same);
	tcase_add_test(tcase, prints_no_default_log_dir);
	tcase_add_test(tcase, gives_programs_away);
	suite_add_tcase(suite, tcase);
	tcase_add_test(large, reads_a_large_file);
	tcase_add_test(large, bounds_the_sections);
	tcase_set_timeout(large, 300);
	suite_add_tcase(suite, large);
	return suite;
}
