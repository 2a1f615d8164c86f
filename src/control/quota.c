/*
 * Quotas. A user's quota is one number: the time when it will be full again, if
 * nothing more is taken. To take one moves that time on by the cost of one, and
 * it cannot be further away than the cost of a whole burst.
 */
#include "config.h"

#include "control/quota.h"

#define COST_MS		(1000 / QUOTA_PER_SECOND)

/* The entry of a user, which is made if there is none. */
static struct quota_user *
find_user(struct quota *quota, uid_t uid)
{
	struct quota_user *oldest = &quota->users[0];

	for (int i = 0; i < QUOTA_USERS; i++) {
		struct quota_user *user = &quota->users[i];

		if (user->full_ms != 0 && user->uid == uid)
			return user;
		if (user->full_ms < oldest->full_ms)
			oldest = user;
	}
	*oldest = (struct quota_user){ .uid = uid };
	return oldest;
}

int64_t
quota_take(struct quota *quota, uid_t uid, int64_t now_ms)
{
	struct quota_user *user = find_user(quota, uid);
	int64_t full_ms = user->full_ms > now_ms ? user->full_ms : now_ms;
	int64_t wait_ms = full_ms + COST_MS - QUOTA_BURST * COST_MS - now_ms;

	if (wait_ms > 0)
		return wait_ms;
	user->full_ms = full_ms + COST_MS;
	return 0;
}
