/*
 * Allocations that fail: every case runs with each of its allocations failing
 * in its turn, once alone and once with all later ones, until a run meets no
 * failure.
 *
 * Linked with -Wl,--wrap for each function below, so that the calls of our own
 * code come through here; those inside the C library do not.
 */
#include "faults/wrap.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void	*__real_malloc(size_t size);
void	*__real_calloc(size_t count, size_t size);
void	*__real_realloc(void *memory, size_t size);
void	__real_free(void *memory);
char	*__real_strdup(const char *text);
char	*__real_strndup(const char *text, size_t size);
int	__real_vasprintf(char **text, const char *format, va_list args);

void	*__wrap_malloc(size_t size);
void	*__wrap_calloc(size_t count, size_t size);
void	*__wrap_realloc(void *memory, size_t size);
void	__wrap_free(void *memory);
char	*__wrap_strdup(const char *text);
char	*__wrap_strndup(const char *text, size_t size);
int	__wrap_asprintf(char **text, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
int	__wrap_vasprintf(char **text, const char *format, va_list args)
	    __attribute__((format(printf, 2, 0)));
/* What _FORTIFY_SOURCE makes of the two above. */
int	__wrap___asprintf_chk(char **text, int flag, const char *format, ...)
	    __attribute__((format(printf, 3, 4)));
int	__wrap___vasprintf_chk(char **text, int flag, const char *format,
	    va_list args) __attribute__((format(printf, 3, 0)));

static size_t calls;		/* allocations of the running case */
static size_t failing;		/* the one that fails */
static bool for_good;		/* and all that follow */
static bool is_over;		/* all succeed, and none is counted */
static long live;		/* blocks that are allocated and not freed */

/* Count a call; tell whether it must fail. */
static bool
is_to_fail(void)
{
	if (is_over)
		return false;
	calls++;
	if (calls < failing || (calls > failing && !for_good))
		return false;
	errno = ENOMEM;
	return true;
}

/* Count what was allocated. */
static void *
keep(void *memory)
{
	live += memory != NULL;
	return memory;
}

void *
__wrap_malloc(size_t size)
{
	return is_to_fail() ? NULL : keep(__real_malloc(size));
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return is_to_fail() ? NULL : keep(__real_calloc(count, size));
}

void *
__wrap_realloc(void *memory, size_t size)
{
	if (is_to_fail())
		return NULL;
	live += memory == NULL;
	return __real_realloc(memory, size);
}

void
__wrap_free(void *memory)
{
	live -= memory != NULL;
	__real_free(memory);
}

char *
__wrap_strdup(const char *text)
{
	return is_to_fail() ? NULL : keep(__real_strdup(text));
}

char *
__wrap_strndup(const char *text, size_t size)
{
	return is_to_fail() ? NULL : keep(__real_strndup(text, size));
}

int
__wrap_vasprintf(char **text, const char *format, va_list args)
{
	int len;

	if (is_to_fail())
		return -1;
	len = __real_vasprintf(text, format, args);
	live += len >= 0;
	return len;
}

int
__wrap_asprintf(char **text, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = __wrap_vasprintf(text, format, args);
	va_end(args);
	return len;
}

int
__wrap___vasprintf_chk(char **text, int flag, const char *format, va_list args)
{
	(void)flag;
	return __wrap_vasprintf(text, format, args);
}

int
__wrap___asprintf_chk(char **text, int flag, const char *format, ...)
{
	va_list args;
	int len;

	(void)flag;
	va_start(args, format);
	len = __wrap_vasprintf(text, format, args);
	va_end(args);
	return len;
}

bool
wrap_let_succeed(void)
{
	is_over = true;
	return calls >= failing;
}

/* Run a case with one failure; false if it ended badly. */
static bool
fail_at(const struct wrap_case *test, size_t at, bool all,
    size_t *ret_calls)
{
	long before = live;
	enum wrap_end end;

	calls = 0;
	failing = at;
	is_over = false;
	for_good = all;
	end = test->run(test->arg);
	is_over = true;
	*ret_calls = calls;
	if (end == WRAP_WRONG || live != before ||
	    (calls < at && end != WRAP_RIGHT)) {
		printf("%s, allocation %zu%s: end %d, %ld blocks left\n",
		    test->name, at, all ? " and all after it" : "",
		    (int)end, live - before);
		return false;
	}
	return true;
}

void
wrap_fail_each(const struct wrap_case *test, size_t *passed, size_t *failed)
{
	size_t at = 0, made;

	do {
		at++;
		*(fail_at(test, at, true, &made) ? passed : failed) += 1;
		*(fail_at(test, at, false, &made) ? passed : failed) +=
		    1;
	} while (made >= at);
}
