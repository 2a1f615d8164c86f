/* Programs: their defaults, their copies, and how their ends count. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/strlist.h"
#include "process/program.h"
#include "unit.h"

enum { N = SPEC_END_NORMAL, S = SPEC_END_SHUTDOWN, T = SPEC_END_SHUTDOWN_TERM,
	A = SPEC_END_ABNORMAL, K = SPEC_END_KILLED };

/* One end of a worker, and what it counts as. */
struct end {
	enum spec_how how;
	uint8_t number;
	int unasked;
	int asked;
};

/* Make a program that TERM stops. */
static struct program *
make_program(void)
{
	struct program *program = program_new();

	ck_assert_ptr_nonnull(program);
	program->stop_signal = SIGTERM;
	return program;
}

/* Check a table of ends against a program. */
static void
check_ends(const struct program *program, const struct end *ends, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct spec_outcome outcome = {
			.how = (uint8_t)ends[i].how, .number = ends[i].number,
		};

		program_classify(program, &outcome);
		ck_assert_msg(outcome.end == ends[i].unasked,
		    "end %zu unasked is %u", i, outcome.end);
		ck_assert_msg(outcome.end_stopped == ends[i].asked,
		    "end %zu asked is %u", i, outcome.end_stopped);
		ck_assert_int_eq(outcome.how, ends[i].how);
		ck_assert_int_eq(outcome.number, ends[i].number);
	}
}

/* By default 0 is normal and TERM is shutdown; after a stop 0, TERM and 143
 * are expected; KILL is always killed. */
START_TEST(classifies_by_default)
{
	static const struct end ends[] = {
		{SPEC_HOW_EXITED, 0, N, S},
		{SPEC_HOW_EXITED, 1, A, A},
		{SPEC_HOW_EXITED, 64, A, A},
		{SPEC_HOW_EXITED, 143, A, S},
		{SPEC_HOW_EXITED, 255, A, A},
		{SPEC_HOW_SIGNALLED, SIGTERM, S, S},
		{SPEC_HOW_SIGNALLED, SIGINT, A, A},
		{SPEC_HOW_SIGNALLED, SIGSEGV, A, A},
		{SPEC_HOW_SIGNALLED, SIGKILL, K, K},
		{SPEC_HOW_LOST, 0, A, A},
	};
	struct program *program = make_program();

	check_ends(program, ends, LENGTH(ends));
	program_free(program);
}
END_TEST

/* Another stop signal is expected after a stop, and TERM is not then. */
START_TEST(expects_its_stop_signal)
{
	static const struct end ends[] = {
		{SPEC_HOW_EXITED, 0, N, S},
		{SPEC_HOW_EXITED, 128 + 2, A, S},
		{SPEC_HOW_EXITED, 143, A, A},
		{SPEC_HOW_SIGNALLED, SIGINT, A, S},
		{SPEC_HOW_SIGNALLED, SIGTERM, S, A},
	};
	struct program *program = make_program();

	program->stop_signal = SIGINT;
	check_ends(program, ends, LENGTH(ends));
	program_free(program);
}
END_TEST

/* Give a program exit classes of its own, as the defaults are. */
static struct exit_classes *
add_exits(struct program *program)
{
	struct exit_classes *exits = malloc(sizeof(*exits));

	ck_assert_ptr_nonnull(exits);
	program_exits(program, exits);
	program->exits = exits;
	return exits;
}

/* If one class is given, exit_stopped still follows the stop signal. */
START_TEST(keeps_the_default_of_stopped)
{
	static const struct end ends[] = {
		{SPEC_HOW_EXITED, 3, N, A},
		{SPEC_HOW_EXITED, 0, N, S},
		{SPEC_HOW_SIGNALLED, SIGINT, A, S},
		{SPEC_HOW_SIGNALLED, SIGTERM, S, A},
	};
	struct program *program = make_program();

	program_exit_add_code(&add_exits(program)->normal, 3);
	program->stop_signal = SIGINT;
	check_ends(program, ends, LENGTH(ends));
	program_free(program);
}
END_TEST

/* What a file says: any codes and signals in any class; normal comes first,
 * and only exit_stopped counts after a stop. */
