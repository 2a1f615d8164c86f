/* What tests of the log share. */
#include "fixture_log.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

void
fixture_log_lines(long *number, long count)
{
	for (; count > 0; count--)
		log_notice("line %ld", (*number)++);
}

/* Look at one line. */
static void
read_line(struct fixture_log *account, const char *line)
{
	const char *text = strstr(line, ": ");
	long number, lost;

	ck_assert_ptr_nonnull(text);
	if (sscanf(text, ": line %ld", &number) == 1) {
		ck_assert_int_ge(number, account->next);
		account->missing += number - account->next;
		account->next = number + 1;
		account->seen++;
	} else if (sscanf(text, ": warning: %ld lines of this log were lost",
	    &lost) == 1) {
		account->told += lost;
	}
}

void
fixture_log_read(struct fixture_log *account, char *text)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n")))
		if (*line)
			read_line(account, line);
}

bool
fixture_log_is_complete(const struct fixture_log *account, long number)
{
	ck_assert_int_le(account->seen + account->told, number);
	return account->seen + account->told == number;
}

void
fixture_log_drain(struct fixture_log *account, int fd, long number)
{
	struct pollfd entry = { .fd = fd, .events = POLLIN };
	static char text[8192];
	size_t size = 0;

	while (size > 0 || !fixture_log_is_complete(account, number)) {
		ssize_t n;
		char *end;

		ck_assert_int_eq(poll(&entry, 1, FIXTURE_LOG_SOON_MS), 1);
		n = read(fd, text + size, sizeof(text) - size - 1);
		ck_assert_int_gt(n, 0);
		size += (size_t)n;
		text[size] = '\0';
		end = strrchr(text, '\n');
		ck_assert_ptr_nonnull(end);
		*end = '\0';
		fixture_log_read(account, text);
		size -= (size_t)(end + 1 - text);
		memmove(text, end + 1, size);
	}
}
