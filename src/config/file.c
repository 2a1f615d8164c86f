/*
 * Reading configuration files safely, and finding included ones.
 *
 * The file is opened without waiting (a FIFO would wait for ever), must be
 * regular, and is compared before and after. If another process writes to it
 * meanwhile, it is read once more, and then refused.
 */
#include "config.h"

#include "config/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/strlist.h"
#include "base/whole.h"
#include "config/conf.h"
#include "os/os.h"

/* Set the phrase, and a negative answer. */
static int
__attribute__((format(printf, 2, 3)))
refuse_file(char *fault, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(fault, FILE_FAULT_SIZE, format, args);
	va_end(args);
	errno = EINVAL;
	return -1;
}

/* Refuse a file that is not plain, is too large, or that others may write. */
static int
check_status(const struct stat *status, uid_t user, char *fault)
{
	if (!S_ISREG(status->st_mode))
		return refuse_file(fault, "not a regular file");
	if (status->st_uid != 0 && status->st_uid != user)
		return refuse_file(fault, "owned by uid %lu: only root or the "
		    "daemon's own user may own it",
		    (unsigned long)status->st_uid);
	if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return refuse_file(fault, "mode %04o: neither group nor others "
		    "may write to it", (unsigned)status->st_mode & 07777);
	if (status->st_size > CONF_FILE_MAX)
		return refuse_file(fault, "%lld bytes, %d are allowed",
		    (long long)status->st_size, CONF_FILE_MAX);
	return 0;
}

/* Tell whether a file has been written to, or another put in its place. */
static bool
has_changed(const struct stat *before, const char *path)
{
	struct stat after;

	return stat(path, &after) == -1 || after.st_dev != before->st_dev ||
	    after.st_ino != before->st_ino ||
	    after.st_size != before->st_size ||
	    after.st_mtim.tv_sec != before->st_mtim.tv_sec ||
	    after.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
}

/* Read an open file. 0, 1 if it changed meanwhile, -1 if it cannot be read. */
static int
read_open(int fd, const char *path, uid_t user, struct file_content *ret_file,
    char *fault)
{
	struct stat status;
	int64_t written_ms;
	ssize_t size;
	char *bytes;

	if (fstat(fd, &status) == -1)
		return refuse_file(fault, "%s", strerror(errno));
	written_ms = (int64_t)status.st_mtim.tv_sec * 1000 +
	    status.st_mtim.tv_nsec / 1000000;
	if (check_status(&status, user, fault) == -1)
		return -1;
	/* One byte more than there should be, to see if it has grown. */
	bytes = malloc((size_t)status.st_size + 1);
	if (!bytes)
		return -1;
	size = whole_read(fd, bytes, (size_t)status.st_size + 1);
	if (size == -1) {
		refuse_file(fault, "cannot be read: %s", strerror(errno));
		free(bytes);
		return -1;
	}
	if (size != status.st_size || has_changed(&status, path)) {
		free(bytes);
		return 1;
	}
	*ret_file = (struct file_content){
		.bytes = bytes,
		.size = (size_t)size,
		.dev = status.st_dev,
		.ino = status.st_ino,
		.age_ms = clock_wall_ms() - written_ms,
	};
	return 0;
}

/* Open and read a file. Answers as read_open(). */
static int
read_once(const char *path, uid_t user, struct file_content *ret_file,
    char *fault)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int rc;

	if (fd == -1)
		return refuse_file(fault, "cannot be opened: %s",
		    strerror(errno));
	rc = read_open(fd, path, user, ret_file, fault);
	os_close(fd);
	return rc;
}

int
file_read(const char *path, uid_t user, struct file_content *ret_file,
    char ret_fault[FILE_FAULT_SIZE])
{
	int rc = read_once(path, user, ret_file, ret_fault);

	if (rc == 1)
		rc = read_once(path, user, ret_file, ret_fault);
	if (rc == 1)
		return refuse_file(ret_fault, "changes while it is read");
	return rc;
}

/* Put what comes before a relative name: the directory of a file, with its
 * slash; for a pattern with a backslash before what glob() would match. */
static void
put_directory(struct strlist *name, const char *from, bool pattern)
{
	const char *slash = strrchr(from, '/');

	for (; slash && from <= slash; from++) {
		if (pattern && strchr("*?[\\", *from))
			strlist_put(name, '\\');
		strlist_put(name, *from);
	}
}

/* Go on where a directory of a pattern does not exist: it matches nothing. */
static int
on_glob_error(const char *path, int error)
{
	(void)path;
	return error != ENOENT && error != ENOTDIR;
}

/* Add the files that a pattern matches, in the order of their bytes. */
static int
add_matches(struct strlist *names, const char *pattern)
{
	glob_t found = { 0 };
	int rc = glob(pattern, 0, on_glob_error, &found);

	if (rc == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			strlist_add(names, found.gl_pathv[i]);
	if (rc == GLOB_ABORTED && (errno == 0 || errno == ENOMEM))
		errno = EIO;
	if (rc == GLOB_NOSPACE)
		errno = ENOMEM;
	globfree(&found);
	return rc == 0 || rc == GLOB_NOMATCH ? 0 : -1;
}

char **
file_match(const char *from, const char *pattern)
{
	struct strlist name = { 0 }, names = { 0 };
	bool is_pattern = strpbrk(pattern, "*?[") != NULL;
	char **result = NULL;
	int rc = 0;

	if (pattern[0] != '/')
		put_directory(&name, from, is_pattern);
	strlist_add(&name, pattern);
	if (name.failed)
		errno = ENOMEM;
	else if (is_pattern)
		rc = add_matches(&names, strlist_first(&name));
	else
		strlist_add(&names, strlist_first(&name));
	if (rc == 0 && !name.failed) {
		result = strlist_pack(&names);
		errno = result ? errno : ENOMEM;
	}
	strlist_release(&name);
	strlist_release(&names);
	return result;
}
