/* Signal: send a signal to a worker's process. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "base/signame.h"
#include "config/value.h"
#include "control/verb.h"
#include "engine/worker.h"

/* The number of a signal, by name or number; 0: it is none. */
static int
signal_number(const char *text)
{
	uint64_t number;	/* no system has more than the 64 of Linux */

	if (value_number(text, 1, 64, &number))
		return (int)number;
	return signame_number(text);
}

static void
send_signal(struct call *call, const char *path, struct worker *worker,
    int number)
{
	uint64_t cause;

	if (worker->proc.pid == 0) {
		call_fail_with(call, "NoProcess", "path", path);
		return;
	}
	cause = verb_record(call, path, number);
	if (call->host->signal(call->host->engine, worker, number) < 0) {
		if (errno == ESRCH)
			call_fail_with(call, "NoProcess", "path", path);
		else
			call_fail_with(call, "Unsupported", "path", path,
			    "why", strerror(errno));
		return;
	}
	if (worker->child.state == CHILD_UP)
		worker->child.cause = cause;
	call_done(call);
}

static void
run_signal(struct call *call)
{
	const char *path = call_text(call, "path");
	struct worker *worker = verb_worker(call, path);
	int number = signal_number(call_text(call, "signal"));

	if (worker && number == 0)
		call_fail_parameter(call, "signal");
	else if (worker)
		send_signal(call, path, worker, number);
}

const struct verb verb_signal = {
	.right = PEER_CHANGE,
	.run = run_signal,
};
