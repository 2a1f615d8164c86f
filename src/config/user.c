/*
 * Users and groups by name or number, with a small cache.
 *
 * Other supervisors have run workers as root because "0day" was read as a
 * number (CVE-2017-1000082, CVE-2020-13776): here a name is only ever a name, a
 * number is only what says uid: or gid:, and what is not found is an error.
 */
#include "config.h"

#include "config/user.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "config/value.h"
#include "config/world.h"

#define GROUPS_MAX	LOOKUP_GROUPS_MAX /* of a worker */

/* Note what is wrong with one of the keys; returns false. Where a function
 * returns false without a fault, there was no memory. */
static bool
__attribute__((format(printf, 3, 4)))
fail(struct user_creds *to, enum user_part part, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(to->fault, sizeof(to->fault), format, args);
	va_end(args);
	to->fault_part = (uint8_t)part;
	return false;
}

/* Tell whether a text is a number, which a reader may take for an id. */
static bool
is_number(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0' ||
	    strncasecmp(text, "0x", 2) == 0;
}

/* Read "uid:N" or "gid:N"; -1 is no id. */
static bool
read_id(const char *text, const char *prefix, uint32_t *ret_id)
{
	uint64_t number;
	size_t len = strlen(prefix);

	if (strncmp(text, prefix, len) != 0 ||
	    !value_number(text + len, 0, UINT32_MAX - 1, &number))
		return false;
	*ret_id = (uint32_t)number;
	return true;
}

/* Take over what a user's entry says. A name that is a number stays "uid:N", so
 * that it can be written to a file again. */
static bool
take_user(struct user_creds *to, const char *given, struct lookup_user *entry)
{
	to->uid = entry->uid;
	to->gid = entry->gid;
	to->user_name = strdup(is_number(entry->name) ? given : entry->name);
	to->home = entry->home;
	to->shell = entry->shell;
	entry->home = entry->shell = NULL;
	lookup_release_user(entry);
	return to->user_name;
}

static bool
find_user(struct user_creds *to, struct world *world, const char *user)
{
	struct lookup_user entry;
	uint32_t id = 0;
	bool by_id = read_id(user, "uid:", &id);
	int error;

	if (!by_id && is_number(user))
		return fail(to, USER_USER, "a number is not a user's name: "
		    "write uid:N");
	error = world_find_user(world, by_id ? NULL : user, id, &entry);
	if (error == 0)
		return take_user(to, user, &entry);
	if (error == ENOENT && by_id) {
		to->uid = id;
		to->user_name = strdup(user);
		return to->user_name;
	}
	if (error == ENOENT)
		return fail(to, USER_USER, "there is no such user");
	return error != ENOMEM && fail(to, USER_USER, "cannot be looked up: %s",
	    strerror(error));
}

static bool
find_group(struct user_creds *to, struct world *world, enum user_part part,
    const char *group, gid_t *ret_gid)
{
	uint32_t id;
	int error;

	if (read_id(group, "gid:", &id)) {
		*ret_gid = id;
		return true;
	}
	if (is_number(group))
		return fail(to, part, "a number is not a group's name: "
		    "write gid:N");
	error = world_find_group(world, group, ret_gid);
	if (error == 0)
		return true;
	if (error == ENOENT)
		return fail(to, part, "there is no such group: '%.80s'", group);
	return error != ENOMEM && fail(to, part, "cannot be looked up: %s",
	    strerror(error));
}

static bool
find_groups(struct user_creds *to, struct world *world, const char *groups)
{
	char item[VALUE_ITEM_SIZE];
	gid_t gid = (gid_t)-1;

	while (value_item(&groups, item)) {
		if (!find_group(to, world, USER_GROUPS, item, &gid))
			return false;
		if (to->group_count == GROUPS_MAX)
			return fail(to, USER_GROUPS, "more than %d groups",
			    GROUPS_MAX);
		if (ARRAY_RESERVE(to->groups, to->group_room,
		    to->group_count + 1u) == -1)
			return false;
		to->groups[to->group_count++] = gid;
	}
	return true;
}

/* Find the groups of which the user is a member, in the system's lists. */
static bool
find_memberships(struct user_creds *to, struct world *world)
{
	struct lookup_groups found;
	int error = world_find_groups(world, to->user_name, to->gid, &found);

	if (error == 0) {
		to->groups = found.gids;
		to->group_room = found.count;
		to->group_count = (uint16_t)found.count;
		return true;
	}
	if (error == E2BIG)
		return fail(to, USER_USER, "is in more than %d groups",
		    GROUPS_MAX);
	return error != ENOMEM && fail(to, USER_USER, "cannot be looked up: %s",
	    strerror(error));
}

