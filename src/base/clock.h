/* The monotonic clock, in milliseconds: the only time that decides anything. */
#ifndef REEVE_BASE_CLOCK_H
#define REEVE_BASE_CLOCK_H

#include <stdint.h>

/* Now. Never goes back, does not count from any date. */
int64_t	clock_ms(void);

/* The same in microseconds, for measuring what something costs. */
int64_t	clock_us(void);

/* The clock on the wall, since 1970: to be compared with times of files, and
 * for nothing else. */
int64_t	clock_wall_ms(void);

#endif
