/*
 * Calls of a client that has all rights, and what is expected of their replies;
 * each fails the test if it is not so.
 */
#ifndef REEVE_TESTS_UNIT_FIXTURE_CLIENT_H
#define REEVE_TESTS_UNIT_FIXTURE_CLIENT_H

#include "model.h"

struct fixture_client {
	struct model *model;
	struct session *client;
};

/* Make a model of a shop with everything in it, and a client; free both. */
void	fixture_client_init(struct fixture_client *fixture);
void	fixture_client_release(struct fixture_client *fixture);

/* Ask the tree of another file from now on. */
void	fixture_client_move(struct fixture_client *fixture, const char *file);

/* Replace the client by another one. */
void	fixture_client_reconnect(struct fixture_client *fixture);

/* A member of an object as text; "" if it is none. */
const char *text_of(const json_t *object, const char *key);

/* Call, and check the error's name, and what it has under a key, unless that is
 * NULL. */
void	fixture_client_error(struct fixture_client *fixture, const char *method,
	    const char *parameters, const char *error, const char *key,
	    const char *expected);

/* Call, and take the parameters of the answer, which must be no error; or
 * forget them. */
json_t	*fixture_client_done(struct fixture_client *fixture, const char *method,
	    const char *parameters);
void	fixture_client_do(struct fixture_client *fixture, const char *method,
	    const char *parameters);

/* Call for children, and check their paths, each followed by a blank. */
void	fixture_client_paths(struct fixture_client *fixture, const char *method,
	    const char *parameters, const char *expected);

/* The same for a test file that has one fixture. */
#define check_error(...)	fixture_client_error(&fixture, __VA_ARGS__)
#define check_done(...)		fixture_client_done(&fixture, __VA_ARGS__)
#define do_call(...)		fixture_client_do(&fixture, __VA_ARGS__)
#define check_paths(...)	fixture_client_paths(&fixture, __VA_ARGS__)

#endif
