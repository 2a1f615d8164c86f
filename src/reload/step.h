/*
 * Carrying out a plan: one step at a time is asked of its supervisor, as any
 * client could, and answered.
 */
#ifndef REEVE_RELOAD_STEP_H
#define REEVE_RELOAD_STEP_H

#include "engine/engine.h"
#include "reload/plan.h"

#define STEP_WHY_SIZE 600

/* What all steps of a plan have in common, and the one that is being asked. */
struct stepper {
	struct engine_request ask;
	struct engine *engine;
	struct conf *conf;	/* what the plan leads to */
	const struct plan *plan;
	uint64_t cause;		/* number of the event that all is due to */
	uint64_t asked;		/* of that of the step at hand; 0: not yet */
	bool answered;
	char why[STEP_WHY_SIZE]; /* it was refused; "": it was not */
};

/* What a step comes to before it is asked for. */
enum step_outcome {
	STEP_ASKED,		/* an answer comes, perhaps has come */
	STEP_SKIPPED,		/* there is nothing to be done any more */
	STEP_FAILED,		/* there was no memory */
};

/* Ask for a step, and record that as an event; as engine_ask(). */
enum step_outcome step_ask(struct stepper *stepper,
		    const struct plan_step *step);

/*
 * Take the answer to a step: NULL, or why it was refused. With ret_again it is
 * to be asked for once more: its supervisor ended before it came to it.
 */
const char *step_answer(struct stepper *stepper,
	    const struct plan_step *step, bool *ret_again);

/* Free what step_answer() has kept to ask once more: nothing more will be
 * asked. */
void	step_drop(struct stepper *stepper);

#endif
