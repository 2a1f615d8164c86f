/*
 * A scenario as it is written: definitions and steps, not yet understood any
 * further than into words. tests/scenarios/README.md describes the language.
 */
#ifndef REEVE_TESTS_SCN_H
#define REEVE_TESTS_SCN_H

#include <stdarg.h>
#include <stdbool.h>

#include "core/spec.h"
#include "scenario/arena.h"

/* A line, cut into words. */
struct line {
	char *text;		/* the words, with one blank between */
	char **words;
	size_t count;
};

struct lines {
	struct line *at;
	size_t count;
};

/* key=value settings, later ones in place of earlier ones. */
struct settings {
	const char *keys[24];
	const char *values[24];
	size_t count;
};

/* A supervisor, dynamic supervisor or worker, as it is defined by now. */
struct def {
	struct def *next;	/* in the scenario, as they were defined */
	const char *name;
	const char *parent;	/* NULL: the root; "-": none */
	bool is_made_up;	/* only named by steps so far */
	enum spec_type type;
	struct settings settings;
	const char **children;	/* of a supervisor: names, in start order */
	size_t child_count;
	/* what the steps have prepared for it: */
	int fails;		/* starts that are to fail; -1: always */
	int ignores;		/* starts that are to be ignored */
	bool hold;		/* the next start is to be held */
	const char *on_term;	/* by an on_term step, or NULL */
	bool is_stale;		/* what runs cannot know its settings now */
};

struct scenario {
	struct arena *arena;
	struct def *defs;
	struct line *steps;
	size_t step_count;
};

/*
 * Read a file into lines; those that are empty are left out, and with comments
 * set, what follows a # as well. NULL file: standard input. Returns false, with
 * errno set, if it cannot be read.
 */
bool	lines_read(struct arena *arena, const char *file, bool comments,
	    struct lines *ret_lines);

/* Append a line of text, cut into words. */
void	lines_append(struct arena *arena, struct lines *lines,
	    const char *text);

/* The same, of text as by vprintf, of any length. */
void	lines_vprintf(struct arena *arena, struct lines *lines,
	    const char *format, va_list args)
	    __attribute__((format(printf, 3, 0)));

/*
 * Understand a scenario's lines. Returns NULL, or what is wrong with it.
 */
const char	*scn_parse(struct arena *arena, const struct lines *lines,
		    struct scenario *ret_scenario);

/* The definition of that name; NULL if there is none. */
struct def	*scn_find(const struct scenario *scenario, const char *name);

/* Add a definition. */
struct def	*scn_add(struct scenario *scenario, const char *name,
		    enum spec_type type);

/* Set the children of a supervisor by their names, joined by commas. */
void	scn_set_children(struct scenario *scenario, struct def *def,
	    const char *names);

/* Take over the key=value words of a line from the given one on. */
void	settings_take(struct settings *settings, const struct line *line,
	    size_t first);

/* The value of a key; NULL if it is not set. */
const char	*settings_get(const struct settings *settings,
		    const char *key);

/* Set a key. */
void	settings_set(struct settings *settings, const char *key,
	    const char *value);

#endif
