/*
 * What the reading of a configuration learns of the system. An answer is moved
 * field by field, by the same functions into a record and out of it.
 */
#include "config.h"

#include "config/world.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strlist.h"

#define RECORD_MAX	((size_t)256 << 20) /* bytes: an error rather than a
					   daemon without memory */

/* An answer on its way: from the system, and perhaps into a record; or out of
 * a record. */
struct answer {
	struct world *world;	/* NULL: it is not recorded */
	bool is_new;		/* the system is to be asked */
	bool failed;
	struct bytes out;	/* new: as it is recorded */
	const char *in;		/* else: what is left of the record */
	size_t in_size;
};

bool
world_record_add(struct world_record *record, const void *entry, size_t size)
{
	uint32_t head = (uint32_t)size;
	size_t begin = record->entries.size;

	if (!bytes_reserve(&record->entries, sizeof(head) + size, RECORD_MAX))
		return false;
	bytes_append(&record->entries, &head, sizeof(head), RECORD_MAX);
	if (size > 0)
		bytes_append(&record->entries, entry, size, RECORD_MAX);
	record->last = begin;
	record->count++;
	return true;
}

void
world_record_release(struct world_record *record)
{
	bytes_release(&record->entries);
	*record = (struct world_record){ .count = 0 };
}

/* Find the entry that begins at some place; where the next one does, or 0:
 * there is none. */
static size_t
find_entry(const struct world_record *record, size_t at,
    const char **ret_entry, size_t *ret_size)
{
	const struct bytes *entries = &record->entries;
	size_t left = entries->size - at;
	uint32_t size;

	if (left < sizeof(size))
		return 0;
	memcpy(&size, bytes_first(entries) + at, sizeof(size));
	if (left - sizeof(size) < size)
		return 0;
	*ret_entry = bytes_first(entries) + at + sizeof(size);
	*ret_size = size;
	return at + sizeof(size) + size;
}

char *
world_record_question(const struct world_record *record)
{
	const char *entry;
	size_t size;

	if (record->count % 2 == 0 ||
	    find_entry(record, record->last, &entry, &size) == 0)
		return NULL;
	return strndup(entry, size);
}

bool
world_was_as_recorded(const struct world *world)
{
	return !world->failed && world->at == world->record->entries.size;
}

/* Read the next entry of the record. */
static bool
next_entry(struct world *world, const char **ret_entry, size_t *ret_size)
{
	size_t next = find_entry(world->record, world->at, ret_entry,
	    ret_size);

	if (next == 0)
		return false;
	world->at = next;
	return true;
}

/* Find the answer to a question in the record: it must be the next one. */
static bool
find_answer(struct world *world, const char *question, struct answer *answer)
{
	const char *asked;
	size_t size;

	return !world->failed && next_entry(world, &asked, &size) &&
	    size == strlen(question) && memcmp(asked, question, size) == 0 &&
	    next_entry(world, &answer->in, &answer->in_size);
}

/* Put a question: to the system or to the record. */
static struct answer
__attribute__((format(printf, 2, 3)))
ask(struct world *world, const char *format, ...)
{
	struct answer answer = { .is_new = !world || !world->record };
	char *question;
	va_list args;

	if (answer.is_new && (!world || !world->tell))
		return answer;
	answer.world = world;
	va_start(args, format);
	if (vasprintf(&question, format, args) == -1)
		question = NULL;
	va_end(args);
	if (!question)
		answer.failed = true;
	else if (answer.is_new)
		world->tell(world->arg, question, strlen(question));
	else
		answer.failed = !find_answer(world, question, &answer);
	free(question);
	return answer;
}

/* Move bytes of an answer into the record, or out of it. */
static void
move_raw(struct answer *answer, void *bytes, size_t size)
{
	if (size == 0)
		return;
	if (answer->is_new) {
		if (answer->world && !bytes_append(&answer->out, bytes, size,
		    RECORD_MAX))
			answer->failed = true;
		return;
	}
	if (answer->failed || size > answer->in_size) {
		answer->failed = true;
		memset(bytes, 0, size);
		return;
	}
	memcpy(bytes, answer->in, size);
	answer->in += size;
	answer->in_size -= size;
}

/* Move a number. */
#define MOVE(answer, number)	move_raw((answer), &(number), sizeof(number))

/* Move an array of bytes; out of the record it is malloc'd, with a NUL behind
 * it. */
static void
move_bytes(struct answer *answer, char **bytes, size_t *size)
{
	MOVE(answer, *size);
	if (!answer->is_new) {
		if (*size > answer->in_size)
			answer->failed = true;
		*bytes = answer->failed ? NULL : calloc(1, *size + 1);
		if (!*bytes) {
			answer->failed = true;
			*size = 0;
		}
	}
	move_raw(answer, *bytes, *size);
}

/* Move a text. */
static void
move_text(struct answer *answer, char **text)
{
	size_t size = answer->is_new ? strlen(*text) : 0;

	move_bytes(answer, text, &size);
}

/*
 * The answer has been moved: tell it to the record. Returns the error of the
 * answer, or EIO: it was not as recorded.
 */
