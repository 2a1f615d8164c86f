/* Comparing two traces, see the header. */
#include "scenario/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CONTEXT = 4,		/* lines shown before a difference */
};

/* The parent of a name, by the start_child steps of dynamic supervisors. */
struct owners {
	const char **names;
	const char **sups;
	size_t count;
};

/* The dynamic supervisor that a name is a child of; NULL: none. */
static const char *
owner_of(const struct owners *owners, const char *name)
{
	for (size_t i = owners->count; i-- > 0;)
		if (strcmp(owners->names[i], name) == 0)
			return owners->sups[i];
	return NULL;
}

/* Tell whether a dynamic supervisor of that name owns any child. */
static bool
is_owner(const struct owners *owners, const char *sup)
{
	for (size_t i = 0; i < owners->count; i++)
		if (strcmp(owners->sups[i], sup) == 0)
			return true;
	return false;
}

/* Tell whether the n-th line of a scenario, or one before, defines a dynamic
 * supervisor of that name. */
static bool
is_dynamic(const struct lines *scenario, size_t n, const char *name)
{
	for (size_t i = 0; i <= n; i++) {
		const struct line *line = &scenario->at[i];

		if (line->count > 1 && strcmp(line->words[0], "dynamic") == 0 &&
		    strcmp(line->words[1], name) == 0)
			return true;
	}
	return false;
}

/* Find the parent of each child. */
static struct owners
find_owners(struct arena *arena, const struct lines *scenario)
{
	struct owners owners = {
		.names = arena_alloc(arena, scenario->count, sizeof(char *)),
		.sups = arena_alloc(arena, scenario->count, sizeof(char *)),
	};

	for (size_t i = 0; i < scenario->count; i++) {
		char **words = scenario->at[i].words;

		if (scenario->at[i].count < 3 ||
		    strcmp(words[0], "start_child") != 0 ||
		    !is_dynamic(scenario, i, words[1]))
			continue;
		owners.names[owners.count] = words[2];
		owners.sups[owners.count++] = words[1];
	}
	return owners;
}

/* Tell whether a line begins with a word and has so many words. */
static bool
is(const struct line *line, const char *word, size_t count)
{
	return line->count == count && strcmp(line->words[0], word) == 0;
}

/* Tell whether a line is a signal: term or kill. */
static bool
is_signal(const struct line *line)
{
	return is(line, "term", 2) || is(line, "kill", 2);
}

/* The dynamic supervisor that a line of a stop belongs to; NULL: none. */
static const char *
sup_of_line(const struct owners *owners, const struct line *line)
{
	if (is_signal(line))
		return owner_of(owners, line->words[1]);
	if ((is(line, "down", 3) || is(line, "held", 3)) &&
	    strcmp(line->words[2], "start") != 0)
		return owner_of(owners, line->words[1]);
	if (is(line, "report", 5) &&
	    strcmp(line->words[2], "shutdown_error") == 0 &&
	    is_owner(owners, line->words[1]))
		return line->words[1];
	return NULL;
}

/* The lines of one concurrent stop, sorted into three heaps. */
struct stop {
	struct lines first;	/* opening signals */
	struct lines rest;
	struct lines reports;
	struct lines *out;
};

/* Insert a line behind all that do not compare greater, by one word or all. */
static void
insert(struct lines *lines, const struct line *line, bool by_text)
{
	size_t i = lines->count++;

	for (; i > 0; i--) {
		const struct line *before = &lines->at[i - 1];

		if (strcmp(by_text ? before->text : before->words[1],
		    by_text ? line->text : line->words[1]) <= 0)
			break;
		lines->at[i] = *before;
	}
	lines->at[i] = *line;
}

/* Append one heap to the output, and empty it. */
static void
flush_heap(struct lines *out, struct lines *heap)
{
	if (heap->count)
		memcpy(out->at + out->count, heap->at,
		    heap->count * sizeof(*heap->at));
	out->count += heap->count;
	heap->count = 0;
}

