/* What the daemon says has happened, in the words of a trace. */
#include "drive/drive.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

void
emit(struct drive *drive, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lines_vprintf(drive->arena, &drive->trace, format, args);
	va_end(args);
}

void
emit_result(struct drive *drive, uint32_t number, const char *result)
{
	emit(drive, "result %" PRIu32 " %s", number, result);
}

struct def *
def_of(struct drive *drive, const char *name)
{
	struct def *def = scn_find(drive->scenario, name);

	if (def)
		return def;
	def = scn_add(drive->scenario, name, SPEC_WORKER);
	def->is_made_up = true;
	return def;
}

/* The role above a path; NULL: it is the root. */
static struct role *
role_above(struct drive *drive, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "/") == 0)
		return NULL;
	return role_at(drive, slash ? arena_text(drive->arena, path,
	    (size_t)(slash - path)) : "/");
}

/* The name that the story has for a path; NULL: it is not in it. */
static const char *
story_name(const struct drive *drive, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (strcmp(path, "/") == 0)
		return drive->wrapped ? NULL : drive->top->name;
	return arena_text(drive->arena, name, strcspn(name, "."));
}

struct role *
role_at(struct drive *drive, const char *path)
{
	struct role *role;
	struct list *link;

	for (link = drive->roles.next; link != &drive->roles;
	    link = link->next) {
		role = list_entry(link, struct role, link);
		if (strcmp(role->path, path) == 0)
			return role;
	}
	role = arena_alloc(drive->arena, 1, sizeof(*role));
	role->path = arena_text(drive->arena, path, strlen(path));
	role->name = story_name(drive, path);
	role->parent = role_above(drive, path);
	if (role->name) {
		role->def = def_of(drive, role->name);
		role->settings = role->def->settings;
	}
	list_init(&role->link);
	list_append(&drive->roles, &role->link);
	return role;
}

struct role *
role_find(const struct drive *drive, const char *name,
    bool (*test)(const struct role *role))
{
	struct list *link;

	for (link = drive->roles.prev; link != &drive->roles;
	    link = link->prev) {
		struct role *role = list_entry(link, struct role, link);

		if (role->name && strcmp(role->name, name) == 0 && test(role))
			return role;
	}
	return NULL;
}

/* A member of an object that is a text, or "". */
static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* A member that is a number, or 0. */
static int64_t
number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* The reason that an end means. */
static const char *
reason_of(const struct drive *drive, const json_t *event)
{
	const json_t *end = json_object_get(event, "end");
	const char *class = text_of(end, "class");
	unsigned number = (unsigned)number_of(end, "number");

	if (strcmp(class, "shutdown_term") == 0)
		return arena_printf(drive->arena, "shutdown:%s",
		    confile_word(drive, number));
	if (strcmp(class, "abnormal") != 0)
		return arena_printf(drive->arena, "%s", class);
	if (strcmp(text_of(end, "how"), "exited") == 0)
		return arena_printf(drive->arena, "code:%u", number);
	return arena_printf(drive->arena, "%s:%u", text_of(end, "how"),
	    number);
}

/* Remember the child that an event was about. */
static void
remember(struct drive *drive, uint64_t number, const char *path)
{
	if (number >= drive->path_room) {
		size_t room = 2 * (size_t)number;
		const char **paths = arena_alloc(drive->arena, room,
		    sizeof(*paths));

		for (size_t i = 0; i < drive->path_room; i++)
			paths[i] = drive->paths[i];
		drive->paths = paths;
		drive->path_room = room;
	}
	drive->paths[number] = path;
	drive->heard = number;
}

/* The child that the cause of an event was about. */
static const char *
name_of_cause(struct drive *drive, const json_t *event)
{
	uint64_t cause = (uint64_t)number_of(event, "cause");
	const struct role *role;

	if (cause == 0 || cause > drive->heard || !drive->paths[cause])
		return "?";
	role = role_at(drive, drive->paths[cause]);
	return role->name ? role->name : "?";
}

const char *
events_failure(const struct role *role)
{
	return role->failure ? role->failure : "?";
}

/* A supervisor starts: its children are what they are defined as. */
static void
on_init(struct drive *drive, struct role *role)
{
	struct list *link;

	role->state = ROLE_STARTING;
	for (link = drive->roles.next; link != &drive->roles;
	    link = link->next) {
		struct role *child = list_entry(link, struct role, link);

		if (child->parent == role && role->def->type != SPEC_DYNAMIC)
			child->settings = child->def->settings;
	}
	emit(drive, "init %s", role->name);
}

/* A child has started. */
static void
on_started(struct drive *drive, struct role *role)
{
	role->state = ROLE_UP;
	role->live = true;
	emit(drive, "start %s", role->name);
	if (role == drive->top && drive->start) {
		emit_result(drive, drive->start, "ok");
		drive->start = 0;
	}
}

/* A start has failed. */
static void
on_start_failed(struct drive *drive, struct role *role)
{
	role->state = ROLE_DOWN;
	role->failure = role->def->type == SPEC_WORKER || !role->failed ?
	    "failed" : arena_printf(drive->arena,
	    "shutdown:failed_to_start_child:%s:%s", role->failed->name,
	    events_failure(role->failed));
	if (role->parent)
		role->parent->failed = role;
	emit(drive, "start_failed %s %s", role->name, role->failure);
	if (role != drive->top)
		return;
	drive->failed = true;
	if (drive->start)
		emit_result(drive, drive->start, arena_printf(drive->arena,
		    "error %s", role->failure));
	drive->start = 0;
}

