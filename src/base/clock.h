/*
 * The clocks, and times as text. The monotonic clock is the only one that
 * decides anything.
 */
#ifndef REEVE_BASE_CLOCK_H
#define REEVE_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds of the monotonic clock: never goes back, counts from no date. */
int64_t	clock_ms(void);

/* The same in microseconds, for measuring what something costs. */
int64_t	clock_us(void);

/* Microseconds of a processor that this thread has used; those of the monotonic
 * clock where the system does not say. */
int64_t	clock_cpu_us(void);

/* Milliseconds since 1970 of the wall clock, which may be set at any time: for
 * people to read, and to be compared with times of files. */
int64_t	clock_wall_ms(void);

#define CLOCK_TEXT_SIZE	25	/* of a time as text, NUL included */

/* Write a time of the wall clock as RFC 3339 has it, in UTC with milliseconds:
 * CLOCK_TEXT_SIZE bytes. Returns ret_text. */
char	*clock_text(int64_t wall_ms, char *ret_text);

/*
 * Write a time as a line for syslogd has it, "Nov  5 06:07:08": the local time,
 * without the year, in at most CLOCK_TEXT_SIZE bytes. Returns ret_text. Call
 * clock_know_zone() before: it reads the file of the time zone.
 */
char	*clock_syslog_text(int64_t wall_ms, char *ret_text);
void	clock_know_zone(void);

/* The units of durations, the largest first; the last is a millisecond. */
#define CLOCK_UNITS	5

extern const struct clock_unit {
	const char *name;	/* "d", "h", "m", "s", "ms" */
	int64_t ms;
} clock_units[CLOCK_UNITS];

/* Write a duration as the configuration spells it, in the largest unit that
 * leaves no rest: "250ms", "5s", "2m", "1h", "1d". Returns ret_text. */
char	*clock_duration(int64_t ms, char *ret_text, size_t size);

#endif
