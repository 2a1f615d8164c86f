/* The state that a careless launcher leaves, and what becomes of it. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "os/os.h"
#include "process/hygiene.h"
#include "unit.h"

#if REEVE_LINUX
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

/* Run a part of a test in a process of its own: it closes everything. */
static void
run(int (*part)(void))
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0)
		_exit(part());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status), "it died by signal %d",
	    WTERMSIG(status));
	ck_assert_msg(WEXITSTATUS(status) == 0, "line %d is not true",
	    WEXITSTATUS(status) + 256);
}

/* End such a part, telling the line, when something is not true. */
#define MUST(condition) do { \
	if (!(condition)) \
		return (__LINE__ - 1) % 255 + 1; \
} while (0)

/* Ignore a signal, also one that the C library keeps for itself. */
static void
ignore(int number)
{
#if REEVE_LINUX
	const unsigned long action[4] = {(unsigned long)SIG_IGN, 0, 0, 0};

	syscall(SYS_rt_sigaction, number, action, NULL, 8);
#else
	signal(number, SIG_IGN);
#endif
}

/* Tell whether a signal has its default. */
static bool
is_default(int number)
{
#if REEVE_LINUX
	unsigned long action[4] = {1, 1, 1, 1};

	if (syscall(SYS_rt_sigaction, number, NULL, action, 8) == -1)
		return false;
	return action[0] == (unsigned long)SIG_DFL;
#else
	struct sigaction action;

	return sigaction(number, NULL, &action) == -1 ||
	    action.sa_handler == SIG_DFL;
#endif
}

/* All signals ignored, all blocked. */
static int
clean_signals(void)
{
	sigset_t all, now;

	for (int number = 1; number < NSIG; number++)
		ignore(number);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	MUST(hygiene_clean() == 0);
	for (int number = 1; number < NSIG; number++)
		MUST(is_default(number));
	sigprocmask(SIG_SETMASK, NULL, &now);
	for (int number = 1; number < NSIG; number++)
		MUST(sigismember(&now, number) != 1);
	return 0;
}

START_TEST(test_signals)
{
	run(clean_signals);
}
END_TEST

/* Tell whether a descriptor is open, on /dev/null. */
static bool
is_null(int fd)
{
	struct stat st, null;

	return fstat(fd, &st) == 0 && stat("/dev/null", &null) == 0 &&
	    st.st_rdev == null.st_rdev && S_ISCHR(st.st_mode);
}

/* The standard descriptors closed, others left open. */
static int
clean_descriptors(void)
{
	int leak = open("/dev/zero", O_RDONLY); /* cloexec: it has to leak */

	MUST(dup2(leak, 7) == 7 && dup2(leak, 8) == 8);
	MUST(dup2(leak, 600) == 600);
	for (int fd = 0; fd <= 2; fd++)
		close(fd);
	MUST(hygiene_clean() == 0);
	for (int fd = 0; fd <= 2; fd++) {
		MUST(is_null(fd));
		MUST(fcntl(fd, F_GETFD) == 0);
	}
	for (int fd = 3; fd < 1024; fd++)
		MUST(fcntl(fd, F_GETFD) == -1);
	return 0;
}

START_TEST(test_descriptors)
{
	run(clean_descriptors);
}
END_TEST

/* A standard descriptor that is open stays what it is. */
static int
clean_some(void)
{
	int fds[2];
	char byte = 0;

	MUST(pipe2(fds, O_CLOEXEC) == 0);
	MUST(dup2(fds[0], 0) == 0 && dup2(fds[1], 2) == 2);
	close(1);
	MUST(hygiene_clean() == 0);
	MUST(is_null(1));
	MUST(write(2, "x", 1) == 1 && read(0, &byte, 1) == 1 && byte == 'x');
	return 0;
}

START_TEST(test_some_descriptors)
{
	run(clean_some);
}
END_TEST

/* The umask of the launcher. */
static int
clean_umask(void)
{
	umask(077);
	MUST(hygiene_clean() == 0);
	MUST(umask(0) == 022);
	return 0;
}

START_TEST(test_umask)
{
	run(clean_umask);
}
END_TEST

/* There is no room for a descriptor. */
static int
clean_without_room(void)
{
	struct rlimit none = {0, 0};

	close(0);
	MUST(setrlimit(RLIMIT_NOFILE, &none) == 0);
	MUST(hygiene_clean() == -1 && errno == EMFILE);
	return 0;
}

START_TEST(test_no_room)
{
	if (unit_is_emulated()) {
		unit_skip("the limit of descriptors is not the kernel's");
		return;
	}
	run(clean_without_room);
}
END_TEST

/* What the daemon changes for itself, and what it has found before. */
static int
harden(void)
{
	struct rlimit files = {100, 300}, core = {4096, 8192}, now;
	struct hygiene found;

	MUST(setrlimit(RLIMIT_NOFILE, &files) == 0);
	MUST(setrlimit(RLIMIT_CORE, &core) == 0);
	MUST(setpriority(PRIO_PROCESS, 0, 3) == 0);
	hygiene_harden(&found);
	MUST(found.nofile.rlim_cur == 100 && found.nofile.rlim_max == 300);
	MUST(found.core.rlim_cur == 4096 && found.core.rlim_max == 8192);
	MUST(found.nice == 3);
	getrlimit(RLIMIT_NOFILE, &now);
	MUST(now.rlim_cur == 300 && now.rlim_max == 300);
	getrlimit(RLIMIT_CORE, &now);
	MUST(now.rlim_cur == 0 && now.rlim_max == 8192);
#if REEVE_LINUX
	MUST(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
	MUST(os_is_subreaper());
#endif
	MUST(found.oom_score_adj == os_oom_score_adj());
	return 0;
}

START_TEST(test_harden)
{
	if (unit_is_emulated()) {
		unit_skip("the limit of descriptors is not the kernel's");
		return;
	}
	run(harden);
}
END_TEST

#if REEVE_LINUX

/* Without close_range() it takes longer. */
static int
clean_slowly(void)
{
	MUST(dup2(0, 700) == 700);
	fixture_deny(436, 0, ENOSYS);
	MUST(hygiene_clean() == 0);
	MUST(fcntl(700, F_GETFD) == -1);
	MUST(fcntl(0, F_GETFD) != -1);
	return 0;
}

START_TEST(test_slowly)
{
	run(clean_slowly);
}
END_TEST

#endif

UNIT_SUITE(hygiene)
{
	Suite *suite = suite_create("hygiene");
	TCase *tcase = tcase_create("hygiene");

	tcase_add_test(tcase, test_signals);
	tcase_add_test(tcase, test_descriptors);
	tcase_add_test(tcase, test_some_descriptors);
	tcase_add_test(tcase, test_umask);
	tcase_add_test(tcase, test_no_room);
	tcase_add_test(tcase, test_harden);
#if REEVE_LINUX
	tcase_add_test(tcase, test_slowly);
#endif
	suite_add_tcase(suite, tcase);
	return suite;
}
