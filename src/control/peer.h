/*
 * Who is at the other end of a Unix socket, by the kernel's word, and what he
 * may: nothing, unless something here says so.
 */
#ifndef REEVE_CONTROL_PEER_H
#define REEVE_CONTROL_PEER_H

#include <stdbool.h>
#include <sys/types.h>

/* Each may what those before it may. */
enum peer_right {
	PEER_NOTHING,
	PEER_LOOK,
	PEER_CHANGE,
	PEER_OWN,		/* bring commands of his own */
	PEER_RIGHT_COUNT
};
extern const char *const peer_right_names[PEER_RIGHT_COUNT];

#define PEER_NO_GROUP	((gid_t)-1)

struct peer {
	uid_t uid;
	pid_t pid;		/* for the record only; 0: not known */
	enum peer_right right;
};

/* Who may what, besides root and the daemon's own user, who may all. */
struct peer_policy {
	uid_t owner;		/* the daemon's user */
	gid_t change;		/* control_group; or PEER_NO_GROUP */
	gid_t look;		/* status_group; or PEER_NO_GROUP */
};

/* Work out what somebody of a user and groups may. */
enum peer_right peer_judge(const struct peer_policy *policy, uid_t uid,
	    gid_t gid, const gid_t *groups, size_t group_count);

/* Ask the kernel who is there, and judge him; 0, or -1 with errno: nobody
 * knows, and he may nothing. */
int	peer_identify(int fd, const struct peer_policy *policy,
	    struct peer *ret_peer);

#endif