START_TEST(classifies_as_said)
{
	static const struct end ends[] = {
		{SPEC_HOW_EXITED, 0, A, A},
		{SPEC_HOW_EXITED, 7, N, A},
		{SPEC_HOW_EXITED, 8, T, A},
		{SPEC_HOW_EXITED, 9, A, S},
		{SPEC_HOW_EXITED, 255, N, S},
		{SPEC_HOW_SIGNALLED, SIGTERM, A, A},
		{SPEC_HOW_SIGNALLED, SIGUSR1, N, A},
		{SPEC_HOW_SIGNALLED, SIGHUP, S, A},
		{SPEC_HOW_SIGNALLED, SIGINT, A, S},
		{SPEC_HOW_SIGNALLED, 64, S, S},
		{SPEC_HOW_SIGNALLED, SIGKILL, K, K},
	};
	struct program *program = make_program();
	struct exit_classes *exits = add_exits(program);

	*exits = (struct exit_classes){.stopped_set = true};
	program_exit_add_code(&exits->normal, 7);
	program_exit_add_code(&exits->normal, 255);
	program_exit_add_code(&exits->shutdown, 8);
	program_exit_add_code(&exits->shutdown, 255);
	program_exit_add_code(&exits->stopped, 9);
	program_exit_add_code(&exits->stopped, 255);
	program_exit_add_signal(&exits->normal, SIGUSR1);
	program_exit_add_signal(&exits->shutdown, SIGHUP);
	program_exit_add_signal(&exits->shutdown, 64);
	program_exit_add_signal(&exits->shutdown, SIGKILL);
	program_exit_add_signal(&exits->stopped, SIGINT);
	program_exit_add_signal(&exits->stopped, 64);
	program_exit_add_signal(&exits->stopped, SIGKILL);
	check_ends(program, ends, LENGTH(ends));
	program_free(program);
}
END_TEST

/* An empty exit_stopped expects nothing of its own: the end counts as without a
 * stop, and OTP's rules judge it. */
START_TEST(leaves_it_to_otp_what_is_expected)
{
	static const struct end ends[] = {
		{SPEC_HOW_EXITED, 0, N, N},
		{SPEC_HOW_EXITED, 8, T, T},
		{SPEC_HOW_EXITED, 9, A, A},
		{SPEC_HOW_SIGNALLED, SIGTERM, S, S},
		{SPEC_HOW_SIGNALLED, SIGINT, A, A},
		{SPEC_HOW_SIGNALLED, SIGKILL, K, K},
	};
	struct program *program = make_program();
	struct exit_classes *exits = add_exits(program);

	exits->stopped = (struct exit_set){{0}, 0};
	exits->stopped_set = true;
	program_exit_add_code(&exits->shutdown, 8);
	check_ends(program, ends, LENGTH(ends));
	program_free(program);
}
END_TEST

/* Every code and signal has a bit of its own. */
START_TEST(sets_have_room_for_all)
{
	for (unsigned code = 0; code < 256; code++) {
		struct exit_set set = {{0}, 0};

		program_exit_add_code(&set, code);
		for (unsigned other = 0; other < 300; other++)
			ck_assert_int_eq(program_exit_has_code(&set, other),
			    other == code);
	}
	for (int number = 1; number <= 64; number++) {
		struct exit_set set = {{0}, 0};

		program_exit_add_signal(&set, number);
		for (int other = -1; other < 70; other++)
			ck_assert_int_eq(program_exit_has_signal(&set, other),
			    other == number);
	}
}
END_TEST

/* Of a new program nothing is set: the defaults are the configuration's. */
START_TEST(begins_with_nothing)
{
	struct program *program = program_new();

	ck_assert_ptr_null(program->argv);
	ck_assert_ptr_null(program->env);
	ck_assert_ptr_null(program->exits);
	ck_assert(program->uid == (uid_t)-1 && program->gid == (gid_t)-1);
	ck_assert(!program->set_groups && !program->expands);
	ck_assert_int_eq(program->stop_signal, 0);
	ck_assert_int_eq(program->umask, 0);
	ck_assert_int_eq(program->nice, PROGRAM_UNSET_NICE);
	ck_assert_int_eq(program->oom_score_adj, PROGRAM_UNSET);
	ck_assert_int_eq(program->ready, READY_EXEC);
	ck_assert_int_eq(program->stdin_kind, STDIN_NULL);
	ck_assert_int_eq(program->out.kind, OUTPUT_LOG);
	ck_assert_int_eq(program->err.kind, OUTPUT_LOG);
	program_free(program);
	program_free(NULL);
}
END_TEST

