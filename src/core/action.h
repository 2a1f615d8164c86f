/*
 * What the tree wants to be done: the shell takes it with tree_next_action().
 */
#ifndef REEVE_CORE_ACTION_H
#define REEVE_CORE_ACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/list.h"

struct child;
struct request;

enum action_type {
	ACTION_START,		/* child: start its process */
	ACTION_STOP,		/* child: send its stop signal */
	ACTION_KILL,		/* child: kill it and all it started */
	ACTION_REPLY,		/* request: it is answered, and is the shell's
				   again */
	ACTION_RELEASE,		/* child: the tree has forgotten it; free it
				   with all that is below it */
	ACTION_QUIT,		/* the root has ended: root->end says why */
};

struct action {
	enum action_type type;
	struct child *child;
	struct request *request;
};

/* The actions wanted for one child or one request. */
struct action_node {
	struct list link;	/* in tree->actions */
	uint8_t wanted;		/* bits: 1 << enum action_type */
	bool is_request;	/* embedded in a request, else in a child */
};

#endif
