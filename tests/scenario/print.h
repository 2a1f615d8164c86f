/* What the core says, in the words of a trace. */
#ifndef REEVE_TESTS_PRINT_H
#define REEVE_TESTS_PRINT_H

#include "scenario/parts.h"

/* The words of {shutdown, WORD} reasons; an outcome's number is an index. */
struct reasons {
	const char *words[256];
	uint8_t count;
};

/* The end that a reason of the scenario language means. */
struct spec_outcome	reason_parse(struct reasons *reasons,
			    const char *word);

/* The reason that an end means. */
const char	*reason_text(struct arena *arena, const struct reasons *reasons,
		    const struct spec_outcome *outcome);

/* Why a start has failed, with what it was caused by. */
const char	*print_start_failure(struct arena *arena, struct child *child);

/* The answer to a request, as behind `result N'. */
const char	*print_answer(struct arena *arena,
		    const struct request *request);

#endif
