/*
 * How a supervisor serves a request when its turn comes.
 */
#ifndef REEVE_CORE_SERVE_H
#define REEVE_CORE_SERVE_H

#include "core/request.h"
#include "core/sup.h"

/* Answer at once, or begin the operation that will answer. */
void	serve_request(struct sup *sup, struct request *request);

#endif
