/*
 * Which descriptors a process begins with, as a list of moves.
 *
 * All moves happen as if at the same time: sources and targets may overlap in
 * any way, a source may have several targets, and no descriptor is overwritten
 * that a later move still needs. The functions here run between fork and exec:
 * they make system calls, and write to nothing but the list.
 */
#ifndef REEVE_PROCESS_FDMAP_H
#define REEVE_PROCESS_FDMAP_H

#include <stddef.h>

#define FDMAP_UNTIL_EXEC (-1)	/* a target: keep the source, at any number,
				   until the exec closes it */

struct fd_move {
	int source;		/* close-on-exec, unless it is below 3 */
	int target;		/* no two moves have the same */
};

/* The highest source of a list, or 2 if that is higher. */
int	fdmap_highest(const struct fd_move *moves, size_t count);

/*
 * Put each source at its target, to be kept by the exec, and close everything
 * above 2 that is no target. A descriptor below 3 that is no target stays. The
 * sources in the list change: they tell where each descriptor is now. 0, or -1
 * with errno, and then the sources that are for FDMAP_UNTIL_EXEC are open.
 */
int	fdmap_place(struct fd_move *moves, size_t count);

#endif
