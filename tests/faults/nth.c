/*
 * A library for LD_PRELOAD that makes the n-th call of a process fail, of the
 * functions below, called by the program itself or a library of it. The program
 * is the one that is shipped; nothing in it knows about this.
 *
 *	FAULTS_AT	n, counted from 1; 0: only count
 *	FAULTS_CALL	the name of a function: only its calls are counted
 *	FAULTS_STAY	a file: all calls of the same class fail from then on,
 *			until it exists. Not set: the n-th fails alone
 *	FAULTS_LOG	a file: gets a line when a call fails for the first
 *			time, "NAME ERRNO CLASS"; and at the end one with the
 *			number of calls, "calls N"
 *
 * The variables are removed, so that processes started from here are free of
 * it; calls in a child before exec are not counted.
 */
#include <limits.h>

#ifdef __GLIBC__

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif

/* The calls that fail together when a failure stays. */
enum class {
	MEMORY,
	DESCRIPTORS,
	PROCESSES,
	DISK,
	SOCKETS,
	FEATURES,		/* refused by a filter of system calls */
	PASSING,		/* interrupted; never stays */
};

static const char *const class_names[] = {
	[MEMORY] = "memory",
	[DESCRIPTORS] = "descriptors",
	[PROCESSES] = "processes",
	[DISK] = "disk",
	[SOCKETS] = "sockets",
	[FEATURES] = "features",
	[PASSING] = "passing",
};

/* Each call, its class, and two errors that it can fail with, in turn. */
#define CALLS(X)							\
	X(malloc, MEMORY, ENOMEM, ENOMEM)				\
	X(calloc, MEMORY, ENOMEM, ENOMEM)				\
	X(realloc, MEMORY, ENOMEM, ENOMEM)				\
	X(mmap, MEMORY, ENOMEM, EAGAIN)					\
	X(epoll_ctl, MEMORY, ENOMEM, ENOSPC)				\
	X(open, DESCRIPTORS, EMFILE, ENFILE)				\
	X(openat, DESCRIPTORS, EMFILE, ENFILE)				\
	X(opendir, DESCRIPTORS, EMFILE, ENOMEM)				\
	X(memfd_create, DESCRIPTORS, EMFILE, ENOMEM)			\
	X(mkostemp, DESCRIPTORS, EMFILE, ENOSPC)			\
	X(pipe, DESCRIPTORS, EMFILE, ENFILE)				\
	X(pipe2, DESCRIPTORS, EMFILE, ENFILE)				\
	X(socket, DESCRIPTORS, EMFILE, ENOBUFS)				\
	X(accept4, DESCRIPTORS, EMFILE, ECONNABORTED)			\
	X(fcntl, DESCRIPTORS, EMFILE, EINVAL)				\
	X(epoll_create1, DESCRIPTORS, EMFILE, ENOMEM)			\
	X(eventfd, DESCRIPTORS, EMFILE, ENODEV)				\
	X(signalfd, DESCRIPTORS, EMFILE, ENODEV)			\
	X(timerfd_create, DESCRIPTORS, EMFILE, ENOMEM)			\
	X(inotify_init1, DESCRIPTORS, EMFILE, ENOMEM)			\
	X(inotify_add_watch, DESCRIPTORS, ENOSPC, ENOMEM)		\
	X(pidfd_open, DESCRIPTORS, EMFILE, ENOSYS)			\
	X(openat2, DESCRIPTORS, EMFILE, ENOSYS)				\
	X(clone, PROCESSES, EAGAIN, ENOMEM)				\
	X(fork, PROCESSES, EAGAIN, ENOMEM)				\
	X(pthread_create, PROCESSES, EAGAIN, EPERM)			\
	X(write, DISK, ENOSPC, EIO)					\
	X(pwrite, DISK, ENOSPC, EIO)					\
	X(read, DISK, EIO, EINTR)					\
	X(pread, DISK, EIO, EINTR)					\
	X(posix_fallocate, DISK, ENOSPC, EINTR)				\
	X(ftruncate, DISK, EIO, EINTR)					\
	X(lseek, DISK, EIO, EIO)					\
	X(mkdir, DISK, ENOSPC, EROFS)					\
	X(unlink, DISK, EROFS, EIO)					\
	X(flock, DISK, ENOLCK, EINTR)					\
	X(fstat, DISK, EIO, ENOMEM)					\
	X(stat, DISK, EIO, EACCES)					\
	X(lstat, DISK, EIO, EACCES)					\
	X(readlink, DISK, EIO, EACCES)					\
	X(readlinkat, DISK, EIO, ENOMEM)				\
	X(getcwd, DISK, ENOENT, ERANGE)					\
	X(chmod, DISK, EROFS, EPERM)					\
	X(bind, SOCKETS, EACCES, EADDRINUSE)				\
	X(listen, SOCKETS, EADDRINUSE, EOPNOTSUPP)			\
	X(connect, SOCKETS, ECONNREFUSED, EAGAIN)			\
	X(getsockopt, SOCKETS, ENOBUFS, ENOPROTOOPT)			\
	X(send, SOCKETS, ENOBUFS, EPIPE)				\
	X(sendto, SOCKETS, ENOBUFS, ECONNREFUSED)			\
	X(recv, SOCKETS, EAGAIN, ECONNRESET)				\
	X(pidfd_send_signal, FEATURES, ENOSYS, EPERM)			\
	X(close_range, FEATURES, ENOSYS, EPERM)				\
	X(prctl, FEATURES, EINVAL, EPERM)				\
	X(prlimit, FEATURES, EPERM, ENOSYS)				\
	X(getrlimit, FEATURES, EPERM, ENOSYS)				\
	X(setrlimit, FEATURES, EPERM, ENOSYS)				\
	X(setpriority, FEATURES, EPERM, EACCES)				\
	X(kill, FEATURES, EPERM, EPERM)					\
	X(waitid, PASSING, EINTR, EINTR)				\
	X(waitpid, PASSING, EINTR, EINTR)				\
	X(poll, PASSING, EINTR, ENOMEM)					\
	X(epoll_wait, PASSING, EINTR, EINTR)				\
	X(nanosleep, PASSING, EINTR, EINTR)				\
	X(close, PASSING, EINTR, EIO)

