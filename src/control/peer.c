/* The process at the other end of a Unix socket, and its right. */
#include "config.h"

#include "control/peer.h"

#include <stdlib.h>

#include "os/os.h"

const char *const peer_right_names[PEER_RIGHT_COUNT] = {
	[PEER_NOTHING] = "nothing",
	[PEER_LOOK] = "look",
	[PEER_CHANGE] = "change",
	[PEER_OWN] = "own",
};

static bool
is_in(gid_t wanted, gid_t gid, const gid_t *groups, size_t count)
{
	if (wanted == PEER_NO_GROUP)
		return false;
	for (size_t i = 0; i < count; i++)
		if (groups[i] == wanted)
			return true;
	return gid == wanted;
}

enum peer_right
peer_judge(const struct peer_policy *policy, uid_t uid, gid_t gid,
    const gid_t *groups, size_t group_count)
{
	if (uid == (uid_t)-1)
		return PEER_NOTHING;
	if (uid == 0 || uid == policy->owner)
		return PEER_OWN;
	if (is_in(policy->change, gid, groups, group_count))
		return PEER_CHANGE;
	if (is_in(policy->look, gid, groups, group_count))
		return PEER_LOOK;
	return PEER_NOTHING;
}

int
peer_identify(int fd, const struct peer_policy *policy, struct peer *ret_peer)
{
	struct os_peer peer;

	if (os_peer(fd, &peer) < 0)
		return -1;
	*ret_peer = (struct peer){
		.uid = peer.uid,
		.pid = peer.pid,
		.right = peer_judge(policy, peer.uid, peer.gid, peer.groups,
		    peer.group_count),
	};
	free(peer.groups);
	return 0;
}
