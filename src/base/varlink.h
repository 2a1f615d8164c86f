/*
 * The varlink protocol: a call is a JSON object, so is a reply, and a NUL byte
 * ends each. Here is the text alone; the methods are in verbs.h.
 */
#ifndef REEVE_BASE_VARLINK_H
#define REEVE_BASE_VARLINK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define VARLINK_MESSAGE_MAX	((size_t)256 << 10) /* bytes of a call */
#define VARLINK_DEPTH_MAX	32	/* objects and arrays inside each other
					   */

struct varlink_call {
	json_t *message;	/* owned; what follows points into it */
	const char *method;	/* "io.reeve.Control.Ping" */
	json_t *parameters;	/* an object; NULL: none were given */
	bool more;		/* several replies are welcome */
	bool oneway;		/* none is */
};

extern const char varlink_shortage[];

/*
 * Read a call, without its NUL. NULL, or what is wrong with it, as a phrase;
 * then there is nothing to release. If memory was short, so that it may be
 * right, the phrase is varlink_shortage itself.
 */
const char *varlink_parse(const char *bytes, size_t size,
	    struct varlink_call *ret_call);
void	varlink_call_release(struct varlink_call *call);

/*
 * An object in the making. A shortage of memory is remembered and asked for
 * once, at the end; a value of NULL is one.
 */
struct varlink_object {
	json_t *json;
	bool failed;
};

void	varlink_begin(struct varlink_object *object);
void	varlink_put(struct varlink_object *object, const char *key,
	    json_t *value);			/* takes the value over */
void	varlink_put_text(struct varlink_object *object, const char *key,
	    const char *text);
void	varlink_put_int(struct varlink_object *object, const char *key,
	    int64_t number);
void	varlink_put_bool(struct varlink_object *object, const char *key,
	    bool value);
json_t	*varlink_end(struct varlink_object *object);	/* NULL: it failed */

/* A string of any bytes: those that are no UTF-8 become \xNN. */
json_t	*varlink_string(const char *bytes, size_t size);

/* An array of the strings of a NULL-ended array (NULL: none). */
json_t	*varlink_strings(char *const *texts);

/*
 * Append a reply or an error with its NUL; takes the parameters over (NULL:
 * none). False if it found no room or no memory; then nothing is appended.
 */
bool	varlink_reply(struct bytes *output, size_t max, json_t *parameters,
	    bool continues);
bool	varlink_error(struct bytes *output, size_t max, const char *name,
	    json_t *parameters);

/* Append a value as text, with nothing behind it. */
bool	varlink_write(struct bytes *output, size_t max, const json_t *value);

#endif
