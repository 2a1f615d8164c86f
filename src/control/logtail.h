/*
 * The last lines of a log file, and those that come: the reading alone. A few
 * kilobytes are read at once, never the whole of a file. Lines are as the
 * worker wrote them; one that is longer than what is read at once is cut.
 */
#ifndef REEVE_CONTROL_LOGTAIL_H
#define REEVE_CONTROL_LOGTAIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define LOGTAIL_LINE_MAX 16384	/* bytes of a line that is told */

struct logtail {
	const char *path;	/* the caller's */
	int fd;
	uid_t owner;		/* the only user that the file may belong to */
	off_t at;		/* searched, or told, up to here */
	off_t limit;		/* no line is searched before this */
	off_t end;		/* unless it follows, nothing behind is told */
	int64_t lines_left;	/* line ends still to be found, backwards */
	bool found;		/* where the telling begins */
	bool follows;		/* the file, also when it is rotated */
};

/* A line, without its end. */
typedef void logtail_fn(void *arg, const char *line, size_t size);

/* Begin with the last so many lines of a file, which stays open: 0, or -1 with
 * errno. */
int	logtail_open(struct logtail *tail, const char *path, uid_t owner,
	    int64_t lines, bool follows);

/*
 * Do a little; false: all that is there has been told. is_last: what may come
 * later is not wanted, so a last line without an end is told, too.
 */
bool	logtail_next(struct logtail *tail, bool is_last, logtail_fn *tell,
	    void *arg);

/* Read what has no line end yet, and was not told; how many bytes. */
size_t	logtail_rest(const struct logtail *tail,
	    char ret_bytes[LOGTAIL_LINE_MAX]);

#endif
