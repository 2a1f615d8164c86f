/* What the core says in the words of a trace, see the header. */
#include "scenario/print.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct spec_outcome
reason_parse(struct reasons *reasons, const char *word)
{
	struct spec_outcome outcome = { .how = SPEC_HOW_EXITED };

	if (strcmp(word, "normal") == 0) {
		outcome.end = SPEC_END_NORMAL;
	} else if (strcmp(word, "shutdown") == 0) {
		outcome.how = SPEC_HOW_SIGNALLED;
		outcome.end = SPEC_END_SHUTDOWN;
	} else if (strcmp(word, "killed") == 0) {
		outcome.how = SPEC_HOW_SIGNALLED;
		outcome.end = SPEC_END_KILLED;
	} else if (strncmp(word, "shutdown:", 9) == 0) {
		reasons->words[reasons->count] = word + 9;
		outcome.number = reasons->count++;
		outcome.end = SPEC_END_SHUTDOWN_TERM;
	} else if (strncmp(word, "code:", 5) == 0) {
		outcome.number = (uint8_t)strtoul(word + 5, NULL, 10);
		outcome.end = SPEC_END_ABNORMAL;
	} else {
		fprintf(stderr, "'%s' is no reason\n", word);
		abort();
	}
	outcome.end_stopped = outcome.end; /* exit_stopped is empty */
	return outcome;
}

const char *
reason_text(struct arena *arena, const struct reasons *reasons,
    const struct spec_outcome *outcome)
{
	switch ((enum spec_end)outcome->end) {
	case SPEC_END_NORMAL:
		return "normal";
	case SPEC_END_SHUTDOWN:
		return "shutdown";
	case SPEC_END_SHUTDOWN_TERM:
		return arena_printf(arena, "shutdown:%s",
		    reasons->words[outcome->number]);
	case SPEC_END_ABNORMAL:
		return arena_printf(arena, "code:%u", outcome->number);
	case SPEC_END_KILLED:
		return "killed";
	default:
		return "?";
	}
}

/* The setting that each fault is in; NULL: the answer does not say. */
static const char *const fault_keys[SPEC_ERROR_COUNT] = {
	[SPEC_INVALID_RESTART_TYPE] = "restart",
	[SPEC_INVALID_SIGNIFICANT] = "significant",
	[SPEC_INVALID_SHUTDOWN] = "shutdown",
	[SPEC_INVALID_STRATEGY] = "strategy",
	[SPEC_INVALID_INTENSITY] = "intensity",
	[SPEC_INVALID_PERIOD] = "period",
	[SPEC_INVALID_AUTO_SHUTDOWN] = "auto_shutdown",
	[SPEC_INVALID_MAX_CHILDREN] = "max_children",
};

/* A fault with the word of the settings that it is in. */
static const char *
fault_text(struct arena *arena, enum spec_error fault, const char *name,
    const struct settings *settings)
{
	const char *key = fault_keys[fault];
	const char *word = key ? settings_get(settings, key) : NULL;

	if (fault == SPEC_DUPLICATE_CHILD_NAME)
		word = name;
	if (!word)
		return spec_error_names[fault];
	return arena_printf(arena, "%s:%s", spec_error_names[fault], word);
}

/* Tell whether a fault is in the flags, not in a child's spec. */
static bool
is_of_flags(enum spec_error fault)
{
	return fault >= SPEC_INVALID_STRATEGY &&
	    fault <= SPEC_INVALID_MAX_CHILDREN;
}

/* The settings of the child of that name among some; NULL: not there. */
static const struct settings *
settings_of(struct child *const *children, uint32_t count, const char *name)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(children[i]->name, name) == 0)
			return &part_of(children[i])->def->settings;
	return NULL;
}

/* The fault that a supervisor's definition has, as its start answers. */
static const char *
definition_fault(struct arena *arena, struct sup *sup)
{
	const struct def *def = part_of(&sup->self)->def;

	if (is_of_flags(sup->fault))
		return arena_printf(arena, "supervisor_data:%s",
		    fault_text(arena, sup->fault, NULL, &def->settings));
	return arena_printf(arena, "start_spec:%s", fault_text(arena,
	    sup->fault, sup->fault_name, settings_of(sup->definition,
	    sup->definition_count, sup->fault_name)));
}

const char *
print_start_failure(struct arena *arena, struct child *child)
{
	struct sup *sup;

	if (!child_is_sup(child))
		return "failed";
	sup = sup_of(child);
	if (!sup->failed)
		return definition_fault(arena, sup);
	return arena_printf(arena, "shutdown:failed_to_start_child:%s:%s",
	    sup->failed->name, print_start_failure(arena, sup->failed));
}

