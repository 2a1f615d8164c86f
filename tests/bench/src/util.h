/*
 * What the measuring programs share: time, the ring, an end on failure.
 */
#ifndef BENCH_UTIL_H
#define BENCH_UTIL_H

#include <stddef.h>
#include <stdint.h>

#include "ring.h"

/* The monotonic time. */
uint64_t now_ns(void);

/* Let time pass, whatever signals come. */
void	sleep_us(uint64_t us);

/* End, with errno's reason. */
_Noreturn void	die(const char *what);

/* Get memory, all zero, or end. */
void	*allocate(size_t size);

/* Read a number that is a program's argument or part of a command. */
long	number_of(const char *text);

/* Map the ring that a file holds, or end. It stays mapped. */
struct ring *ring_open(const char *path);

/* Sleep until the head of the ring is not `seen' any more, or for some time. */
void	ring_wait(struct ring *ring, uint32_t seen, uint64_t ns);

#endif