/* Append all three heaps to the output. */
static void
flush_stop(struct stop *stop)
{
	flush_heap(stop->out, &stop->first);
	flush_heap(stop->out, &stop->rest);
	flush_heap(stop->out, &stop->reports);
}

/* Tell whether a signal opens the stop of a child: none came since its end. */
static bool
is_opening(const struct lines *run, size_t n)
{
	const char *name = run->at[n].words[1];

	while (n-- > 0) {
		const struct line *line = &run->at[n];

		if (line->words[0][0] == 'r' ||
		    strcmp(line->words[1], name) != 0)
			continue;
		if (strcmp(line->words[0], "down") == 0)
			return true;
		if (is_signal(line))
			return false;
	}
	return true;
}

/* Bring the lines of one dynamic supervisor's stop into the canonical order. */
static void
normalise_run(struct arena *arena, const struct lines *run, struct lines *out)
{
	struct stop stop = { .out = out };

	stop.first.at = arena_alloc(arena, run->count, sizeof(*run->at));
	stop.rest.at = arena_alloc(arena, run->count, sizeof(*run->at));
	stop.reports.at = arena_alloc(arena, run->count, sizeof(*run->at));
	for (size_t i = 0; i < run->count; i++) {
		const struct line *line = &run->at[i];

		if (is(line, "report", 5)) {
			insert(&stop.reports, line, true);
		} else if (is_signal(line) && is_opening(run, i)) {
			if (stop.rest.count || stop.reports.count)
				flush_stop(&stop); /* a new stop */
			insert(&stop.first, line, false);
		} else {
			insert(&stop.rest, line, false);
		}
	}
	flush_stop(&stop);
}

/* Bring every concurrent stop of a trace into the canonical order. */
static struct lines
normalise(struct arena *arena, const struct lines *trace,
    const struct owners *owners)
{
	struct lines out = {
		.at = arena_alloc(arena, trace->count, sizeof(*trace->at)),
	};
	size_t i = 0, end;

	while (i < trace->count) {
		const char *sup = is_signal(&trace->at[i]) ?
		    sup_of_line(owners, &trace->at[i]) : NULL;

		if (!sup) {
			out.at[out.count++] = trace->at[i++];
			continue;
		}
		for (end = i; end < trace->count; end++) {
			const char *of = sup_of_line(owners, &trace->at[end]);

			if (!of || strcmp(of, sup) != 0)
				break;
		}
		normalise_run(arena, &(struct lines){ .at = trace->at + i,
		    .count = end - i }, &out);
		i = end;
	}
	return out;
}

/* Print the first difference, in the n-th line. */
static void
print_difference(const char *name, const struct lines *expected,
    const struct lines *actual, size_t n)
{
	const char *step = "before the first step";

	for (size_t i = 0; i < expected->count && i <= n; i++)
		if (strcmp(expected->at[i].words[0], "step") == 0)
			step = expected->at[i].text;
	printf("%s: differs in '%s' (line %zu of the compared trace)\n", name,
	    step, n + 1);
	for (size_t i = n < CONTEXT ? 0 : n - CONTEXT;
	    i < n && i < expected->count; i++)
		printf("    %s\n", expected->at[i].text);
	printf("  - expected: %s\n", n < expected->count ?
	    expected->at[n].text : "(end of trace)");
	printf("  + actual:   %s\n", n < actual->count ?
	    actual->at[n].text : "(end of trace)");
}

bool
compare_traces(struct arena *arena, const char *name,
    const struct lines *scenario, const struct lines *expected,
    const struct lines *actual)
{
	struct owners owners = find_owners(arena, scenario);
	struct lines a = normalise(arena, expected, &owners);
	struct lines b = normalise(arena, actual, &owners);
	size_t n = 0;

	while (n < a.count && n < b.count &&
	    strcmp(a.at[n].text, b.at[n].text) == 0)
		n++;
	if (n == a.count && n == b.count)
		return true;
	print_difference(name, &a, &b, n);
	return false;
}
