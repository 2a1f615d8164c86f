/* Text that others have made: reading it, and making it safe. */
#include "config.h"

#include "base/text.h"

#include <string.h>

#include "base/array.h"

/*
 * The legal sequences by their first byte: how long they are, and between
 * which bounds the second byte is (RFC 3629, section 4). Those that follow it
 * are 80 to BF.
 */
static const struct sequence {
	unsigned char first, last;	/* of the first byte */
	unsigned char length;
	unsigned char low, high;	/* of the second byte */
} sequences[] = {
	{ 0x00, 0x7f, 1, 0x00, 0xff },
	{ 0xc2, 0xdf, 2, 0x80, 0xbf },
	{ 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f },
	{ 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf },
	{ 0xf4, 0xf4, 4, 0x80, 0x8f },
};

/* The row of a first byte; NULL: none begins with it. */
static const struct sequence *
find(unsigned char byte)
{
	for (size_t i = 0; i < LENGTH(sequences); i++)
		if (byte >= sequences[i].first && byte <= sequences[i].last)
			return &sequences[i];
	return NULL;
}

size_t
text_utf8_length(const char *bytes, size_t size)
{
	const unsigned char *s = (const unsigned char *)bytes;
	const struct sequence *sequence = size > 0 ? find(s[0]) : NULL;

	if (!sequence || sequence->length > size)
		return 0;
	if (sequence->length > 1 &&
	    (s[1] < sequence->low || s[1] > sequence->high))
		return 0;
	for (size_t i = 2; i < sequence->length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return sequence->length;
}

bool
text_is_utf8(const char *bytes, size_t size)
{
	size_t n;

	for (size_t i = 0; i < size; i += n) {
		n = text_utf8_length(bytes + i, size - i);
		if (n == 0)
			return false;
	}
	return true;
}

char *
text_escape(char *end, char byte)
{
	static const char hex[] = "0123456789abcdef";

	*end++ = '\\';
	*end++ = 'x';
	*end++ = hex[(unsigned char)byte >> 4];
	*end++ = hex[(unsigned char)byte & 15];
	return end;
}

/* Count the bytes at the beginning that are printable ASCII, at most max. */
static size_t
count_plain(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n] >= 0x20 && s[n] < 0x7f)
		n++;
	return n;
}

/*
 * Tell whether a character of more than one byte changes what a terminal shows
 * around it: the C1 controls; U+200E, U+200F, U+2028 to U+202E and U+2066 to
 * U+2069, which break lines or reorder them.
 */
static bool
is_control(const unsigned char *s)
{
	if (s[0] == 0xc2)
		return s[1] < 0xa0;
	if (s[0] != 0xe2)
		return false;
	if (s[1] == 0x80)
		return s[2] == 0x8e || s[2] == 0x8f ||
		    (s[2] >= 0xa8 && s[2] <= 0xae);
	return s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9;
}

/* Length of the character that begins here and is safe to show; 0: none is. */
static size_t
safe_length(const char *bytes, size_t size)
{
	size_t n = text_utf8_length(bytes, size);

	if (n == 1)
		return count_plain(bytes, 1);
	return n > 1 && is_control((const unsigned char *)bytes) ? 0 : n;
}

char *
text_sanitise(const char *text, size_t len, char *ret_text, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < len;) {
		size_t left = size > at ? size - at - 1 : 0;
		size_t n = count_plain(&text[i], len - i < left ? len - i :
		    left);

		if (n == 0)
			n = safe_length(&text[i], len - i);
		if ((n ? n : TEXT_ESCAPED) > left)
			break;
		if (n) {
			memcpy(&ret_text[at], &text[i], n);
			at += n;
			i += n;
		} else {
			text_escape(&ret_text[at], text[i++]);
			at += TEXT_ESCAPED;
		}
	}
	if (size > 0)
		ret_text[at] = '\0';
	return ret_text;
}