/* Refuse what only root can do to a daemon that is not root. */
static bool
check_allowed(struct user_creds *to, const struct conf_machine *machine,
    bool group_given, bool groups_given)
{
	if (to->uid != (uid_t)-1 && to->uid != machine->uid)
		return fail(to, USER_USER, "only root may start a worker as "
		    "another user, and the daemon is uid %lu",
		    (unsigned long)machine->uid);
	if (!group_given)
		to->gid = (gid_t)-1;
	if (to->gid != (gid_t)-1 && to->gid != machine->gid)
		return fail(to, USER_GROUP, "only root may start a worker in "
		    "another group, and the daemon is in gid %lu",
		    (unsigned long)machine->gid);
	if (groups_given)
		return fail(to, USER_GROUPS, "only root may set groups, and "
		    "the daemon is uid %lu", (unsigned long)machine->uid);
	to->set_groups = false;
	return true;
}

/* Find everything; the parts that are not given follow from the others. */
static bool
find_all(struct user_creds *to, const struct conf_machine *machine,
    const struct user_given *given)
{
	const char *user = given->parts[USER_USER];
	const char *group = given->parts[USER_GROUP];
	const char *groups = given->parts[USER_GROUPS];
	struct world *world = machine->world;

	if (user && !find_user(to, world, user))
		return false;
	if (group && !find_group(to, world, USER_GROUP, group, &to->gid))
		return false;
	if (groups && !find_groups(to, world, groups))
		return false;
	to->set_groups = user || group || groups;
	if (machine->uid != 0)
		return check_allowed(to, machine, group != NULL,
		    groups != NULL);
	if (user && to->gid == (gid_t)-1)
		return fail(to, USER_USER, "its group is not known: set "
		    "'group' too");
	if (user && !groups && to->home)
		return find_memberships(to, world);
	return true;
}

static void
clear_creds(struct user_creds *entry)
{
	user_given_release(&entry->given);
	free(entry->user_name);
	free(entry->home);
	free(entry->shell);
	free(entry->groups);
	*entry = (struct user_creds){ 0 };
}

/* Tell whether two files give the same. */
static bool
is_same(const struct user_given *a, const struct user_given *b)
{
	bool same = true;

	for (unsigned i = 0; i < USER_PART_COUNT; i++) {
		const char *left = a->parts[i], *right = b->parts[i];

		same &= left && right ? strcmp(left, right) == 0 :
		    left == right;
	}
	return same;
}

const struct user_creds *
user_find(struct user_cache *cache, const struct conf_machine *machine,
    const struct user_given *given)
{
	struct user_creds *entry;

	/* An empty entry of the cache is like nothing given, and says root. */
	assert(given->parts[USER_USER] || given->parts[USER_GROUP] ||
	    given->parts[USER_GROUPS]);
	for (unsigned i = 0; i < USER_CACHE_SIZE; i++) {
		entry = &cache->entries[i];
		if (is_same(&entry->given, given))
			return entry;
	}
	entry = &cache->entries[cache->next];
	cache->next = (cache->next + 1) % USER_CACHE_SIZE;
	clear_creds(entry);
	entry->uid = (uid_t)-1;
	entry->gid = (gid_t)-1;
	if (user_given_copy(given, &entry->given) &&
	    (find_all(entry, machine, given) || entry->fault[0] != '\0'))
		return entry;
	clear_creds(entry);	/* a shortage is no answer to keep */
	return NULL;
}

bool
user_given_copy(const struct user_given *given, struct user_given *ret_given)
{
	bool ok = true;

	for (unsigned i = 0; i < USER_PART_COUNT; i++) {
		const char *text = given->parts[i];

		ret_given->parts[i] = text ? strdup(text) : NULL;
		ok &= !text || ret_given->parts[i];
	}
	return ok;
}

void
user_given_release(struct user_given *given)
{
	for (unsigned i = 0; i < USER_PART_COUNT; i++)
		free(given->parts[i]);
	*given = (struct user_given){ { NULL } };
}

const char *
user_find_group(const struct conf_machine *machine, const char *group,
    gid_t *ret_gid, char *ret_fault, size_t size)
{
	struct user_creds entry = { 0 };
	const char *fault = NULL;
	gid_t gid = 0;

	if (!find_group(&entry, machine->world, USER_GROUP, group, &gid))
		fault = entry.fault[0] != '\0' ? entry.fault :
		    "cannot be looked up: out of memory";
	if (fault)
		snprintf(ret_fault, size, "%s", fault);
	else
		*ret_gid = gid;
	clear_creds(&entry);
	return fault ? ret_fault : NULL;
}

void
user_release(struct user_cache *cache)
{
	for (unsigned i = 0; i < USER_CACHE_SIZE; i++)
		clear_creds(&cache->entries[i]);
}
