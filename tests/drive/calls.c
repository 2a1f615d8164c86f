/* The steps that are calls, and their answers. */
#include "drive/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* The word of a step, or "". */
static const char *
word(const struct drive *drive, size_t i)
{
	return i < drive->line->count ? drive->line->words[i] : "";
}

/* A member of an object that is a text, or "". */
static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* Tell whether a role is a supervisor that is there. */
static bool
is_running_sup(const struct role *role)
{
	return role->def->type != SPEC_WORKER && role->state != ROLE_DOWN;
}

/* Tell whether a role has a process. */
static bool
is_live(const struct role *role)
{
	return role->live;
}

/* Any role will do. */
static bool
is_any(const struct role *role)
{
	(void)role;
	return true;
}

/* The path of a child that may not be there. */
static const char *
path_below(const struct drive *drive, const struct role *sup,
    const char *name)
{
	const struct role *child = NULL;

	if (sup->def->type == SPEC_DYNAMIC) {
		child = role_find(drive, name, is_live);
		if (!child)
			child = role_find(drive, name, is_any);
	}
	if (child && child->parent == sup)
		return child->path;
	return strcmp(sup->path, "/") == 0 ? name :
	    arena_printf(drive->arena, "%s/%s", sup->path, name);
}

/* Send a call on a connection of its own. */
static struct asked *
send_call(struct drive *drive, const char *verb, const char *method,
    json_t *parameters, const char *path)
{
	struct asked *asked = arena_alloc(drive->arena, 1, sizeof(*asked));
	const char *socket = arena_printf(drive->arena, "%s/run/reeve.sock",
	    drive->dir);

	asked->number = drive->number;
	asked->verb = verb;
	asked->path = path;
	asked->is_read = strcmp(verb, "get_childspec") == 0 ||
	    strcmp(verb, "which_children") == 0 ||
	    strcmp(verb, "count_children") == 0;
	list_init(&asked->link);
	list_append(&drive->calls, &asked->link);
	if (wire_open(&asked->wire, socket))
		wire_call(&asked->wire, method, parameters, false);
	else
		asked->wire.ended = true;
	return asked;
}

/* Compare two texts through pointers to them, for qsort. */
static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What which_children calls a child. */
static const char *
child_text(struct drive *drive, const json_t *child, bool dynamic)
{
	const struct role *role = role_at(drive, text_of(child, "path"));
	const char *state = text_of(child, "state"), *said = "running";
	bool worker = strcmp(text_of(child, "type"), "worker") == 0;

	if (strcmp(state, "restarting") == 0)
		said = state;
	else if (strcmp(state, "down") == 0 || strcmp(state, "starting") == 0)
		said = "undefined";
	return arena_printf(drive->arena, "%s:%s:%s",
	    dynamic && said == state ? "-" : role->name,
	    worker ? "worker" : "supervisor", said);
}

/* The answer to which_children. */
static const char *
children_text(struct drive *drive, const struct asked *asked,
    const json_t *answer)
{
	bool dynamic = role_at(drive, asked->path)->def->type == SPEC_DYNAMIC;
	const json_t *children = json_object_get(answer, "children"), *child;
	const char **texts = arena_alloc(drive->arena,
	    json_array_size(children) + 1, sizeof(*texts));
	char *text = arena_alloc(drive->arena, 65536, 1);
	size_t i, at;

	json_array_foreach(children, i, child)
		texts[i] = child_text(drive, child, dynamic);
	if (dynamic)
		qsort(texts, i, sizeof(*texts), compare_texts);
	at = (size_t)snprintf(text, 65536, "children");
	for (size_t n = 0; n < i; n++)
		at += (size_t)snprintf(text + at, 65536 - at, " %s", texts[n]);
	return text;
}

/* A number of an answer. */
static json_int_t
number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* The answer to get_childspec. */
static const char *
spec_text(struct drive *drive, const json_t *answer)
{
	const json_t *spec = json_object_get(answer, "spec");
	json_int_t ms = number_of(spec, "shutdown_ms");
	const char *name = role_at(drive, text_of(spec, "path"))->name;
	bool worker = strcmp(text_of(spec, "type"), "worker") == 0;

	return arena_printf(drive->arena, "spec id=%s restart=%s shutdown=%s "
	    "significant=%s type=%s", name, text_of(spec, "restart"),
	    ms == -1 ? "infinity" : ms == -2 ? "brutal_kill" :
	    arena_printf(drive->arena, "%" JSON_INTEGER_FORMAT, ms),
	    json_is_true(json_object_get(spec, "significant")) ? "true" :
	    "false", worker ? "worker" : "supervisor");
}

