/* Children as the objects of the interface io.reeve.Control. */
#ifndef REEVE_CONTROL_CHILDTEXT_H
#define REEVE_CONTROL_CHILDTEXT_H

#include <jansson.h>
#include <stdint.h>

#include "base/varlink.h"
#include "core/tree.h"

/* Put in the pid of a worker's process, if it has one. */
void	childtext_put_pid(struct varlink_object *object,
	    const struct child *child);

/* What a child is doing; NULL: out of memory. */
json_t	*childtext_status(const struct child *child, int64_t now_ms);

/* Its specification with all defaults; of the environment the names only. */
json_t	*childtext_spec(const struct child *child);

#endif
