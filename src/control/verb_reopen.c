/*
 * Reopen: open the daemon's log file again. On a slow disk that takes its time,
 * beside the loop, and the call waits for it.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control/verb.h"

struct reopening {
	struct stream stream;	/* first */
	int number;		/* of host->reopen() */
};

static void
free_reopening(struct stream *base)
{
	list_remove(&base->call->follower);
	free(base);
}

/* Reply what came of it: an errno, or 0. */
static void
reply_with(struct call *call, int error)
{
	if (error == 0)
		call_done(call);
	else
		call_fail_with(call, "LogUnavailable", "path", "/", "why",
		    strerror(error));
}

/* Reply if it is done; a client that has gone is no reason to forget it. */
static enum stream_news
wait_for_it(struct stream *base, struct call *call, bool hung_up)
{
	const struct reopening *reopening = (struct reopening *)base;
	struct host *host = call->host;

	(void)hung_up;
	if (host->reopened < reopening->number) {
		list_remove(&call->follower);
		list_append(&host->reopenings, &call->follower);
		return STREAM_SLEEPS;
	}
	reply_with(call, host->reopen_error);
	return STREAM_ENDS;
}

static void
run_reopen(struct call *call)
{
	struct reopening *reopening;
	int number;

	verb_record(call, "/", 0);
	number = call->host->reopen(call->host->engine);
	if (number <= 0) {
		reply_with(call, number == 0 ? 0 : errno);
		return;
	}
	reopening = call_new_stream(call, sizeof(*reopening), wait_for_it,
	    free_reopening);
	if (!reopening)
		return;
	reopening->number = number;
	call_stream(&reopening->stream);
}

const struct verb verb_reopen = {
	.right = PEER_CHANGE,
	.run = run_reopen,
};
