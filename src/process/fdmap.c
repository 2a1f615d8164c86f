/* Which descriptors a process begins with, as a list of moves. */
#include "config.h"

#include "process/fdmap.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "process/hygiene.h"

int
fdmap_highest(const struct fd_move *moves, size_t count)
{
	int highest = 2;

	for (size_t i = 0; i < count; i++)
		if (moves[i].source > highest)
			highest = moves[i].source;
	return highest;
}

/* Copy a descriptor out of the way of a target, for all moves that still need
 * it. The copy may be in the way of another target: then it moves again. */
static int
copy_away(struct fd_move *moves, size_t count, size_t from, int fd)
{
	int copy = -1;

	for (size_t i = 0; i < count; i++) {
		if (moves[i].source != fd ||
		    (i < from && moves[i].target != FDMAP_UNTIL_EXEC))
			continue;
		if (copy == -1)
			copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		if (copy == -1)
			return -1;
		moves[i].source = copy;
	}
	return 0;
}

/* Make one move; those before it have been made. */
static int
place_one(struct fd_move *moves, size_t count, size_t which)
{
	struct fd_move *move = &moves[which];

	if (move->target == FDMAP_UNTIL_EXEC)
		return 0;
	if (move->source == move->target)
		return fcntl(move->source, F_SETFD, 0);
	if (copy_away(moves, count, which + 1, move->target) == -1 ||
	    dup2(move->source, move->target) == -1)
		return -1;
	move->source = move->target;
	return 0;
}

/* Close everything above 2 that is not where a move has put it. */
static void
close_gaps(const struct fd_move *moves, size_t count)
{
	unsigned first = 3, next;

	do {
		next = UINT_MAX;
		for (size_t i = 0; i < count; i++)
			if ((unsigned)moves[i].source >= first &&
			    (unsigned)moves[i].source < next)
				next = (unsigned)moves[i].source;
		hygiene_close_range(first, next - 1);
		first = next + 1;
	} while (next != UINT_MAX);
}

int
fdmap_place(struct fd_move *moves, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (place_one(moves, count, i) == -1)
			return -1;
	close_gaps(moves, count);
	return 0;
}