static int
finish(struct answer *answer, int error)
{
	struct world *world = answer->world;

	if (!world)
		return error;
	if (answer->is_new && !answer->failed)
		world->tell(world->arg, answer->out.size == 0 ? "" :
		    bytes_first(&answer->out), answer->out.size);
	bytes_release(&answer->out);
	if (!answer->is_new && answer->in_size > 0)
		answer->failed = true;
	world->failed |= answer->failed;
	return !answer->is_new && answer->failed ? EIO : error;
}

int
world_read(struct world *world, const char *path, uid_t user,
    struct file_content *ret_file, char ret_fault[FILE_FAULT_SIZE])
{
	struct answer answer = ask(world, "reading '%s'", path);
	struct file_content file = { .bytes = NULL };
	int error = 0;

	memset(ret_fault, 0, FILE_FAULT_SIZE);
	if (answer.is_new && file_read(path, user, &file, ret_fault) == -1)
		error = errno;
	MOVE(&answer, error);
	if (error == 0) {
		MOVE(&answer, file.dev);
		MOVE(&answer, file.ino);
		MOVE(&answer, file.age_ms);
		move_bytes(&answer, &file.bytes, &file.size);
	} else {
		move_raw(&answer, ret_fault, FILE_FAULT_SIZE);
	}
	error = finish(&answer, error);
	if (error == 0) {
		*ret_file = file;
		return 0;
	}
	free(file.bytes);
	errno = error;
	return -1;
}

/* Put strings that stand end to end, each with its NUL, into an array; NULL if
 * there is no memory. */
static char **
split(const char *strings, size_t size)
{
	struct strlist list = { 0 };
	char **array;

	for (const char *at = strings; at < strings + size;
	    at = strlist_after(at))
		strlist_add(&list, at);
	array = strlist_pack(&list);
	strlist_release(&list);
	return array;
}

/* Move an array of strings; the old one is freed, and out of a record a new one
 * is made. */
static void
move_names(struct answer *answer, char ***names)
{
	struct strlist list = { 0 };
	char *bytes = NULL;
	size_t size = 0;

	if (answer->is_new) {
		strlist_add_all(&list, *names);
		answer->failed |= list.failed;
		move_bytes(answer, &list.bytes, &list.size);
		strlist_release(&list);
		return;
	}
	move_bytes(answer, &bytes, &size);
	*names = bytes ? split(bytes, size) : NULL;
	answer->failed |= !*names;
	free(bytes);
}

char **
world_match(struct world *world, const char *from, const char *pattern)
{
	struct answer answer = ask(world, "looking for the files '%s' that "
	    "'%s' includes", pattern, from);
	char **names = NULL;
	int error = 0;

	if (answer.is_new) {
		names = file_match(from, pattern);
		error = names ? 0 : errno;
	}
	MOVE(&answer, error);
	if (error == 0)
		move_names(&answer, &names);
	error = finish(&answer, error);
	if (error == 0)
		return names;
	free(names);
	errno = error;
	return NULL;
}

int
world_find_user(struct world *world, const char *name, uid_t uid,
    struct lookup_user *ret_user)
{
	struct answer answer = name ? ask(world, "looking up user '%s'", name) :
	    ask(world, "looking up user uid:%lu", (unsigned long)uid);
	struct lookup_user user = { 0 };
	int error = 0;

	if (answer.is_new)
		error = lookup_find_user(name, uid, &user);
	MOVE(&answer, error);
	if (error == 0) {
		MOVE(&answer, user.uid);
		MOVE(&answer, user.gid);
		move_text(&answer, &user.name);
		move_text(&answer, &user.home);
		move_text(&answer, &user.shell);
	}
	error = finish(&answer, error);
	if (error == 0)
		*ret_user = user;
	else
		lookup_release_user(&user);
	return error;
}

int
world_find_group(struct world *world, const char *name, gid_t *ret_gid)
{
	struct answer answer = ask(world, "looking up group '%s'", name);
	gid_t gid = (gid_t)-1;
	int error = 0;

	if (answer.is_new)
		error = lookup_find_group(name, &gid);
	MOVE(&answer, error);
	MOVE(&answer, gid);
	error = finish(&answer, error);
	if (error == 0)
		*ret_gid = gid;
	return error;
}

int
world_find_groups(struct world *world, const char *user, gid_t gid,
    struct lookup_groups *ret_groups)
{
	struct answer answer = ask(world, "looking up the groups of user '%s' "
	    "(gid:%lu)", user, (unsigned long)gid);
	struct lookup_groups groups = { NULL, 0 };
	char *bytes;
	size_t size;
	int error = 0;

	if (answer.is_new)
		error = lookup_find_groups(user, gid, &groups);
	MOVE(&answer, error);
	if (error == 0) {
		bytes = (char *)groups.gids;
		size = groups.count * sizeof(*groups.gids);
		move_bytes(&answer, &bytes, &size);
		groups.gids = (gid_t *)(void *)bytes;
		groups.count = size / sizeof(*groups.gids);
	}
	error = finish(&answer, error);
	if (error == 0)
		*ret_groups = groups;
	else
		free(groups.gids);
	return error;
}
