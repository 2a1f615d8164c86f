/*
 * The system's databases of users and groups. They may be in files or on a
 * server; one that does not answer is waited for, so the daemon looks up
 * nothing while it runs: see world.h.
 */
#ifndef REEVE_CONFIG_LOOKUP_H
#define REEVE_CONFIG_LOOKUP_H

#include <sys/types.h>

#define LOOKUP_GROUPS_MAX 65535	/* of a user */

/* The entry of a user; the strings are malloc'd. */
struct lookup_user {
	char *name;
	char *home;
	char *shell;
	uid_t uid;
	gid_t gid;
};

/* The groups of a user, malloc'd. */
struct lookup_groups {
	gid_t *gids;
	size_t count;
};

/* Look up a user, by name, or if that is NULL by id; a group; the groups of
 * which a user is a member, its own one among them. 0; ENOENT: there is none;
 * E2BIG: there are too many; or another errno. */
int	lookup_find_user(const char *name, uid_t uid,
	    struct lookup_user *ret_user);
int	lookup_find_group(const char *name, gid_t *ret_gid);
int	lookup_find_groups(const char *user, gid_t gid,
	    struct lookup_groups *ret_groups);

/* Free what an entry holds. */
void	lookup_release_user(struct lookup_user *user);

#endif