enum call {
#define X(name, class, one, other) CALL_##name,
	CALLS(X)
#undef X
	CALL_COUNT
};

static const struct {
	const char *name;
	enum class class;
	int errors[2];
} calls[] = {
#define X(name, class, one, other) {#name, class, {one, other}},
	CALLS(X)
#undef X
};

static struct {
	void *real[CALL_COUNT];
	char *log;
	char *only;		/* a name: only these are counted; or NULL */
	char *stay;		/* ends the failure when it exists; or NULL */
	unsigned long at;	/* the call that fails */
	atomic_ulong made;
	pid_t pid;		/* 0: not yet set up, or no more */
	enum class short_of;
	atomic_bool is_short;
} faults;

/* glibc's own names of functions that are replaced here. */
void	*__libc_malloc(size_t size);
void	*__libc_calloc(size_t count, size_t size);
void	*__libc_realloc(void *memory, size_t size);

/* Find the function behind a name of this library. */
static void *
real(enum call call)
{
	if (!faults.real[call])
		faults.real[call] = dlsym(RTLD_NEXT, calls[call].name);
	return faults.real[call];
}

/* The system's syscall(). It is looked for once, in begin(): that takes a lock,
 * and children share the memory until their exec. */
static void *
real_syscall(void)
{
	static void *function;

	if (!function)
		function = dlsym(RTLD_NEXT, "syscall");
	return function;
}

/* Make a system call, past the functions that are replaced here. */
static long
call_system(long number, long a, long b, long c, long d)
{
	long (*function)(long, ...);

	*(void **)&function = real_syscall();
	return function(number, a, b, c, d);
}

