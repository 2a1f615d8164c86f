/*
 * System calls that fail.
 *
 * Linked with -Wl,--wrap for each function below, so that the calls of our own
 * code come through here, in the daemon and, between fork and exec, in its
 * children; calls inside of libraries do not. The counters are in memory that
 * both share.
 */
#include "faults/calls.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERRORS		3
#define PART		(-1)	/* no error: only one byte is moved */
#define DESCRIPTORS	256	/* that are looked at */

/*
 * Each function: its type, name and result on failure, its parameters and the
 * arguments, and the errors that it can fail with. EINTR only passes.
 */
#define CALLS(X)							\
	X(ssize_t, read, -1, (int fd, void *bytes, size_t size),	\
	    (fd, bytes, PARTLY(size)), EIO, EINTR, PART)		\
	X(ssize_t, pread, -1, (int fd, void *bytes, size_t size,	\
	    off_t at), (fd, bytes, PARTLY(size), at), EIO, EINTR, PART)	\
	X(ssize_t, write, -1, (int fd, const void *bytes, size_t size),	\
	    (fd, bytes, PARTLY(size)), ENOSPC, EIO, PART)		\
	X(ssize_t, pwrite, -1, (int fd, const void *bytes, size_t size,	\
	    off_t at), (fd, bytes, PARTLY(size), at), ENOSPC, EIO, PART) \
	X(ssize_t, send, -1, (int fd, const void *bytes, size_t size,	\
	    int flags), (fd, bytes, PARTLY(size), flags), ENOBUFS,	\
	    EPIPE, PART)						\
	X(ssize_t, recv, -1, (int fd, void *bytes, size_t size,		\
	    int flags), (fd, bytes, PARTLY(size), flags), EAGAIN,	\
	    ECONNRESET, PART)						\
	X(int, fstat, -1, (int fd, struct stat *st), (fd, st), EIO,	\
	    ENOMEM, 0)							\
	X(int, stat, -1, (const char *path, struct stat *st),		\
	    (path, st), EIO, EACCES, ENOENT)				\
	X(int, lstat, -1, (const char *path, struct stat *st),		\
	    (path, st), EIO, EACCES, ENOENT)				\
	X(int, fstatat, -1, (int dir, const char *path,			\
	    struct stat *st, int flags), (dir, path, st, flags), EIO,	\
	    EACCES, ENOENT)						\
	X(int, access, -1, (const char *path, int mode), (path, mode),	\
	    EIO, EACCES, 0)						\
	X(off_t, lseek, -1, (int fd, off_t at, int whence),		\
	    (fd, at, whence), EIO, EINVAL, 0)				\
	X(int, ftruncate, -1, (int fd, off_t size), (fd, size), EIO,	\
	    EINTR, 0)							\
	X(int, posix_fallocate, errno, (int fd, off_t at, off_t size),	\
	    (fd, at, size), ENOSPC, EINTR, 0)				\
	X(int, mkdir, -1, (const char *path, mode_t mode),		\
	    (path, mode), ENOSPC, EROFS, 0)				\
	X(int, unlink, -1, (const char *path), (path), EROFS, EIO, 0)	\
	X(int, flock, -1, (int fd, int operation), (fd, operation),	\
	    ENOLCK, EINTR, 0)						\
	X(ssize_t, readlink, -1, (const char *path, char *text,		\
	    size_t size), (path, text, size), EIO, EACCES, 0)		\
	X(int, mkostemp, -1, (char *pattern, int flags),		\
	    (pattern, flags), EMFILE, ENOSPC, 0)			\
	X(DIR *, opendir, NULL, (const char *path), (path), EMFILE,	\
	    ENOMEM, 0)							\
	X(int, pipe2, -1, (int fds[2], int flags), (fds, flags),	\
	    EMFILE, ENFILE, 0)						\
	X(int, socket, -1, (int family, int type, int protocol),	\
	    (family, type, protocol), EMFILE, ENOBUFS, 0)		\
	X(int, bind, -1, (int fd, const struct sockaddr *address,	\
	    socklen_t size), (fd, address, size), EADDRINUSE, EROFS, 0)	\
	X(int, listen, -1, (int fd, int backlog), (fd, backlog),	\
	    EADDRINUSE, ENOBUFS, 0)					\
	X(int, connect, -1, (int fd, const struct sockaddr *address,	\
	    socklen_t size), (fd, address, size), EAGAIN, ECONNREFUSED,	\
	    0)								\
	X(int, accept4, -1, (int fd, struct sockaddr *address,		\
	    socklen_t *size, int flags), (fd, address, size, flags),	\
	    EMFILE, ECONNABORTED, EAGAIN)				\
	X(int, getsockopt, -1, (int fd, int level, int name,		\
	    void *value, socklen_t *size), (fd, level, name, value,	\
	    size), ENOBUFS, ENOPROTOOPT, 0)				\
	X(int, lchown, -1, (const char *path, uid_t uid, gid_t gid),	\
	    (path, uid, gid), EPERM, EROFS, 0)				\
	X(void *, mmap, MAP_FAILED, (void *address, size_t size,	\
	    int protection, int flags, int fd, off_t at), (address,	\
	    size, protection, flags, fd, at), ENOMEM, EAGAIN, 0)	\
	X(int, mprotect, -1, (void *address, size_t size,		\
	    int protection), (address, size, protection), ENOMEM,	\
	    EACCES, 0)							\
	X(int, kill, -1, (pid_t pid, int number), (pid, number), EPERM,	\
	    0, 0)							\
	X(int, waitid, -1, (idtype_t type, id_t id, siginfo_t *info,	\
	    int options), (type, id, info, options), EINTR, 0, 0)	\
	X(pid_t, setsid, -1, (void), (), EPERM, 0, 0)			\
	X(int, chdir, -1, (const char *path), (path), EIO, ENOMEM, 0)	\
	X(int, dup2, -1, (int from, int to), (from, to), EMFILE, EINTR,	\
	    0)								\
	X(int, execve, -1, (const char *path, char *const *argv,	\
	    char *const *env), (path, argv, env), ENOMEM, EACCES,	\
	    ETXTBSY)							\
	X(pid_t, fork, -1, (void), (), EAGAIN, ENOMEM, 0)

