/* Which bytes are UTF-8. */
#include "config.h"

#include "base/text.h"

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
