/*
 * Text that others have made: which bytes of it are UTF-8 (RFC 3629), and which
 * are safe to show. Bytes that are neither become \xNN.
 */
#ifndef REEVE_BASE_TEXT_H
#define REEVE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define TEXT_ESCAPED	4	/* bytes of \xNN */

/* The length of the character that begins here, 1 to 4; 0: it is none. */
size_t	text_utf8_length(const char *bytes, size_t size);

/* Tell whether all of it is UTF-8. */
bool	text_is_utf8(const char *bytes, size_t size);

/* Write a byte as \xNN, without a NUL behind it; the end of that. */
char	*text_escape(char *end, char byte);

/*
 * Copy text so that it is safe to show on a terminal and in a line of a log:
 * control characters (C0, DEL, C1), those that turn the direction of what
 * follows, and bytes that are not UTF-8 become \xNN. Cut to fit, always
 * terminated; returns ret_text.
 */
char	*text_sanitise(const char *text, size_t len, char *ret_text,
	    size_t size);

#endif