/* Functions that are not so simple; see below. */
#define OTHERS(X)							\
	X(close, EINTR, EIO, 0)						\
	X(open, EMFILE, ENOMEM, EACCES)					\
	X(openat, EMFILE, ENOMEM, EACCES)				\
	X(fcntl, EMFILE, EINVAL, 0)					\
	X(prctl, EINVAL, EPERM, 0)					\
	X(clone, EAGAIN, ENOMEM, 0)					\
	X(syscall, ENOSYS, EPERM, EMFILE)

enum call {
#define X(type, name, failure, parameters, arguments, a, b, c) CALL_##name,
	CALLS(X)
#undef X
#define X(name, a, b, c) CALL_##name,
	OTHERS(X)
#undef X
	CALL_COUNT
};

static const struct {
	const char *name;
	int errors[ERRORS];
} calls[] = {
#define X(type, name, failure, parameters, arguments, a, b, c)		\
	{#name, {a, b, c}},
	CALLS(X)
#undef X
#define X(name, a, b, c) {#name, {a, b, c}},
	OTHERS(X)
#undef X
};

/* What fails now; in memory that is shared with children. */
struct failing {
	enum call call;
	int error;
	size_t at;		/* the call of it that fails */
	bool stays;		/* and all that follow */
	bool is_over;		/* all succeed, and none is counted */
	unsigned paused;	/* how many times calls_pause() was called */
	size_t made;		/* calls of it */
};

static struct failing none = {.is_over = true};
static struct failing *now = &none;

/* Count a call; 0, or the error that it must fail with. */
static int
failure_of(enum call call)
{
	if (now->is_over || now->paused > 0 || call != now->call)
		return 0;
	now->made++;
	if (now->made < now->at || (now->made > now->at && !now->stays))
		return 0;
	return now->error;
}

/* Count a call; tell whether it must fail, and set errno then. */
static bool
fails(enum call call)
{
	int error = failure_of(call);

	if (error > 0)
		errno = error;
	return error > 0;
}

#define PARTLY(size)	(error == PART && (size) > 0 ? 1 : (size))

#define X(type, name, failure, parameters, arguments, a, b, c)		\
	type	__real_##name parameters;				\
	type	__wrap_##name parameters;				\
	type								\
	__wrap_##name parameters					\
	{								\
		int error = failure_of(CALL_##name);			\
									\
		if (error > 0) {					\
			errno = error;					\
			return failure;					\
		}							\
		return __real_##name arguments;				\
	}
CALLS(X)
#undef X

int	__real_close(int fd);
int	__wrap_close(int fd);
int	__real_open(const char *path, int flags, ...);
int	__wrap_open(const char *path, int flags, ...);
int	__real_openat(int dir, const char *path, int flags, ...);
int	__wrap_openat(int dir, const char *path, int flags, ...);
int	__real_fcntl(int fd, int command, ...);
int	__wrap_fcntl(int fd, int command, ...);
int	__real_prctl(int option, ...);
int	__wrap_prctl(int option, ...);
int	__real_clone(int (*child)(void *), void *stack, int flags, void *arg,
	    ...);
int	__wrap_clone(int (*child)(void *), void *stack, int flags, void *arg,
	    ...);
long	__real_syscall(long number, ...);
long	__wrap_syscall(long number, ...);
/* What _FORTIFY_SOURCE makes of two of them. */
ssize_t	__wrap___read_chk(int fd, void *bytes, size_t size, size_t room);
ssize_t	__wrap___pread_chk(int fd, void *bytes, size_t size, off_t at,
	    size_t room);

ssize_t
__wrap___read_chk(int fd, void *bytes, size_t size, size_t room)
{
	if (size > room)
		abort();
	return __wrap_read(fd, bytes, size);
}

ssize_t
__wrap___pread_chk(int fd, void *bytes, size_t size, off_t at, size_t room)
{
	if (size > room)
		abort();
	return __wrap_pread(fd, bytes, size, at);
}

/* A descriptor that could not be closed is closed nevertheless. */
int
__wrap_close(int fd)
{
	int error = failure_of(CALL_close);
	int rc = __real_close(fd);

	if (error == 0)
		return rc;
	errno = error;
	return -1;
}

/* Functions with more arguments for some flags; the others are not used. */
int
__wrap_open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	return fails(CALL_open) ? -1 : __real_open(path, flags, mode);
}

int
__wrap_openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	return fails(CALL_openat) ? -1 : __real_openat(dir, path, flags, mode);
}

