/* The clocks, and times as text. */
#include "config.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

const struct clock_unit clock_units[CLOCK_UNITS] = {
	{ "d", 24 * 60 * 60 * 1000 },
	{ "h", 60 * 60 * 1000 },
	{ "m", 60 * 1000 },
	{ "s", 1000 },
	{ "ms", 1 },
};

int64_t
clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_ms(void)
{
	return clock_us() / 1000;
}

int64_t
clock_cpu_us(void)
{
#ifdef CLOCK_THREAD_CPUTIME_ID
	struct timespec used;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) == 0)
		return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
#endif
	return clock_us();
}

int64_t
clock_wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Put a number at the end of a text, with so many digits and a byte behind. */
static char *
put_digits(char *end, int64_t number, int digits, char byte)
{
	for (int i = digits; i-- > 0; number /= 10)
		end[i] = (char)('0' + number % 10);
	end[digits] = byte;
	return end + digits + 1;
}

/* By hand, as strftime() asks for the time zone's file each time. */
char *
clock_text(int64_t wall_ms, char *ret_text)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	char *end = ret_text;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	end = put_digits(end, tm.tm_year + 1900, 4, '-');
	end = put_digits(end, tm.tm_mon + 1, 2, '-');
	end = put_digits(end, tm.tm_mday, 2, 'T');
	end = put_digits(end, tm.tm_hour, 2, ':');
	end = put_digits(end, tm.tm_min, 2, ':');
	end = put_digits(end, tm.tm_sec, 2, '.');
	end = put_digits(end, wall_ms % 1000, 3, 'Z');
	*end = '\0';
	return ret_text;
}

void
clock_know_zone(void)
{
	tzset();
}

char *
clock_syslog_text(int64_t wall_ms, char *ret_text)
{
	static const char months[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
		"Oct", "Nov", "Dec",
	};
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm tm;

	localtime_r(&seconds, &tm);
	snprintf(ret_text, CLOCK_TEXT_SIZE, "%s %2d %02d:%02d:%02d",
	    months[tm.tm_mon], tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return ret_text;
}

char *
clock_duration(int64_t ms, char *ret_text, size_t size)
{
	const struct clock_unit *unit = clock_units;

	while (ms % unit->ms != 0)
		unit++;
	if (ms == 0)
		snprintf(ret_text, size, "0s");
	else
		snprintf(ret_text, size, "%" PRId64 "%s", ms / unit->ms,
		    unit->name);
	return ret_text;
}
