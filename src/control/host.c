/* The control side of what it shares with the daemon. */
#include "config.h"

#include "control/host.h"

#include "control/call.h"

void
host_init(struct host *host)
{
	*host = (struct host){ .tree = NULL };
	list_init(&host->followers);
	list_init(&host->pending);
}

void
host_wake_followers(struct host *host)
{
	struct list *link;

	while ((link = list_pop(&host->followers)))
		call_wake(list_entry(link, struct call, follower));
}