int
__wrap_fcntl(int fd, int command, ...)
{
	va_list args;
	void *arg;

	va_start(args, command);
	arg = va_arg(args, void *);
	va_end(args);
	return fails(CALL_fcntl) ? -1 : __real_fcntl(fd, command, arg);
}

int
__wrap_prctl(int option, ...)
{
	unsigned long arg[4];
	va_list args;

	va_start(args, option);
	for (int i = 0; i < 4; i++)
		arg[i] = va_arg(args, unsigned long);
	va_end(args);
	return fails(CALL_prctl) ? -1 : __real_prctl(option, arg[0], arg[1],
	    arg[2], arg[3]);
}

int
__wrap_clone(int (*child)(void *), void *stack, int flags, void *arg, ...)
{
	va_list args;
	void *more[3];		/* pidfd, thread-local memory, word */

	va_start(args, arg);
	for (int i = 0; i < 3; i++)
		more[i] = va_arg(args, void *);
	va_end(args);
	return fails(CALL_clone) ? -1 : __real_clone(child, stack, flags, arg,
	    more[0], more[1], more[2]);
}

long
__wrap_syscall(long number, ...)
{
	va_list args;
	long arg[6];

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	return fails(CALL_syscall) ? -1 : __real_syscall(number, arg[0],
	    arg[1], arg[2], arg[3], arg[4], arg[5]);
}

void
calls_pause(void)
{
	now->paused++;
}

void
calls_resume(void)
{
	now->paused--;
}

int
calls_error(void)
{
	return now->error;
}

bool
calls_let_succeed(void)
{
	now->is_over = true;
	return now->made >= now->at;
}

/* Count the open descriptors. */
static int
count_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < DESCRIPTORS; fd++)
		count += __real_fcntl(fd, F_GETFD) != -1;
	return count;
}

/* Tell whether there is a child, dead or alive; kill and reap it. */
static bool
has_child(void)
{
	siginfo_t info;
	bool found = false;

	while (__real_waitid(P_ALL, 0, &info, WEXITED | WNOHANG |
	    WNOWAIT) == 0) {
		found = true;
		if (info.si_pid == 0)
			break;
		__real_waitid(P_PID, (id_t)info.si_pid, &info, WEXITED);
	}
	return found;
}

/* Run a case with one failure; false if it ended badly. */
static bool
fail_at(const struct calls_case *test, struct failing failing,
    size_t *ret_made)
{
	int before = count_descriptors(), left;
	enum wrap_end end;
	bool child, good;

	*now = failing;
	end = test->test.run(test->test.arg);
	now->is_over = true;
	*ret_made = now->made;
	child = has_child();
	left = count_descriptors() - before;
	good = end != WRAP_WRONG && !child && left == 0 &&
	    (now->made >= failing.at || end == WRAP_RIGHT);
	if (!good)
		printf("%s: %s %zu%s, %s: end %d%s, %d descriptors left\n",
		    test->test.name, calls[failing.call].name, failing.at,
		    failing.stays ? " and all after it" : "",
		    failing.error == PART ? "one byte" :
		    strerror(failing.error), (int)end,
		    child ? ", a child" : "", left);
	fflush(stdout);
	return good;
}

/* Run a case with every failure of one kind. */
static void
fail_each(const struct calls_case *test, struct failing failing,
    size_t *passed, size_t *failed)
{
	size_t made;

	do {
		failing.at += failing.at < test->each ? 1 : failing.at / 2;
		*(fail_at(test, failing, &made) ? passed : failed) += 1;
	} while (made >= failing.at);
}

/* Run a case with every failure of one function, if it calls it. */
static void
fail_function(const struct calls_case *test, enum call call, size_t *passed,
    size_t *failed)
{
	struct failing failing = {.call = call, .at = SIZE_MAX};
	size_t made;

	*(fail_at(test, failing, &made) ? passed : failed) += 1;
	for (int i = 0; i < ERRORS && made > 0; i++) {
		failing.error = calls[call].errors[i];
		failing.at = 0;
		failing.stays = false;
		if (failing.error == 0)
			continue;
		fail_each(test, failing, passed, failed);
		failing.stays = true;
		if (failing.error != EINTR)
			fail_each(test, failing, passed, failed);
	}
}

void
calls_fail_each(const struct calls_case *test, size_t *passed, size_t *failed)
{
	if (now == &none)
		now = mmap(NULL, sizeof(*now), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (now == MAP_FAILED)
		abort();
	for (enum call call = 0; call < CALL_COUNT; call++)
		fail_function(test, call, passed, failed);
}
