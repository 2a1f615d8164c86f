/* Shell patterns for paths. */
#include "config.h"

#include "base/pattern.h"

#include <string.h>

bool
pattern_is_wild(const char *pattern)
{
	return strpbrk(pattern, "*?[\\") != NULL;
}

size_t
pattern_plain_length(const char *pattern)
{
	size_t plain = strcspn(pattern, "*?[\\"), len = 0;

	for (size_t i = 0; i < plain; i++)
		if (pattern[i] == '/')
			len = i;
	return len;
}

/* The end of a set that begins behind its "[": its "]"; NULL: it is no set. */
static const char *
set_end(const char *set)
{
	const char *at = set + (*set == '!');

	for (at += *at == ']'; *at != ']'; at++)
		if (*at == '\0' || *at == '/')
			return NULL;
	return at;
}

/* Tell whether a byte is in a set, from behind its "[" to its "]". */
static bool
is_in_set(const char *set, const char *end, unsigned char byte)
{
	bool negated = *set == '!', found = false;

	for (set += negated; set < end; set++) {
		unsigned char low = (unsigned char)*set, high = low;

		if (set[1] == '-' && set + 2 < end) {
			high = (unsigned char)set[2];
			set += 2;
		}
		found |= byte >= low && byte <= high;
	}
	return found != negated;
}

/* Match one byte of a path, which is no "/", and step over what matched it. */
static bool
match_one(const char **pattern, char byte)
{
	const char *at = *pattern, *end;

	if (*at == '[' && (end = set_end(at + 1))) {
		*pattern = end + 1;
		return is_in_set(at + 1, end, (unsigned char)byte);
	}
	if (*at == '\\' && at[1] != '\0')
		at++;
	else if (*at == '?')
		byte = '?';
	*pattern = at + 1;
	return *at == byte;
}

/*
 * Only the last star is ever given another byte: whatever an earlier star could
 * take, the last one can take as well.
 */
bool
pattern_matches(const char *pattern, const char *path)
{
	const char *star = NULL, *tried = NULL;

	for (;;) {
		if (*pattern == '*') {
			star = ++pattern;
			tried = path;
			continue;
		}
		if (*path == '\0' && *pattern == '\0')
			return true;
		if (*path == '/' && *pattern == '/') {
			star = NULL;	/* no star reaches over it */
			pattern++;
			path++;
			continue;
		}
		if (*path != '\0' && *path != '/' && *pattern != '\0' &&
		    *pattern != '/' && match_one(&pattern, *path)) {
			path++;
			continue;
		}
		if (!star || *tried == '\0' || *tried == '/')
			return false;
		path = ++tried;
		pattern = star;
	}
}
