/* The last lines of a log file: search backwards, then tell forwards. */
#include "config.h"

#include "control/logtail.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"

#define READ_AT_ONCE	LOGTAIL_LINE_MAX
#define LINES_AT_ONCE	64
#define TAIL_MAX	((off_t)8 << 20) /* bytes that are searched for lines */

/* Tell whether the last byte before an offset ends a line. */
static bool
ends_line(int fd, off_t at)
{
	char byte;

	return at > 0 && pread(fd, &byte, 1, at - 1) == 1 && byte == '\n';
}

int
logtail_open(struct logtail *tail, const char *path, uid_t owner,
    int64_t lines, bool follows)
{
	int fd = appendfile_open_read(path, owner);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);

	if (end < 0) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		errno = error;
		return -1;
	}
	*tail = (struct logtail){
		.path = path,
		.fd = fd,
		.owner = owner,
		.at = end,
		.limit = end > TAIL_MAX ? end - TAIL_MAX : 0,
		.end = end,
		/* the end of the last line is not the one before it */
		.lines_left = lines - !ends_line(fd, end),
		.found = lines == 0,
		.follows = follows,
	};
	return 0;
}

/* Find where the last lines begin, going back a little. */
static void
search_back(struct logtail *tail)
{
	char bytes[READ_AT_ONCE];
	off_t from = tail->at - (off_t)sizeof(bytes);
	ssize_t size;

	if (from < tail->limit)
		from = tail->limit;
	size = pread(tail->fd, bytes, (size_t)(tail->at - from), from);
	while (size-- > 0) {
		if (bytes[size] == '\n' && tail->lines_left-- == 0) {
			tail->at = from + size + 1;
			tail->found = true;
			return;
		}
	}
	tail->at = from;
	tail->found = from == tail->limit;
}

/*
 * Tell the lines of some bytes; returns how many bytes they were. Bytes without
 * a line end are told if they fill all that is read at once, or come last.
 */
static size_t
tell_lines(const char *bytes, size_t size, bool is_last, logtail_fn *tell,
    void *arg)
{
	size_t told = 0;

	for (int i = 0; i < LINES_AT_ONCE && told < size; i++) {
		const char *line = bytes + told;
		const char *end = memchr(line, '\n', size - told);

		if (!end && !is_last && (told > 0 || size < READ_AT_ONCE))
			break;
		if (!end)
			end = bytes + size;
		tell(arg, line, (size_t)(end - line));
		told = (size_t)(end - bytes) + (end < bytes + size);
	}
	return told;
}

/* Go on with another file that has the name now, or with the beginning, if the
 * file was made empty; true: there may be more to tell. */
static bool
follow_name(struct logtail *tail)
{
	struct stat here, there;
	int fd;

	if (fstat(tail->fd, &here) < 0)
		return false;
	if (stat(tail->path, &there) == 0 &&
	    (here.st_ino != there.st_ino || here.st_dev != there.st_dev)) {
		fd = appendfile_open_read(tail->path, tail->owner);
		if (fd < 0)
			return false;
		close(tail->fd);
		tail->fd = fd;
		tail->at = 0;
		return true;
	}
	if (here.st_size >= tail->at)
		return false;
	tail->at = 0;
	return true;
}

bool
logtail_next(struct logtail *tail, bool is_last, logtail_fn *tell, void *arg)
{
	char bytes[READ_AT_ONCE];
	off_t left = tail->end - tail->at;
	size_t told, wanted = sizeof(bytes);
	ssize_t size;

	if (!tail->found) {
		search_back(tail);
		return true;
	}
	if (!tail->follows && left < (off_t)sizeof(bytes))
		wanted = (size_t)left;
	size = pread(tail->fd, bytes, wanted, tail->at);
	told = size <= 0 ? 0 : tell_lines(bytes, (size_t)size, is_last &&
	    (size_t)size < sizeof(bytes), tell, arg);
	tail->at += (off_t)told;
	return told > 0 || (!is_last && follow_name(tail));
}

size_t
logtail_rest(const struct logtail *tail, char ret_bytes[LOGTAIL_LINE_MAX])
{
	ssize_t size = pread(tail->fd, ret_bytes, LOGTAIL_LINE_MAX, tail->at);

	return size < 0 ? 0 : (size_t)size;
}
