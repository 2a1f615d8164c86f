/*
 * What the parts of the core ask of the tree inside a step. Not for the shell.
 */
#ifndef REEVE_CORE_STEPS_H
#define REEVE_CORE_STEPS_H

#include "core/tree.h"

/* Have a supervisor run before the step ends. */
void	steps_set_runnable(struct tree *tree, struct sup *sup);

/* Queue an action for the shell, once each. */
void	steps_act(struct tree *tree, struct action_node *node,
	    enum action_type type);

/* Answer a request: note it, and give it back to the shell. */
void	steps_reply(struct tree *tree, struct request *request,
	    enum request_error error);

/* Say something about a child of a supervisor, with how it last ended. */
void	steps_note(struct tree *tree, enum note_type type, struct sup *sup,
	    struct child *child);

/* The same with a time to come. */
void	steps_note_until(struct tree *tree, enum note_type type,
	    struct sup *sup, struct child *child, int64_t until_ms);

/* When a child's retry is to be queued; HEAP_NEVER: not by time. */
void	steps_set_timer(struct tree *tree, struct child *child, int64_t due_ms);

/* Enter a child into the table of names under its parent, or take it out. */
void	names_add(struct tree *tree, struct child *child);
void	names_remove(struct tree *tree, struct child *child);

/* A child has ended, its slot says how: tell whoever has to know. */
void	sup_on_end(struct tree *tree, struct child *child);

/* The root has ended: tell the shell to quit. */
void	steps_quit(struct tree *tree);

/* Tell whether the tree has not come up yet. */
bool	steps_is_starting(const struct tree *tree);

/* A number that nobody can foretell, for jitter only. */
uint64_t steps_random(struct tree *tree);

#endif
