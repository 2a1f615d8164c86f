/* The system's databases of users and groups. */
#include "config.h"

#include "config/lookup.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define ENTRY_SIZE_MAX	(1 << 20)	/* of an entry of a database */

/* A look-up in a database. */
struct lookup {
	const char *name;	/* NULL: by id, of a user */
	uid_t uid;
	bool of_group;
	char *buffer;		/* what the entry points into */
	struct passwd user;
	struct group group;
};

static int
ask_system(struct lookup *lookup, char *buffer, size_t size, bool *ret_found)
{
	struct passwd *user = NULL;
	struct group *group = NULL;
	int error;

	if (lookup->of_group)
		error = getgrnam_r(lookup->name, &lookup->group, buffer, size,
		    &group);
	else if (lookup->name)
		error = getpwnam_r(lookup->name, &lookup->user, buffer, size,
		    &user);
	else
		error = getpwuid_r(lookup->uid, &lookup->user, buffer, size,
		    &user);
	*ret_found = user || group;
	return error;
}

/*
 * Look up, with as large a buffer as the entry needs. 0; ENOENT: there is none;
 * or another errno. The caller frees the buffer.
 */
static int
look_up(struct lookup *lookup)
{
	size_t size = 1024;
	char *buffer = NULL;
	bool found = false;
	int error;

	do {
		free(buffer);
		size *= 2;
		buffer = malloc(size);
		if (!buffer)
			return ENOMEM;
		do {
			error = ask_system(lookup, buffer, size, &found);
		} while (error == EINTR);
	} while (error == ERANGE && size < ENTRY_SIZE_MAX);
	lookup->buffer = buffer;
	if (found)
		return 0;
	/* POSIX leaves open how "not found" is told: these are in use. */
	if (error == 0 || error == ESRCH || error == EBADF || error == EPERM)
		return ENOENT;
	return error;
}

void
lookup_release_user(struct lookup_user *user)
{
	free(user->name);
	free(user->home);
	free(user->shell);
	*user = (struct lookup_user){ 0 };
}

int
lookup_find_user(const char *name, uid_t uid, struct lookup_user *ret_user)
{
	struct lookup lookup = { .name = name, .uid = uid };
	int error = look_up(&lookup);

	if (error == 0) {
		*ret_user = (struct lookup_user){
			.name = strdup(lookup.user.pw_name),
			.home = strdup(lookup.user.pw_dir),
			.shell = strdup(lookup.user.pw_shell),
			.uid = lookup.user.pw_uid,
			.gid = lookup.user.pw_gid,
		};
		if (!ret_user->name || !ret_user->home || !ret_user->shell) {
			lookup_release_user(ret_user);
			error = ENOMEM;
		}
	}
	free(lookup.buffer);
	return error;
}

int
lookup_find_group(const char *name, gid_t *ret_gid)
{
	struct lookup lookup = { .name = name, .of_group = true };
	int error = look_up(&lookup);

	if (error == 0)
		*ret_gid = lookup.group.gr_gid;
	free(lookup.buffer);
	return error;
}

int
lookup_find_groups(const char *user, gid_t gid,
    struct lookup_groups *ret_groups)
{
	struct lookup_groups groups = { NULL, 0 };
	size_t room = 0, need = 1;
	int count;

	do {
		if (ARRAY_RESERVE(groups.gids, room, need) == -1) {
			free(groups.gids);
			return ENOMEM;
		}
		count = (int)room;
		if (getgrouplist(user, gid, groups.gids, &count) >= 0 &&
		    count <= LOOKUP_GROUPS_MAX) {
			groups.count = (size_t)count;
			*ret_groups = groups;
			return 0;
		}
		/* It has said how many there are; or else try with more. */
		need = room + 1;
		if ((size_t)count > need)
			need = (size_t)count;
	} while (need <= LOOKUP_GROUPS_MAX);
	free(groups.gids);
	return E2BIG;
}
