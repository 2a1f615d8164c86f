/* Descriptors that move to where a process is to have them. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/fdmap.h"
#include "unit.h"

#define FDS	7		/* 0 to 6 are moved among each other */
#define CASES	1500
#define HIGH	60		/* where no descriptor of a case is at first */

static ino_t files[FDS];	/* what each descriptor is open on */

/* Open 0 to 6 on pipes, and close all others. */
static void
open_descriptors(void)
{
	int fds[FDS][2];
	struct rlimit limit;

	/* with POSIX alone they are closed one by one, up to the limit */
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > 1024) {
		limit.rlim_cur = 1024;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
	for (int fd = 0; fd < FDS; fd++)
		if (pipe(fds[fd]) == -1 || dup2(fds[fd][0], HIGH + fd) == -1)
			_exit(255);
	for (int fd = 0; fd < FDS; fd++) {
		struct stat status;

		if (dup2(HIGH + fd, fd) == -1 || fstat(fd, &status) == -1)
			_exit(255);
		files[fd] = status.st_ino;
		if (fd > 2)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
	for (int fd = FDS; fd < HIGH + FDS; fd++)
		close(fd);
}

/* Tell whether a descriptor is open on the file of another. */
static bool
is_open_on(int fd, int old)
{
	struct stat status;

	return fstat(fd, &status) == 0 && status.st_ino == files[old];
}

/* Check where everything is after a list of moves: the number of what is not
 * true, or 0. */
static int
check_places(const struct fd_move *asked, const struct fd_move *done,
    size_t count)
{
	bool is_open[HIGH] = {true, true, true};

	for (size_t i = 0; i < count; i++) {
		int at = asked[i].target;
		int flags = at == FDMAP_UNTIL_EXEC ? FD_CLOEXEC : 0;

		at = at == FDMAP_UNTIL_EXEC ? done[i].source : at;
		if (!is_open_on(at, asked[i].source))
			return 1;
		if (at > 2 && fcntl(at, F_GETFD) != flags)
			return 2;
		is_open[at] = true;
	}
	for (int fd = 0; fd < HIGH; fd++)
		if ((fcntl(fd, F_GETFD) != -1) != is_open[fd])
			return 3;
	return 0;
}

/* Make the moves in a process of its own. */
static void
check_moves(const struct fd_move *asked, size_t count)
{
	struct fd_move moves[FDS + 1];
	pid_t pid = fork();
	int status;

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		open_descriptors();
		for (size_t i = 0; i < count; i++)
			moves[i] = asked[i];
		if (fdmap_place(moves, count) == -1)
			_exit(254);
		_exit(check_places(asked, moves, count));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	for (size_t i = 0; status != 0 && i < count; i++)
		ck_assert_msg(i + 1 < count, "check %d, with %d -> %d last",
		    WEXITSTATUS(status), asked[i].source, asked[i].target);
	ck_assert_int_eq(status, 0);
}

/* Put the numbers 0 to 6 into any order. */
static void
shuffle(uint64_t *random, int *numbers)
{
	for (int i = 0; i < FDS; i++)
		numbers[i] = i;
	for (int i = FDS - 1; i > 0; i--) {
		int j = (int)unit_random(random, (uint32_t)i + 1);
		int number = numbers[i];

		numbers[i] = numbers[j];
		numbers[j] = number;
	}
}

START_TEST(test_any_order)
{
	/* each forks, and an emulator takes long to end a process */
	int cases = unit_is_emulated() ? 40 : CASES;
	uint64_t random = 1;

	for (int number = cases; number > 0; number--) {
		size_t count = unit_random(&random, FDS) + 1;
		int sources[FDS] = { 0 }, targets[FDS] = { 0 };
		struct fd_move moves[FDS + 1];

		shuffle(&random, sources);
		shuffle(&random, targets);
		for (size_t i = 0; i < count; i++)
			moves[i] = (struct fd_move){
				.source = number % 2 ? sources[i] :
				    (int)unit_random(&random, FDS),
				.target = targets[i],
			};
		if (number % 2 && count < FDS && sources[count] > 2) {
			moves[count].source = sources[count];
			moves[count++].target = FDMAP_UNTIL_EXEC;
		}
		check_moves(moves, count);
	}
}
END_TEST

START_TEST(test_cycle)
{
	const struct fd_move moves[] = {
		{3, 4}, {4, 5}, {5, 6}, {6, 3}, {1, 0}, {0, 1},
	};

	check_moves(moves, LENGTH(moves));
}
END_TEST

START_TEST(test_same_number)
{
	const struct fd_move moves[] = { {3, 3}, {3, 5}, {5, 2}, {6, 6} };

	check_moves(moves, LENGTH(moves));
}
END_TEST

START_TEST(test_until_exec)
{
	const struct fd_move moves[] = {
		{5, FDMAP_UNTIL_EXEC}, {3, 5}, {4, 3}, {4, 0},
	};

	check_moves(moves, LENGTH(moves));
}
END_TEST

START_TEST(test_nothing)
{
	check_moves(NULL, 0);
}
END_TEST

START_TEST(test_highest)
{
	const struct fd_move moves[] = { {9, 20}, {1, 0} };

	ck_assert_int_eq(fdmap_highest(moves, 2), 9);
	ck_assert_int_eq(fdmap_highest(moves + 1, 1), 2);
	ck_assert_int_eq(fdmap_highest(NULL, 0), 2);
}
END_TEST

/* What cannot be copied out of the way is not lost. */
START_TEST(test_no_room)
{
	struct rlimit limit, low;
	struct fd_move moves[] = { {3, 4}, {4, FDMAP_UNTIL_EXEC} };
	pid_t pid = fork();
	int status;

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		open_descriptors();
		if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
			_exit(1);
		low = (struct rlimit){FDS, limit.rlim_max};
		if (setrlimit(RLIMIT_NOFILE, &low) == -1)
			_exit(1);
		if (fdmap_place(moves, 2) != -1 || errno != EMFILE)
			_exit(2);
		/* counters of what was run need a descriptor as well */
		if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
			_exit(1);
		_exit(is_open_on(moves[1].source, 4) ? 0 : 3);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}
END_TEST

UNIT_SUITE(fdmap)
{
	Suite *suite = suite_create("fdmap");
	TCase *tcase = tcase_create("fdmap");

	tcase_add_test(tcase, test_any_order);
	tcase_add_test(tcase, test_cycle);
	tcase_add_test(tcase, test_same_number);
	tcase_add_test(tcase, test_until_exec);
	tcase_add_test(tcase, test_nothing);
	tcase_add_test(tcase, test_highest);
	tcase_add_test(tcase, test_no_room);
	suite_add_tcase(suite, tcase);
	return suite;
}
