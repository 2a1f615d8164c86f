/*
 * What reevectl shows a person: aligned tables, a drawn tree, sentences.
 * Everything that comes from the daemon passes the sanitiser; colours and box
 * characters are used where the output can show them.
 */
#ifndef REEVE_CTL_SHOW_H
#define REEVE_CTL_SHOW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* How to show. */
struct ctlshow {
	FILE *out;
	bool colour;		/* a terminal, and NO_COLOR is not set */
	bool utf8;		/* the locale has box characters */
};

/* Find out how, from the environment and what stdout is. */
void	ctlshow_init(struct ctlshow *show);

/* A table of children: path, state, pid, uptime, restarts, last end. */
void	ctlshow_status(const struct ctlshow *show, const json_t *children);

/* The children drawn as a tree; they come parents first, in start order. */
void	ctlshow_tree(const struct ctlshow *show, const json_t *children);

/* A line a child, as which_children lists them: name, type, pid or state. */
void	ctlshow_which(const struct ctlshow *show, const json_t *children);

/* A child specification, as the configuration file spells it. */
void	ctlshow_spec(const struct ctlshow *show, const json_t *spec);

/* One event: time, path, sentence. */
void	ctlshow_event(const struct ctlshow *show, const json_t *event);

/* A string of the daemon's, made safe, and a line end. */
void	ctlshow_line(const struct ctlshow *show, const char *text);

/* How a process ended, "exited with 1"; returns ret_text. */
char	*ctlshow_end(const json_t *end, char *ret_text, size_t size);

/* A duration in its two largest units, "3d 4h", "2m 5s"; returns ret_text. */
char	*ctlshow_duration(int64_t ms, char *ret_text, size_t size);

#endif