/* The answer of a call that was not refused. */
static const char *
good_answer(struct drive *drive, const struct asked *asked,
    const json_t *answer)
{
	if (strcmp(asked->verb, "which_children") == 0)
		return children_text(drive, asked, answer);
	if (strcmp(asked->verb, "get_childspec") == 0)
		return spec_text(drive, answer);
	if (strcmp(asked->verb, "count_children") == 0)
		return arena_printf(drive->arena, "count specs=%"
		    JSON_INTEGER_FORMAT " active=%" JSON_INTEGER_FORMAT
		    " supervisors=%" JSON_INTEGER_FORMAT " workers=%"
		    JSON_INTEGER_FORMAT, number_of(answer, "specs"),
		    number_of(answer, "active"),
		    number_of(answer, "supervisors"),
		    number_of(answer, "workers"));
	if (strcmp(asked->verb, "start_child") != 0 &&
	    strcmp(asked->verb, "restart_child") != 0)
		return "ok";
	return json_object_get(answer, "pid") ||
	    role_at(drive, asked->path)->def->type != SPEC_WORKER ? "ok" :
	    "ok undefined";
}

/* OTP's words for a value that was refused. */
static const char *
fault_text(struct drive *drive, const struct asked *asked, const char *key,
    const char *why)
{
	const char *value = settings_get(&asked->settings, key);

	if (strcmp(key, "significant") == 0 && strcmp(why, "") != 0)
		return arena_printf(drive->arena, "error %s", why);
	return arena_printf(drive->arena, "error invalid_%s%s:%s", key,
	    strcmp(key, "restart") == 0 ? "_type" : "", value ? value : "?");
}

/* The answer of a call that was refused. */
static const char *
bad_answer(struct drive *drive, const struct asked *asked, const char *error,
    const json_t *answer)
{
	static const char *const words[][2] = {
		{ "NotFound", "not_found" },
		{ "AlreadyStarted", "already_started" },
		{ "AlreadyPresent", "already_present" },
		{ "Running", "running" },
		{ "Restarting", "restarting" },
		{ "MaxChildren", "max_children" },
		{ "NoProcess", "noproc" },
		{ "SupervisorEnded", "shutdown" },
	};
	const char *name = strrchr(error, '.') + 1;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], name) == 0)
			return arena_printf(drive->arena, "error %s",
			    words[i][1]);
	if (strcmp(name, "StartFailed") == 0)
		return arena_printf(drive->arena, "error %s",
		    events_failure(role_at(drive, asked->path)));
	if (strcmp(name, "BadSpec") == 0)
		return fault_text(drive, asked, text_of(answer, "key"),
		    text_of(answer, "why"));
	if (strcmp(name, "InvalidParameter") == 0)
		return fault_text(drive, asked, text_of(answer, "parameter"),
		    "");
	return arena_printf(drive->arena, "error %s", name);
}

bool
calls_hear(struct drive *drive, struct asked *asked)
{
	json_t *reply = wire_take(&asked->wire);
	const json_t *answer = json_object_get(reply, "parameters");
	const char *error = json_string_value(json_object_get(reply, "error"));

	if (!reply && !asked->wire.ended)
		return false;
	events_take_all(drive);
	emit_result(drive, asked->number, !reply ? "error hung_up" : error ?
	    bad_answer(drive, asked, error, answer) :
	    good_answer(drive, asked, answer));
	json_decref(reply);
	wire_close(&asked->wire);
	list_remove(&asked->link);
	return true;
}

/* An id that no child has had, for a child of a dynamic supervisor. */
static const char *
new_id(const struct drive *drive, const struct role *sup, const char *name)
{
	unsigned count = 0;
	struct list *link;

	for (link = drive->roles.next; link != &drive->roles;
	    link = link->next) {
		const struct role *role = list_entry(link, struct role, link);

		count += role->parent == sup && strcmp(role->name, name) == 0;
	}
	return count == 0 ? name :
	    arena_printf(drive->arena, "%s.%u", name, count + 1);
}

/* The settings of the child that a start_child step is for; one that is new
 * is defined by it. */
static struct settings
new_settings(const struct drive *drive, const struct role *sup,
    struct def *def)
{
	static const char *const keys[][2] = {
		{ "t_restart", "restart" },
		{ "t_shutdown", "shutdown" },
		{ "t_on_term", "on_term" },
	};
	bool dynamic = sup->def->type == SPEC_DYNAMIC;
	struct settings settings = { .count = 0 };

	if (!dynamic && def->is_made_up) {
		settings_take(&def->settings, drive->line, 3);
		def->is_made_up = false;
	}
	if (!dynamic)
		settings = def->settings;
	for (size_t i = 0; i < 3 && dynamic; i++) {
		const char *value = settings_get(&sup->def->settings,
		    keys[i][0]);

		if (value)
			settings_set(&settings, keys[i][1], value);
	}
	settings_take(&settings, drive->line, 3);
	return settings;
}

