/*
 * The varlink interfaces between the daemon and its clients, as both know them.
 * The tables are made from src/control/<name>.varlink, by interface.awk.
 */
#ifndef REEVE_BASE_INTERFACE_H
#define REEVE_BASE_INTERFACE_H

#include <stddef.h>

#define INTERFACE_CONTROL	"io.reeve.Control"
#define INTERFACE_SERVICE	"org.varlink.service"

struct interface {
	const char *name;
	const char *text;	/* the whole file */
};
extern const struct interface interfaces[];
extern const size_t interfaces_count;

struct interface_error {
	const char *name;	/* with its interface */
	const char *words;	/* for people; OTP's word, where it has one */
};
extern const struct interface_error interface_errors[];
extern const size_t interface_errors_count;

/* The text of an interface; NULL: there is no such interface. */
const char *interface_text(const char *name);

/* The words for an error, and the error of some words; NULL: there is none. */
const char *interface_error_words(const char *name);
const char *interface_error_name(const char *words);

#endif
