/*
 * The state of a tree, and what the parts of the core use of it inside a step:
 * notes, actions, timers. The shell uses tree.h.
 */
#ifndef REEVE_CORE_STEPS_H
#define REEVE_CORE_STEPS_H

#include <stddef.h>

#include "core/note.h"
#include "core/request.h"

struct tree {
	struct sup *root;
	struct child **buckets;	/* children in a list, by parent and name */
	size_t bucket_count;	/* a power of two; 0: none yet */
	size_t child_count;	/* in the buckets */
	struct list runnable;	/* of struct sup that may have work to do */
	struct list actions;	/* of struct action_node */
	struct heap deadlines;
	int64_t now_ms;		/* of the input of this step */
	uint64_t random;	/* for jitter */
	uint64_t noted;		/* the last number that a note had */
	note_fn *note;
	void *note_arg;
	bool quit;		/* ACTION_QUIT is to be given out */
};

/* Let the supervisor with this sup->runnable go on before the step ends. */
void	steps_set_runnable(struct tree *tree, struct list *runnable);

/* Queue an action for the shell; one that is queued already stays one. */
void	steps_act(struct tree *tree, struct action_node *node,
	    enum action_type type);

/* Answer a request: note it, and give it back to the shell. */
void	steps_reply(struct tree *tree, struct request *request,
	    enum request_error error);

/*
 * Note something about a child of a supervisor, with how it last ended. Unless
 * it only reports what is noted already, or is about the supervisor, the note
 * becomes the cause of what comes next for the child. Returns its number.
 */
uint64_t steps_note(struct tree *tree, enum note_type type, struct sup *sup,
	    struct child *child);

/* The same with a time to come. */
uint64_t steps_note_until(struct tree *tree, enum note_type type,
	    struct sup *sup, struct child *child, int64_t until_ms);

/* A number that cannot be foretold, for jitter only. */
uint64_t steps_random(struct tree *tree);

#endif
