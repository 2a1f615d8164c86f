/*
 * Carrying out a plan: one step at a time is asked of its supervisor, as any
 * client could, and answered.
 */
#ifndef REEVE_RELOAD_STEP_H
#define REEVE_RELOAD_STEP_H

#include "engine/engine.h"
#include "reload/plan.h"

#define STEP_WHY_SIZE 600

enum step_state {
	STEP_NEW,		/* to be asked for, perhaps once more */
	STEP_ASKED,
	STEP_ANSWERED,		/* the answer is to be taken */
};

/* What all steps of a plan have in common, and the one that is at hand. */
struct stepper {
	struct engine_request ask;
	struct engine *engine;
	struct conf *conf;	/* what the plan leads to */
	const struct plan *plan;
	const struct plan_step *step; /* at hand, or the end of the plan's */
	enum step_state state;	/* of that */
	struct strlist failures; /* a line for each step that was refused */
	uint64_t cause;		/* number of the event that all is due to */
	uint64_t asked;		/* of that of the step at hand; 0: not yet */
	char why[STEP_WHY_SIZE]; /* it was refused; "": it was not */
};

/*
 * Ask for the step at hand, and record that as an event; as engine_ask(). If
 * there is nothing to be done any more, the next one is at hand.
 */
void	step_ask(struct stepper *stepper);

/*
 * Take the answer to the step at hand, if it was asked for; false: there is
 * none yet. Then the next one is at hand; or the same, if its supervisor ended
 * before it came to it.
 */
bool	step_take_answer(struct stepper *stepper);

/* Free what is kept to ask once more, and the failures: it is over. */
void	step_release(struct stepper *stepper);

#endif
