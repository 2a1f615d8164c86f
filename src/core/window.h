/*
 * The restart intensity: how many restarts fell into the last max_seconds.
 *
 * OTP, supervisor(3erl): more than `intensity` restarts within `period`
 * seconds end the supervisor. OTP counts in whole seconds; an age between
 * max_seconds and max_seconds + 1 s counts there or not by the phase of the
 * second. Here an age up to max_seconds counts and a greater one does not.
 *
 * The ring is the caller's memory: max_restarts + 1 times, so that one too
 * many can be recorded.
 */
#ifndef REEVE_CORE_WINDOW_H
#define REEVE_CORE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct window {
	int64_t *times_ms;	/* ring, oldest at head; the caller's */
	uint32_t size;		/* its length */
	uint32_t head;
	uint32_t count;
};

/* Begin empty, on a ring of the given length (>= 1). */
void	window_init(struct window *window, int64_t *times_ms, uint32_t size);

/* Forget every restart: a supervisor that starts begins so. */
void	window_clear(struct window *window);

/*
 * Move what is recorded to another ring, the newest first if it does not all
 * fit: a change of the flags keeps the record and judges it by the new ones.
 */
void	window_move(struct window *window, int64_t *times_ms, uint32_t size);

/*
 * Record a restart at now_ms and tell whether it is allowed: false when more
 * than max_restarts lie in the last period_ms, this one included.
 */
bool	window_add(struct window *window, int64_t now_ms, int64_t max_restarts,
	    int64_t period_ms);

#endif
