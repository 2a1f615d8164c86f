/*
 * Users and groups of the configuration: from names to numbers, when the file
 * is read and never later, and never to root by mistake.
 */
#ifndef REEVE_CONFIG_USER_H
#define REEVE_CONFIG_USER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/conf.h"

/* The three keys, in this order everywhere. */
enum user_part {
	USER_USER,
	USER_GROUP,
	USER_GROUPS,
	USER_PART_COUNT
};

/* What a file gives of them; each may be NULL: not given. */
struct user_given {
	char *parts[USER_PART_COUNT];
};

/* The credentials that user, group and groups mean together. */
struct user_creds {
	struct user_given given; /* what was asked */
	char *user_name;	/* NULL: as the daemon; "uid:N": nameless */
	char *home;
	char *shell;
	gid_t *groups;
	size_t group_room;
	uid_t uid;		/* (uid_t)-1: as the daemon */
	gid_t gid;		/* (gid_t)-1: as the daemon */
	uint16_t group_count;
	bool set_groups;
	uint8_t fault_part;	/* enum user_part: which of them is at fault */
	char fault[160];	/* what is wrong with it; "": nothing */
};

#define USER_CACHE_SIZE 16

/* Answers that were given: the databases of a system can be slow, and a file
 * asks the same for each of its workers. All zeros when empty. */
struct user_cache {
	struct user_creds entries[USER_CACHE_SIZE];
	unsigned next;		/* is overwritten next */
};

/*
 * Find the credentials for what a file gives. The answer is the cache's, until
 * the next call; look at fault first. NULL if there is no memory. At least one
 * part must be given.
 *
 * A name is looked up as it is; a number is written uid:N or gid:N. Without
 * group, it is the user's own; without groups, those of which the user is a
 * member; of a group alone, none. A daemon that is not root may only start
 * workers as its own user.
 */
const struct user_creds *user_find(struct user_cache *cache,
	    const struct conf_machine *machine,
	    const struct user_given *given);

/* Copy what is given to an empty ret_given; false if there is no memory. Free
 * what is given. */
bool	user_given_copy(const struct user_given *given,
	    struct user_given *ret_given);
void	user_given_release(struct user_given *given);

/* Look up one group, which may talk to the daemon: NULL, or what is wrong with
 * it as a phrase in ret_fault. */
const char *user_find_group(const struct conf_machine *machine,
	    const char *group, gid_t *ret_gid, char *ret_fault, size_t size);

/* Free all answers. */
void	user_release(struct user_cache *cache);

#endif
