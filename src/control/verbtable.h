/*
 * The table of methods, made from the .varlink files by interface.awk. Nothing
 * is ever done with a client's name of a method but to look it up here.
 */
#ifndef REEVE_CONTROL_VERBTABLE_H
#define REEVE_CONTROL_VERBTABLE_H

#include "control/verb.h"

extern const struct method verbtable[];
extern const size_t verbtable_count;

/* Find the method of a call, check that the client may call it, and check the
 * parameters; false: the call is answered. */
bool	verbtable_prepare(struct call *call, const char *name);

/*
 * Take a prepared call from its client's quota: 0, or the milliseconds until
 * there is some quota left.
 */
int64_t	verbtable_wait_ms(struct call *call);

#endif