/* Append a line to the log. */
static void
say(const char *line)
{
	long fd;

	if (!faults.log)
		return;
	fd = call_system(SYS_openat, AT_FDCWD, (long)faults.log,
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	call_system(SYS_write, fd, (long)line, (long)strlen(line), 0);
	call_system(SYS_close, fd, 0, 0, 0);
}

/* Say which call has failed. */
static void
say_failure(enum call call, int error)
{
	char line[128];

	snprintf(line, sizeof(line), "%s %s %s\n", calls[call].name,
	    strerrorname_np(error), class_names[calls[call].class]);
	say(line);
}

/* Tell whether calls of that class succeed again. */
static bool
has_come_back(void)
{
	return call_system(SYS_faccessat, AT_FDCWD, (long)faults.stay, F_OK,
	    0) == 0;
}

/* Count a call; tell whether it must fail, and set errno then. */
static bool
fails(enum call call)
{
	unsigned long number;
	int error = errno, failure;

	if (faults.pid == 0 || call_system(SYS_getpid, 0, 0, 0, 0) !=
	    faults.pid)
		return false;
	number = faults.only && strcmp(faults.only, calls[call].name) != 0 ?
	    0 : atomic_fetch_add(&faults.made, 1) + 1;
	failure = calls[call].errors[faults.at % 2];
	if (number != 0 && number == faults.at) {
		say_failure(call, failure);
		faults.short_of = calls[call].class;
		faults.is_short = faults.stay != NULL &&
		    calls[call].class != PASSING;
	} else if (!faults.is_short || calls[call].class != faults.short_of) {
		return false;
	} else if (has_come_back()) {
		faults.is_short = false;
		errno = error;
		return false;
	}
	errno = failure;
	return true;
}

/* Take a variable out of the environment. */
static char *
take_variable(const char *name)
{
	const char *value = getenv(name);
	char *copy = value ? strdup(value) : NULL;

	unsetenv(name);
	return copy;
}

static void begin(void) __attribute__((constructor));
static void end(void) __attribute__((destructor));

/* Begin, before main(). */
static void
begin(void)
{
	char *at = take_variable("FAULTS_AT");

	faults.only = take_variable("FAULTS_CALL");
	faults.stay = take_variable("FAULTS_STAY");
	faults.log = take_variable("FAULTS_LOG");
	unsetenv("LD_PRELOAD");
	for (enum call call = 0; call < CALL_COUNT; call++)
		real(call);
	real_syscall();
	if (!at)
		return;
	faults.at = strtoul(at, NULL, 10);
	free(at);
	faults.pid = getpid();
}

/* End, after main(). */
static void
end(void)
{
	char line[64];
	pid_t pid = faults.pid;

	faults.pid = 0;
	if (pid != getpid())
		return;
	snprintf(line, sizeof(line), "calls %lu\n", faults.made);
	say(line);
}

void *
malloc(size_t size)
{
	return fails(CALL_malloc) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return fails(CALL_calloc) ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *memory, size_t size)
{
	return fails(CALL_realloc) ? NULL : __libc_realloc(memory, size);
}

/* A function whose arguments are named, and what it returns on failure. */
#define DEFINE(name, failure, type, parameters, ...)			\
	type								\
	name parameters							\
	{								\
		type (*function) parameters;				\
									\
		if (fails(CALL_##name))					\
			return failure;					\
		*(void **)&function = real(CALL_##name);		\
		return function(__VA_ARGS__);				\
	}

DEFINE(mmap, MAP_FAILED, void *, (void *address, size_t size, int protection,
    int flags, int fd, off_t offset), address, size, protection, flags, fd,
    offset)
DEFINE(epoll_ctl, -1, int, (int epfd, int op, int fd,
    struct epoll_event *event), epfd, op, fd, event)
DEFINE(opendir, NULL, DIR *, (const char *path), path)
DEFINE(memfd_create, -1, int, (const char *name, unsigned flags), name, flags)
DEFINE(mkostemp, -1, int, (char *pattern, int flags), pattern, flags)
DEFINE(pipe, -1, int, (int fds[2]), fds)
DEFINE(pipe2, -1, int, (int fds[2], int flags), fds, flags)
DEFINE(socket, -1, int, (int family, int type, int protocol), family, type,
    protocol)
DEFINE(accept4, -1, int, (int fd, struct sockaddr *address, socklen_t *size,
    int flags), fd, address, size, flags)
DEFINE(epoll_create1, -1, int, (int flags), flags)
DEFINE(eventfd, -1, int, (unsigned value, int flags), value, flags)
DEFINE(signalfd, -1, int, (int fd, const sigset_t *set, int flags), fd, set,
    flags)
DEFINE(timerfd_create, -1, int, (int clock, int flags), clock, flags)
DEFINE(inotify_init1, -1, int, (int flags), flags)
DEFINE(inotify_add_watch, -1, int, (int fd, const char *path, uint32_t mask),
    fd, path, mask)
DEFINE(fork, -1, pid_t, (void), )
DEFINE(write, -1, ssize_t, (int fd, const void *bytes, size_t size), fd, bytes,
    size)
DEFINE(pwrite, -1, ssize_t, (int fd, const void *bytes, size_t size,
    off_t offset), fd, bytes, size, offset)
DEFINE(read, -1, ssize_t, (int fd, void *bytes, size_t size), fd, bytes, size)
DEFINE(pread, -1, ssize_t, (int fd, void *bytes, size_t size, off_t offset),
    fd, bytes, size, offset)
DEFINE(posix_fallocate, errno, int, (int fd, off_t offset, off_t size), fd,
    offset, size)
DEFINE(ftruncate, -1, int, (int fd, off_t size), fd, size)
DEFINE(lseek, -1, off_t, (int fd, off_t offset, int whence), fd, offset,
    whence)
DEFINE(mkdir, -1, int, (const char *path, mode_t mode), path, mode)
DEFINE(unlink, -1, int, (const char *path), path)
DEFINE(flock, -1, int, (int fd, int operation), fd, operation)
DEFINE(fstat, -1, int, (int fd, struct stat *st), fd, st)
DEFINE(stat, -1, int, (const char *path, struct stat *st), path, st)
DEFINE(lstat, -1, int, (const char *path, struct stat *st), path, st)
DEFINE(readlink, -1, ssize_t, (const char *path, char *text, size_t size),
    path, text, size)
DEFINE(readlinkat, -1, ssize_t, (int dir, const char *path, char *text,
    size_t size), dir, path, text, size)
DEFINE(getcwd, NULL, char *, (char *path, size_t size), path, size)
DEFINE(chmod, -1, int, (const char *path, mode_t mode), path, mode)
DEFINE(bind, -1, int, (int fd, const struct sockaddr *address,
    socklen_t size), fd, address, size)
DEFINE(listen, -1, int, (int fd, int backlog), fd, backlog)
DEFINE(connect, -1, int, (int fd, const struct sockaddr *address,
    socklen_t size), fd, address, size)
DEFINE(getsockopt, -1, int, (int fd, int level, int name, void *value,
    socklen_t *size), fd, level, name, value, size)
DEFINE(send, -1, ssize_t, (int fd, const void *bytes, size_t size, int flags),
    fd, bytes, size, flags)
DEFINE(sendto, -1, ssize_t, (int fd, const void *bytes, size_t size, int flags,
    const struct sockaddr *address, socklen_t address_size), fd, bytes, size,
    flags, address, address_size)
DEFINE(recv, -1, ssize_t, (int fd, void *bytes, size_t size, int flags), fd,
    bytes, size, flags)
DEFINE(kill, -1, int, (pid_t pid, int number), pid, number)
DEFINE(waitid, -1, int, (idtype_t type, id_t id, siginfo_t *info, int options),
    type, id, info, options)
DEFINE(waitpid, -1, pid_t, (pid_t pid, int *status, int options), pid, status,
    options)
DEFINE(poll, -1, int, (struct pollfd *fds, nfds_t count, int timeout_ms), fds,
    count, timeout_ms)
DEFINE(epoll_wait, -1, int, (int epfd, struct epoll_event *events, int count,
    int timeout_ms), epfd, events, count, timeout_ms)
DEFINE(nanosleep, -1, int, (const struct timespec *time,
    struct timespec *left), time, left)
DEFINE(pthread_create, errno, int, (pthread_t *thread,
    const pthread_attr_t *attr, void *(*function_of_it)(void *), void *arg),
    thread, attr, function_of_it, arg)
DEFINE(setrlimit, -1, int, (__rlimit_resource_t resource,
    const struct rlimit *limit), resource, limit)
DEFINE(getrlimit, -1, int, (__rlimit_resource_t resource,
    struct rlimit *limit), resource, limit)
DEFINE(prlimit, -1, int, (pid_t pid, enum __rlimit_resource resource,
    const struct rlimit *limit, struct rlimit *old), pid, resource, limit, old)
DEFINE(setpriority, -1, int, (__priority_which_t which, id_t who, int value),
    which, who, value)

/* What _FORTIFY_SOURCE makes of two of them. */
ssize_t	__read_chk(int fd, void *bytes, size_t size, size_t room);
ssize_t	__pread_chk(int fd, void *bytes, size_t size, off_t offset,
	    size_t room);

ssize_t
__read_chk(int fd, void *bytes, size_t size, size_t room)
{
	if (size > room)
		abort();
	return read(fd, bytes, size);
}

ssize_t
__pread_chk(int fd, void *bytes, size_t size, off_t offset, size_t room)
{
	if (size > room)
		abort();
	return pread(fd, bytes, size, offset);
}

/* A descriptor that could not be closed is closed nevertheless. */
int
close(int fd)
{
	int (*function)(int);
	bool failed = fails(CALL_close);
	int error = errno, rc;

	*(void **)&function = real(CALL_close);
	rc = function(fd);
	if (!failed)
		return rc;
	errno = error;
	return -1;
}

/* Functions with more arguments for some flags; the others are not used. */
int
open(const char *path, int flags, ...)
{
	int (*function)(const char *, int, ...);
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (fails(CALL_open))
		return -1;
	*(void **)&function = real(CALL_open);
	return function(path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
	int (*function)(int, const char *, int, ...);
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (fails(CALL_openat))
		return -1;
	*(void **)&function = real(CALL_openat);
	return function(dir, path, flags, mode);
}

int
fcntl(int fd, int command, ...)
{
	int (*function)(int, int, ...);
	va_list args;
	long arg;

	va_start(args, command);
	arg = va_arg(args, long);
	va_end(args);
	if (fails(CALL_fcntl))
		return -1;
	*(void **)&function = real(CALL_fcntl);
	return function(fd, command, arg);
}

int
prctl(int option, ...)
{
	int (*function)(int, ...);
	unsigned long arg[4];
	va_list args;

	va_start(args, option);
	for (int i = 0; i < 4; i++)
		arg[i] = va_arg(args, unsigned long);
	va_end(args);
	if (fails(CALL_prctl))
		return -1;
	*(void **)&function = real(CALL_prctl);
	return function(option, arg[0], arg[1], arg[2], arg[3]);
}

int
clone(int (*child)(void *), void *stack, int flags, void *arg, ...)
{
	int (*function)(int (*)(void *), void *, int, void *, ...);
	va_list args;
	void *more[3];		/* pidfd, thread-local memory, word */

	va_start(args, arg);
	for (int i = 0; i < 3; i++)
		more[i] = va_arg(args, void *);
	va_end(args);
	if (fails(CALL_clone))
		return -1;
	*(void **)&function = real(CALL_clone);
	return function(child, stack, flags, arg, more[0], more[1], more[2]);
}

/* The calls that the program makes by number, and what they are here. */
static const struct {
	long number;
	enum call call;
} by_number[] = {
	{SYS_pidfd_send_signal, CALL_pidfd_send_signal},
	{SYS_pidfd_open, CALL_pidfd_open},
	{SYS_close_range, CALL_close_range},
	{SYS_openat2, CALL_openat2},
};

long
syscall(long number, ...)
{
	long (*function)(long, ...);
	va_list args;
	long arg[6];

	va_start(args, number);
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	for (size_t i = 0; i < sizeof(by_number) / sizeof(*by_number); i++)
		if (by_number[i].number == number && fails(by_number[i].call))
			return -1;
	*(void **)&function = real_syscall();
	return function(number, arg[0], arg[1], arg[2], arg[3], arg[4],
	    arg[5]);
}

#endif