/* The fault that a request was refused for. */
static const char *
request_fault(struct arena *arena, const struct request *request)
{
	const struct child *sup = &request->sup->self;
	const struct settings *settings = &part_of(sup)->def->settings;
	const char *text;

	if (request->type == REQUEST_START_CHILD)
		settings = &part_of(request->child)->settings;
	else if (request->fault_name)
		settings = settings_of(request->definition,
		    request->definition_count, request->fault_name);
	text = fault_text(arena, request->fault, request->fault_name, settings);
	if (is_of_flags(request->fault) && sup->spec.type == SPEC_DYNAMIC)
		return arena_printf(arena, "supervisor_data:%s", text);
	return text;
}

/* What which_children calls the state of a child. */
static const char *
state_text(const struct child *child)
{
	if (child_has_process(child))
		return "running";
	return child->state == CHILD_RESTARTING ? "restarting" : "undefined";
}

/* Compare two texts through pointers to them, for qsort. */
static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The answer to which_children: latest first, or sorted if it is dynamic. */
static const char *
children_text(struct arena *arena, const struct sup *sup)
{
	bool dynamic = sup->self.spec.type == SPEC_DYNAMIC;
	const char **texts = arena_alloc(arena, sup->child_count + 1,
	    sizeof(*texts));
	size_t count = 0, length = sizeof("children"), at = 0;
	char *answer;

	for (struct list *link = sup->children.prev; link != &sup->children;
	    link = link->prev) {
		struct child *child = list_entry(link, struct child, link);
		bool nameless = dynamic && child->state == CHILD_RESTARTING;

		texts[count] = arena_printf(arena, "%s:%s:%s",
		    nameless ? "-" : child->name,
		    child_is_sup(child) ? "supervisor" : "worker",
		    state_text(child));
		length += strlen(texts[count++]) + 1;
	}
	if (dynamic)
		qsort(texts, count, sizeof(*texts), compare_texts);
	answer = arena_alloc(arena, length, 1);
	at = (size_t)snprintf(answer, length, "children");
	for (size_t i = 0; i < count; i++)
		at += (size_t)snprintf(answer + at, length - at, " %s",
		    texts[i]);
	return answer;
}

/* The answer to count_children. */
static const char *
counts_text(struct arena *arena, const struct request_counts *counts)
{
	return arena_printf(arena, "count specs=%" PRIu32 " active=%" PRIu32
	    " supervisors=%" PRIu32 " workers=%" PRIu32, counts->specs,
	    counts->active, counts->supervisors, counts->workers);
}

/* A shutdown time as a scenario spells it. */
static const char *
shutdown_text(struct arena *arena, int64_t shutdown_ms)
{
	if (shutdown_ms == SPEC_BRUTAL_KILL)
		return "brutal_kill";
	if (shutdown_ms == SPEC_INFINITY)
		return "infinity";
	return arena_printf(arena, "%" PRId64, shutdown_ms);
}

/* The answer to get_childspec. */
static const char *
spec_text(struct arena *arena, const struct child *child)
{
	return arena_printf(arena, "spec id=%s restart=%s shutdown=%s "
	    "significant=%s type=%s", child->name,
	    spec_restart_names[child->spec.restart],
	    shutdown_text(arena, child->spec.shutdown_ms),
	    child->spec.significant ? "true" : "false",
	    child_is_sup(child) ? "supervisor" : "worker");
}

/* The answer of a request that was not refused. */
static const char *
good_answer(struct arena *arena, const struct request *request)
{
	switch (request->type) {
	case REQUEST_WHICH_CHILDREN:
		return children_text(arena, request->sup);
	case REQUEST_COUNT_CHILDREN:
		return counts_text(arena, &request->counts);
	case REQUEST_GET_CHILDSPEC:
		return spec_text(arena, request->child);
	default:
		return "ok";
	}
}

const char *
print_answer(struct arena *arena, const struct request *request)
{
	switch (request->error) {
	case REQUEST_OK:
		return good_answer(arena, request);
	case REQUEST_UNDEFINED:
		return "ok undefined";
	case REQUEST_BAD_SPEC:
		return arena_printf(arena, "error %s",
		    request_fault(arena, request));
	case REQUEST_START_FAILED:
		return arena_printf(arena, "error %s",
		    print_start_failure(arena, request->child));
	default:
		return arena_printf(arena, "error %s",
		    request_error_names[request->error]);
	}
}