/* The parameters of StartChild. */
static json_t *
start_parameters(struct drive *drive, const struct role *sup, const char *id,
    const struct settings *settings)
{
	const char *restart = settings_get(settings, "restart");
	const char *significant = settings_get(settings, "significant");
	json_t *parameters = json_pack("{ss ss ss*}", "supervisor", sup->path,
	    "id", id, "restart", restart);

	json_object_set_new(parameters, "shutdown", json_string(
	    confile_shutdown(drive, settings, word(drive, 2))));
	if (significant)
		json_object_set_new(parameters, "significant",
		    strcmp(significant, "true") == 0 ? json_true() :
		    strcmp(significant, "false") == 0 ? json_false() :
		    json_string(significant));
	if (sup->def->type != SPEC_DYNAMIC)
		json_object_set_new(parameters, "arguments", json_pack("[sss]",
		    drive->actor, arena_printf(drive->arena, "%s/door",
		    drive->dir), "3"));
	return parameters;
}

/* start_child S X [key=value ...] */
static void
start_child(struct drive *drive, struct role *sup)
{
	bool dynamic = sup->def->type == SPEC_DYNAMIC;
	const char *name = word(drive, 2);
	struct settings settings = new_settings(drive, sup,
	    def_of(drive, name));
	const char *id = dynamic ? new_id(drive, sup, name) : name;
	const char *path = strcmp(sup->path, "/") == 0 ? id :
	    arena_printf(drive->arena, "%s/%s", sup->path, id);
	struct asked *asked;

	asked = send_call(drive, "start_child", "StartChild",
	    start_parameters(drive, sup, id, &settings), path);
	asked->settings = settings;
}

/* The methods of the other steps. */
static const struct {
	const char *verb;
	const char *method;
	bool of_child;
} methods[] = {
	{ "terminate_child", "TerminateChild", true },
	{ "restart_child", "RestartChild", true },
	{ "delete_child", "DeleteChild", true },
	{ "get_childspec", "ChildSpec", true },
	{ "which_children", "WhichChildren", false },
	{ "count_children", "CountChildren", false },
};

/* Send the call of any other step. */
static void
plain_call(struct drive *drive, const struct role *sup, size_t i)
{
	const char *path = methods[i].of_child ?
	    path_below(drive, sup, word(drive, 2)) : sup->path;

	send_call(drive, methods[i].verb, methods[i].method, json_pack("{ss}",
	    methods[i].of_child ? "path" : "supervisor", path), path);
}

bool
calls_step(struct drive *drive)
{
	const size_t count = sizeof(methods) / sizeof(methods[0]);
	bool starts = strcmp(word(drive, 0), "start_child") == 0;
	struct role *sup;
	size_t i = 0;

	while (i < count && strcmp(methods[i].verb, word(drive, 0)) != 0)
		i++;
	if (i == count && !starts)
		return false;
	sup = role_find(drive, word(drive, 1), is_running_sup);
	if (!sup)
		emit_result(drive, drive->number, "error noproc");
	else if (sup->state == ROLE_STARTING)
		emit(drive, "skip %" PRIu32 " starting", drive->number);
	else if (starts)
		start_child(drive, sup);
	else
		plain_call(drive, sup, i);
	return true;
}

/* Tell whether a child of a status is up. */
static bool
is_up(const json_t *child)
{
	const char *state = text_of(child, "state");

	if (strcmp(state, "up") == 0 || strcmp(state, "stopping") == 0)
		return true;
	return json_object_get(child, "pid") != NULL &&
	    strcmp(state, "starting") != 0;
}

void
calls_emit_alive(struct drive *drive)
{
	json_t *reply = NULL, *children, *child;
	char *text = arena_text(drive->arena, "alive", 5);
	const char **names;
	size_t i, count = 0;

	if (drive->look.fd >= 0) {
		wire_call(&drive->look, "Status", NULL, false);
		reply = wire_next(&drive->look, clock_ms() + DRIVE_PATIENCE_MS);
	}
	children = json_object_get(json_object_get(reply, "parameters"),
	    "children");
	names = arena_alloc(drive->arena, json_array_size(children) + 1,
	    sizeof(*names));
	json_array_foreach(children, i, child) {
		const struct role *role = role_at(drive,
		    text_of(child, "path"));

		if (role->name && is_up(child))
			names[count++] = role->name;
	}
	qsort(names, count, sizeof(*names), compare_texts);
	for (i = 0; i < count; i++)
		text = arena_printf(drive->arena, "%s %s", text, names[i]);
	emit(drive, "%s", text);
	json_decref(reply);
}
