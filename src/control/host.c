/* The control side of what it shares with the daemon. */
#include "config.h"

#include "control/host.h"

#include "control/call.h"

void
host_init(struct host *host)
{
	*host = (struct host){ .patience_ms = HOST_PATIENCE_MS };
	list_init(&host->followers);
	list_init(&host->reopenings);
	list_init(&host->pending);
}

/* Wake all calls of a list, which is empty then. */
static void
wake_all(struct list *calls)
{
	struct list *link;

	while ((link = list_pop(calls)))
		call_wake(list_entry(link, struct call, follower));
}

void
host_wake_followers(struct host *host)
{
	wake_all(&host->followers);
}

void
host_reopened(struct host *host, int number, int error)
{
	host->reopened = number;
	host->reopen_error = error;
	wake_all(&host->reopenings);
}
