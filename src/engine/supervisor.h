/*
 * A supervisor as the daemon holds it: the sup of the core and, of a dynamic
 * one, what its children start from, in one block of memory.
 */
#ifndef REEVE_ENGINE_SUPERVISOR_H
#define REEVE_ENGINE_SUPERVISOR_H

#include "config/conf.h"
#include "core/tree.h"

/* What the children of a dynamic supervisor start from. */
struct supervisor_template {
	struct program *program; /* NULL: the supervisor is not dynamic */
	struct spec spec;
	bool allow_arguments;	/* not from root alone */
	uint64_t taken;		/* numbers that were names of children */
};

struct supervisor {
	struct sup sup;
	struct supervisor_template template;
	char name[];		/* the child's */
};

static inline struct supervisor *
supervisor_of(struct sup *sup)
{
	return list_entry(sup, struct supervisor, sup);
}

static inline const struct supervisor *
supervisor_of_const(const struct sup *sup)
{
	return list_const_entry(sup, struct supervisor, sup);
}

/* Make the supervisor that a node describes, without children; it takes the
 * program of the node's template over. NULL with errno. */
struct supervisor *supervisor_new(struct tree *tree, struct conf_node *node);

/* Free it, and nothing that is below it. */
void	supervisor_free(struct supervisor *supervisor);

/* The ring of a restart window that is as long as the flags want; or NULL. */
int64_t	*supervisor_ring(const struct spec_flags *flags, uint32_t *ret_size);

/* A dynamic supervisor's template, NULL for any other supervisor. */
const struct supervisor_template *supervisor_template(const struct sup *sup);

/* Take the next number for a child of a dynamic supervisor. */
uint64_t supervisor_take_number(struct sup *sup);

/* Give a supervisor the template of another one, which has none any more; the
 * numbers that were taken stay taken. */
void	supervisor_replace_template(struct supervisor *supervisor,
	    struct supervisor *from);

#endif
