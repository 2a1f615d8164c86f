/*
 * What reevectl shows to people: aligned tables, a drawn tree, sentences. Texts
 * of the daemon are made safe. Colours and box characters are used where the
 * output can show them.
 */
#ifndef REEVE_CTL_SHOW_H
#define REEVE_CTL_SHOW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SHOW_PATH_SIZE	4500	/* the longest path, every byte escaped */

/* How to show. */
struct show {
	FILE *out;
	bool colour;		/* a terminal, and NO_COLOR is not set */
	bool utf8;		/* the locale has box characters */
	const char *path;	/* that the verb is about; NULL: none */
};

/* A text (NULL is ""), and a string member of an object, safe to show; both
 * return ret_text. */
char	*show_safe(const char *text, char *ret_text, size_t size);
char	*show_member(const json_t *object, const char *key, char *ret_text,
	    size_t size);

/* JSON on a line of its own, in ASCII and without control characters. */
void	show_json(const struct show *show, const json_t *value);

/* Find out how to show, from the environment and from what stdout is. */
void	show_init(struct show *show);

/* A table of children: path, state, pid, uptime, restarts, last end. */
void	show_status(const struct show *show, const json_t *children);

/* The children drawn as a tree; they come parents first, in start order. */
void	show_tree(const struct show *show, const json_t *children);

/* A line a child, as which_children lists them: name, type, pid or state. */
void	show_which(const struct show *show, const json_t *children);

/* A child specification, as the configuration file writes it. */
void	show_spec(const struct show *show, const json_t *spec);

/* One event: time, path, sentence. */
void	show_event(const struct show *show, const json_t *event);

/* A string, on a line of its own; strings, a line each. What is no string is
 * left out. */
void	show_text(const struct show *show, const json_t *text);
void	show_lines(const struct show *show, const json_t *texts);

/* That a child was started, and its pid. If the reply has no path, it is the
 * verb's. */
void	show_started(const struct show *show, const json_t *reply);

/* A duration in its two largest units, "3d 4h", "2m 5s"; returns ret_text. */
char	*show_duration(int64_t ms, char *ret_text, size_t size);

#endif