/* There is one for every worker: it stays small. */
START_TEST(is_small)
{
	ck_assert_uint_le(sizeof(struct program), 160);
}
END_TEST

/* Fill in everything that a program can own. */
static struct program *
make_full(void)
{
	char *words[] = {(char[]){"/bin/x"}, (char[]){""}, (char[]){"b c"},
		NULL};
	struct program *program = make_program();

	program->argv = strlist_copy(words);
	program->env = strlist_copy(words + 1);
	program->env_files = strlist_copy(words + 2);
	program->directory = strdup("/d");
	program->stdin_text = strdup("text");
	program->user_name = strdup("user");
	program->home = strdup("/home");
	program->shell = strdup("/shell");
	program->groups = calloc(3, sizeof(gid_t));
	program->groups[2] = 9;
	program->group_count = 3;
	program->limits = calloc(2, sizeof(struct program_limit));
	program->limits[1].hard = 7;
	program->limit_count = 2;
	add_exits(program)->stopped_set = true;
	program->out = (struct program_stream){OUTPUT_FILE, strdup("/out")};
	program->err = (struct program_stream){OUTPUT_FILE, strdup("/err")};
	return program;
}

/* A copy is equal, shares nothing, and outlives the first. */
START_TEST(copies_deeply)
{
	struct program *program = make_full();
	struct program *copy = program_copy(program);

	ck_assert_ptr_nonnull(copy);
	ck_assert_ptr_ne(copy->argv, program->argv);
	program_free(program);
	ck_assert_str_eq(copy->argv[0], "/bin/x");
	ck_assert_str_eq(copy->argv[1], "");
	ck_assert_str_eq(copy->argv[2], "b c");
	ck_assert_ptr_null(copy->argv[3]);
	ck_assert_str_eq(copy->env[1], "b c");
	ck_assert_ptr_null(copy->env[2]);
	ck_assert_str_eq(copy->env_files[0], "b c");
	ck_assert_str_eq(copy->directory, "/d");
	ck_assert_str_eq(copy->stdin_text, "text");
	ck_assert_str_eq(copy->user_name, "user");
	ck_assert_str_eq(copy->home, "/home");
	ck_assert_str_eq(copy->shell, "/shell");
	ck_assert_uint_eq(copy->groups[2], 9);
	ck_assert_uint_eq(copy->limits[1].hard, 7);
	ck_assert(copy->exits->stopped_set);
	ck_assert_str_eq(copy->out.path, "/out");
	ck_assert_str_eq(copy->err.path, "/err");
	program_free(copy);
}
END_TEST

/* A copy of an empty program is empty. */
START_TEST(copies_defaults)
{
	struct program *program = make_program();
	struct program *copy = program_copy(program);

	ck_assert_mem_eq(copy, program, sizeof(*copy));
	program_free(copy);
	program_free(program);
}
END_TEST

UNIT_SUITE(program)
{
	Suite *suite = suite_create("program");
	TCase *tcase = tcase_create("program");

	tcase_add_test(tcase, classifies_by_default);
	tcase_add_test(tcase, expects_its_stop_signal);
	tcase_add_test(tcase, keeps_the_default_of_stopped);
	tcase_add_test(tcase, classifies_as_said);
	tcase_add_test(tcase, leaves_it_to_otp_what_is_expected);
	tcase_add_test(tcase, sets_have_room_for_all);
	tcase_add_test(tcase, begins_with_nothing);
	tcase_add_test(tcase, is_small);
	tcase_add_test(tcase, copies_deeply);
	tcase_add_test(tcase, copies_defaults);
	suite_add_tcase(suite, tcase);
	return suite;
}
