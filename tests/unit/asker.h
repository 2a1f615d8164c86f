/*
 * Calls of a client who may everything, and what is expected of their answers;
 * each fails the test if it is not so.
 */
#ifndef REEVE_TESTS_ASKER_H
#define REEVE_TESTS_ASKER_H

#include "model.h"

struct asker {
	struct model *model;
	struct session *client;
};

/* Make a model of a shop with everything in it, and a client; free both. */
void	asker_init(struct asker *asker);
void	asker_release(struct asker *asker);

/* Ask the tree of another file from now on. */
void	asker_move(struct asker *asker, const char *file);

/* Have another client in place of the one so far. */
void	asker_reconnect(struct asker *asker);

/* A member of an object as text; "" if it is none. */
const char *text_of(const json_t *object, const char *key);

/* Call, and check the error's name, and what it has under a key, unless that is
 * NULL. */
void	asker_error(struct asker *asker, const char *method,
	    const char *parameters, const char *error, const char *key,
	    const char *expected);

/* Call, and take the parameters of the answer, which must be no error; or
 * forget them. */
json_t	*asker_done(struct asker *asker, const char *method,
	    const char *parameters);
void	asker_do(struct asker *asker, const char *method,
	    const char *parameters);

/* Call for children, and check their paths, each followed by a blank. */
void	asker_paths(struct asker *asker, const char *method,
	    const char *parameters, const char *expected);

/* The same for a test file that has one asker. */
#define check_error(...)	asker_error(&asker, __VA_ARGS__)
#define check_done(...)		asker_done(&asker, __VA_ARGS__)
#define do_call(...)		asker_do(&asker, __VA_ARGS__)
#define check_paths(...)	asker_paths(&asker, __VA_ARGS__)

#endif