/* A child has ended. */
static void
on_down(struct drive *drive, struct role *role, const json_t *event)
{
	role->state = ROLE_DOWN;
	role->live = false;
	emit(drive, "down %s %s", role->name, reason_of(drive, event));
	if (role != drive->top || !drive->stop)
		return;
	emit_result(drive, drive->stop, "ok");
	drive->stop = 0;
}

/* A supervisor has given up. */
static void
on_gave_up(struct drive *drive, struct role *role, const json_t *event)
{
	emit(drive, "report %s shutdown %s reached_max_restart_intensity",
	    role->name, name_of_cause(drive, event));
	if (role == drive->top)
		drive->gave_up = true;
}

/* A start was ignored. */
static void
on_ignored(struct drive *drive, struct role *role)
{
	role->state = ROLE_DOWN;
	emit(drive, "start_ignored %s", role->name);
}

/* A child is told to stop, or killed. */
static void
on_stop(struct drive *drive, struct role *role, const char *word)
{
	role->state = ROLE_STOPPING;
	emit(drive, "%s %s", word, role->name);
}

/* Tell whether an event is of the root that a dynamic one was put under. */
static bool
is_of_wrapping(const struct drive *drive, const struct role *role,
    const char *type)
{
	if (!role->name)
		return true;
	return drive->wrapped && role == drive->top &&
	    (strcmp(type, "stop") == 0 || strcmp(type, "start_error") == 0 ||
	    strcmp(type, "child_terminated") == 0);
}

/* Take an event that is a report about a child; false: it is none. */
static bool
take_report(struct drive *drive, const struct role *role, const char *type,
    const json_t *event)
{
	if (strcmp(type, "start_error") == 0)
		emit(drive, "report %s %s %s %s", role->parent->name, type,
		    role->name, events_failure(role));
	else if (strcmp(type, "child_terminated") == 0 ||
	    strcmp(type, "shutdown_error") == 0)
		emit(drive, "report %s %s %s %s", role->parent->name, type,
		    role->name, reason_of(drive, event));
	else
		return false;
	return true;
}

/* A change was asked for: the call is in its supervisor's mailbox. */
static void
on_request(const struct drive *drive, const struct role *role)
{
	struct list *link;

	for (link = drive->calls.next; link != &drive->calls;
	    link = link->next) {
		struct asked *asked = list_entry(link, struct asked, link);

		if (asked->is_read || asked->accepted)
			continue;
		/* of a start it is the supervisor whose event it is */
		asked->accepted = strcmp(asked->path, role->path) == 0 ||
		    strcmp(asked->verb, "start_child") == 0;
		return;
	}
}

static void
take_event(struct drive *drive, const json_t *event)
{
	const char *type = text_of(event, "type");
	struct role *role = role_at(drive, text_of(event, "path"));

	remember(drive, (uint64_t)number_of(event, "number"), role->path);
	if (strcmp(type, "request") == 0)
		on_request(drive, role);
	if (strcmp(type, "request") == 0 || is_of_wrapping(drive, role, type) ||
	    take_report(drive, role, type, event))
		return;
	if (strcmp(type, "init") == 0)
		on_init(drive, role);
	else if (strcmp(type, "started") == 0)
		on_started(drive, role);
	else if (strcmp(type, "start_failed") == 0)
		on_start_failed(drive, role);
	else if (strcmp(type, "start_ignored") == 0)
		on_ignored(drive, role);
	else if (strcmp(type, "stop") == 0)
		on_stop(drive, role, "term");
	else if (strcmp(type, "kill") == 0)
		on_stop(drive, role, "kill");
	else if (strcmp(type, "down") == 0)
		on_down(drive, role, event);
	else if (strcmp(type, "gave_up") == 0)
		on_gave_up(drive, role, event);
	else if (strcmp(type, "auto_shutdown") != 0)
		emit(drive, "%s %s", type, role->name);
}

/* The number of the newest event, asked for in another call; 0: no answer. */
static uint64_t
newest(struct drive *drive)
{
	int64_t until_ms = clock_ms() + DRIVE_PATIENCE_MS;
	uint64_t number = 0;
	json_t *reply;
	bool more;

	wire_call(&drive->look, "Events", json_pack("{sI}", "from",
	    (json_int_t)drive->heard), true);
	do {
		const json_t *event;

		reply = wire_next(&drive->look, until_ms);
		event = json_object_get(json_object_get(reply, "parameters"),
		    "event");
		if (event)
			number = (uint64_t)number_of(event, "number");
		more = json_is_true(json_object_get(reply, "continues"));
		json_decref(reply);
	} while (more);
	return number;
}

static void
take_reply(struct drive *drive, json_t *reply)
{
	take_event(drive, json_object_get(json_object_get(reply, "parameters"),
	    "event"));
	json_decref(reply);
}

void
events_take(struct drive *drive)
{
	json_t *reply;

	while ((reply = wire_take(&drive->stream)))
		take_reply(drive, reply);
}

void
events_take_all(struct drive *drive)
{
	int64_t until_ms = clock_ms() + DRIVE_PATIENCE_MS;
	uint64_t number;
	json_t *reply;

	if (drive->stream.fd < 0)
		return;
	number = drive->stream.ended ? 0 : newest(drive);
	while (drive->heard < number &&
	    (reply = wire_next(&drive->stream, until_ms)))
		take_reply(drive, reply);
	events_take(drive);
}
