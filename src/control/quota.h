/*
 * How often each user may change something: so many times at once, then so many
 * a second. If there are more users than places, a new one takes the place of
 * the user that has been idle for longest.
 */
#ifndef REEVE_CONTROL_QUOTA_H
#define REEVE_CONTROL_QUOTA_H

#include <stdint.h>
#include <sys/types.h>

#define QUOTA_PER_SECOND	50
#define QUOTA_BURST		200
#define QUOTA_USERS		32

/* An empty one is all zeros. */
struct quota {
	struct quota_user {
		uid_t uid;
		int64_t full_ms; /* when all is given back; 0: not in use */
	} users[QUOTA_USERS];
};

/* Take one, if there is one left: 0, or the milliseconds until there is. */
int64_t	quota_take(struct quota *quota, uid_t uid, int64_t now_ms);

#endif
