/* What of the scenarios has no counterpart in a real daemon. */
#include "drive/drive.h"

#include <stdlib.h>
#include <string.h>

/* Tell whether some word of a line begins with one of two texts. */
static bool
has_word(const struct line *line, const char *a, const char *b)
{
	for (size_t i = 0; i < line->count; i++)
		if (strncmp(line->words[i], a, strlen(a)) == 0 ||
		    strncmp(line->words[i], b, strlen(b)) == 0)
			return true;
	return false;
}

/* Tell whether the tree itself has a bad specification. */
static bool
is_bad_tree(const struct lines *expected)
{
	for (size_t i = 0; i < expected->count; i++)
		if (strcmp(expected->at[i].words[0], "start_failed") == 0 &&
		    has_word(&expected->at[i], "supervisor_data:",
		    "start_spec:"))
			return true;
	return false;
}

/* Tell whether a line is a step that reads. */
static bool
is_read(const struct line *line)
{
	return line->count > 2 && strcmp(line->words[0], "step") == 0 &&
	    (strcmp(line->words[2], "which_children") == 0 ||
	    strcmp(line->words[2], "count_children") == 0 ||
	    strcmp(line->words[2], "get_childspec") == 0);
}

/* Tell whether the step of that line of a trace is answered before the next. */
static bool
is_answered(const struct lines *expected, size_t i)
{
	const char *number = expected->at[i].words[1];

	for (i++; i < expected->count; i++) {
		const struct line *line = &expected->at[i];

		if (strcmp(line->words[0], "step") == 0 ||
		    strcmp(line->words[0], "alive") == 0)
			return false;
		if ((strcmp(line->words[0], "result") == 0 ||
		    strcmp(line->words[0], "skip") == 0) &&
		    strcmp(line->words[1], number) == 0)
			return true;
	}
	return false;
}

/* Tell whether a line is the result of a step, given by its number. */
static bool
is_result_of(const struct line *line, const char *number)
{
	return strcmp(line->words[0], "result") == 0 &&
	    strcmp(line->words[1], number) == 0;
}

/* Take the result of a step out of a trace. */
static void
take_out(struct lines *trace, const char *number)
{
	size_t count = 0;

	for (size_t i = 0; i < trace->count; i++)
		if (!is_result_of(&trace->at[i], number))
			trace->at[count++] = trace->at[i];
	trace->count = count;
}

size_t
skip_questions(struct scenario *scenario, struct lines *expected)
{
	size_t count = 0;

	for (size_t i = 0; i < expected->count; i++) {
		const char *number = expected->at[i].words[1];

		if (!is_read(&expected->at[i]) || is_answered(expected, i))
			continue;
		take_out(expected, number);
		scenario->steps[strtoul(number, NULL, 10) - 1].words[0] =
		    arena_text(scenario->arena, "unasked", 7);
		count++;
	}
	return count;
}

/* Tell whether something ends and the story goes on. */
static bool
ends_early(const struct lines *expected, const char *name)
{
	bool ended = false;

	for (size_t i = 0; i < expected->count; i++) {
		const struct line *line = &expected->at[i];

		if (strcmp(line->words[0], "down") == 0 &&
		    strcmp(line->words[1], name) == 0)
			ended = true;
		if (ended && strcmp(line->words[0], "step") == 0)
			return true;
	}
	return false;
}

/* Tell whether a dynamic supervisor ends whose own restart type is said. */
static bool
has_restart_of_dynamic(const struct scenario *scenario,
    const struct lines *expected)
{
	for (const struct def *def = scenario->defs; def; def = def->next)
		if (def->type == SPEC_DYNAMIC &&
		    settings_get(&def->settings, "restart") &&
		    ends_early(expected, def->name))
			return true;
	return false;
}

/* Why a step cannot be done; NULL: it can. */
static const char *
leave_step(const struct scenario *scenario, const struct line *step)
{
	const char *word = step->words[0];
	const struct def *def;

	if (strcmp(word, "wait") == 0)
		return "time passes: only a simulated clock is exact";
	if (strcmp(word, "upgrade") == 0)
		return "code_change: the socket has none, and a reload is "
		    "more than that";
	def = strcmp(word, "ignore") == 0 ? scn_find(scenario, step->words[1]) :
	    NULL;
	if (def && def->type != SPEC_WORKER)
		return "a supervisor that ignores its start: the file has none";
	def = strcmp(word, "start_child") == 0 ?
	    scn_find(scenario, step->words[2]) : NULL;
	if (def && def->type != SPEC_WORKER)
		return "start_child of a supervisor: the socket adds workers";
	return NULL;
}

const char *
skip_reason(const struct scenario *scenario, const struct lines *expected)
{
	for (size_t i = 0; i < scenario->step_count; i++) {
		const char *why = leave_step(scenario, &scenario->steps[i]);

		if (why)
			return why;
	}
	if (is_bad_tree(expected))
		return "a bad specification in the tree: the daemon refuses "
		    "the file, and starts nothing";
	if (has_restart_of_dynamic(scenario, expected))
		return "a dynamic supervisor that is not permanent: the file "
		    "says restart of its children alone";
	return NULL;
}
