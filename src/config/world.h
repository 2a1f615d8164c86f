/*
 * What the reading of a configuration learns of the system: the bytes of
 * files, the names that a pattern matches, users and groups. Any of it may
 * have to be waited for.
 *
 * So a reload reads twice. A process beside the loop reads as ever, and each
 * question and each answer is recorded. Then the daemon reads from the record:
 * it asks the same questions in the same order and gets the same answers,
 * errors included, and touches no disk. A question is a phrase, such as
 * "reading '/etc/reeve.conf'", and is recorded before it is asked: the last one
 * tells what is being waited for.
 */
#ifndef REEVE_CONFIG_WORLD_H
#define REEVE_CONFIG_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "config/file.h"
#include "config/lookup.h"

/* Questions and answers, in turn: each a uint32_t with its size, and its
 * bytes. */
struct world_record {
	struct bytes entries;
	size_t last;		/* where the last entry begins */
	size_t count;		/* of entries */
};

/* How the system is asked. All zeros, or no world at all: as ever. */
struct world {
	void (*tell)(void *arg, const void *entry, size_t size);
				/* to record; or NULL */
	void *arg;
	const struct world_record *record; /* to read from; or NULL */
	size_t at;		/* how much of it has been read */
	bool failed;		/* a question was not as recorded, or there was
				   no memory to record an answer */
};

/* Add an entry to a record; false if there is no memory or too much to keep.
 * Free it. */
bool	world_record_add(struct world_record *record, const void *entry,
	    size_t size);
void	world_record_release(struct world_record *record);

/* The question that is not answered yet, malloc'd; NULL: there is none. */
char	*world_record_question(const struct world_record *record);

/* Tell whether a record was read to its end, and everything was in it. */
bool	world_was_as_recorded(const struct world *world);

/* As file_read() and file_match(). */
int	world_read(struct world *world, const char *path, uid_t user,
	    struct file_content *ret_file, char ret_fault[FILE_FAULT_SIZE]);
char	**world_match(struct world *world, const char *from,
	    const char *pattern);

/* As lookup_find_user(), lookup_find_group(), lookup_find_groups(). */
int	world_find_user(struct world *world, const char *name, uid_t uid,
	    struct lookup_user *ret_user);
int	world_find_group(struct world *world, const char *name,
	    gid_t *ret_gid);
int	world_find_groups(struct world *world, const char *user, gid_t gid,
	    struct lookup_groups *ret_groups);

#endif
