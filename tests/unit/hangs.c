/* Functions of the C library that hang when a test says so. */
#include "hangs.h"

#include <glob.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

const char *hangs;
int busy_ms;

/* Hang if it is this one's turn. */
static void
hang_if(const char *function)
{
	while (hangs && strcmp(hangs, function) == 0)
		pause();
}

int	__real_glob(const char *pattern, int flags,
	    int (*error)(const char *, int), glob_t *found);
int	__wrap_glob(const char *pattern, int flags,
	    int (*error)(const char *, int), glob_t *found);

int
__wrap_glob(const char *pattern, int flags, int (*error)(const char *, int),
    glob_t *found)
{
	hang_if("glob");
	return __real_glob(pattern, flags, error, found);
}

int	__real_getpwnam_r(const char *name, struct passwd *entry, char *buffer,
	    size_t size, struct passwd **found);
int	__wrap_getpwnam_r(const char *name, struct passwd *entry, char *buffer,
	    size_t size, struct passwd **found);

int
__wrap_getpwnam_r(const char *name, struct passwd *entry, char *buffer,
    size_t size, struct passwd **found)
{
	hang_if("getpwnam_r");
	return __real_getpwnam_r(name, entry, buffer, size, found);
}

off_t	__real_lseek(int fd, off_t at, int whence);
off_t	__wrap_lseek(int fd, off_t at, int whence);

off_t
__wrap_lseek(int fd, off_t at, int whence)
{
	hang_if("lseek");
	return __real_lseek(fd, at, whence);
}

int	__real_stat(const char *path, struct stat *status);
int	__wrap_stat(const char *path, struct stat *status);

int
__wrap_stat(const char *path, struct stat *status)
{
	if (strcmp(path, "/changed") == 0)
		hang_if("stat");
	return __real_stat(path, status);
}

int	__real_chdir(const char *path);
int	__wrap_chdir(const char *path);

int
__wrap_chdir(const char *path)
{
	int64_t end_ms = clock_ms() + busy_ms;

	while (clock_ms() < end_ms)
		continue;
	return __real_chdir(path);
}
