/*
 * The process at the other end of a Unix socket: its user, as the kernel says,
 * and its right. It has none, unless something here gives it one.
 */
#ifndef REEVE_CONTROL_PEER_H
#define REEVE_CONTROL_PEER_H

#include <stdbool.h>
#include <sys/types.h>

/* Each right includes those before it. */
enum peer_right {
	PEER_NOTHING,
	PEER_LOOK,
	PEER_CHANGE,
	PEER_OWN,		/* bring commands of its own */
	PEER_RIGHT_COUNT
};
extern const char *const peer_right_names[PEER_RIGHT_COUNT];

#define PEER_NO_GROUP	((gid_t)-1)

struct peer {
	uid_t uid;
	pid_t pid;		/* for the log only; 0: not known */
	enum peer_right right;
};

/* Which groups have a right; root and the daemon's own user have all. */
struct peer_policy {
	uid_t owner;		/* the daemon's user */
	gid_t change;		/* control_group; or PEER_NO_GROUP */
	gid_t look;		/* status_group; or PEER_NO_GROUP */
};

/* The right of a user who is in these groups. */
enum peer_right peer_judge(const struct peer_policy *policy, uid_t uid,
	    gid_t gid, const gid_t *groups, size_t group_count);

/* Ask the kernel for the peer's user, and judge it; 0, or -1 with errno: it is
 * not known, and must be refused. */
int	peer_identify(int fd, const struct peer_policy *policy,
	    struct peer *ret_peer);

#endif
