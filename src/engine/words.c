/* Words about ends, failures and limits. */
#include "config.h"

#include "engine/words.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/signame.h"
#include "core/tree.h"
#include "engine/events.h"
#include "engine/worker.h"

void
words_end(struct spec_outcome outcome, char *ret_text, size_t size)
{
	char name[SIGNAME_SIZE];

	switch ((enum spec_how)outcome.how) {
	case SPEC_HOW_EXITED:
		snprintf(ret_text, size, "exited with code %d", outcome.number);
		break;
	case SPEC_HOW_SIGNALLED:
		snprintf(ret_text, size, "was killed by SIG%s",
		    signame_of(outcome.number, name, sizeof(name)));
		break;
	case SPEC_HOW_LOST:
		snprintf(ret_text, size, "is gone, it is not known how");
		break;
	default:
		snprintf(ret_text, size, "ended");
		break;
	}
}

/* Say why a supervisor did not come up. */
static void
describe_sup_failure(const struct sup *sup, char *ret_text, size_t size)
{
	char path[SPEC_PATH_SIZE];

	if (sup->end == SUP_END_ASKED) {
		snprintf(ret_text, size, "it was to stop");
	} else if (sup->failed) {
		tree_path(sup->failed, path, sizeof(path));
		snprintf(ret_text, size, "because of %s", path);
	}
}

void
words_failure(const struct child *child, char *ret_text, size_t size)
{
	char end[64];

	ret_text[0] = '\0';
	if (child_is_sup(child)) {
		describe_sup_failure(sup_of_const(child), ret_text, size);
	} else if (worker_of_const(child)->why) {
		snprintf(ret_text, size, "%s", worker_of_const(child)->why);
	} else if (child->ending.expired) {
		snprintf(ret_text, size, "not ready after its start_timeout");
	} else if (child->last.how != SPEC_HOW_NONE) {
		words_end(child->last, end, sizeof(end));
		snprintf(ret_text, size, "%s before it was ready", end);
	}
}

void
words_limit(const struct sup *sup, char *ret_text, size_t size)
{
	char period[32];

	clock_duration(sup->flags.max_seconds_ms, period, sizeof(period));
	snprintf(ret_text, size, "more than %" PRId64 " restart%s in %s",
	    sup->flags.max_restarts, sup->flags.max_restarts == 1 ? "" : "s",
	    period);
}
