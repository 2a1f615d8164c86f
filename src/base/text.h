/* Which bytes are UTF-8 (RFC 3629), for text that others have made. */
#ifndef REEVE_BASE_TEXT_H
#define REEVE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the character that begins here, 1 to 4; 0: it is none. */
size_t	text_utf8_length(const char *bytes, size_t size);

/* Tell whether all of it is UTF-8. */
bool	text_is_utf8(const char *bytes, size_t size);

#endif
