/* The restart intensity: a ring of times, see the header. */
#include "core/window.h"

#include <assert.h>

void
window_init(struct window *window, int64_t *times_ms, uint32_t size)
{
	assert(size > 0);
	window->times_ms = times_ms;
	window->size = size;
	window_clear(window);
}

void
window_clear(struct window *window)
{
	window->head = 0;
	window->count = 0;
}

void
window_move(struct window *window, int64_t *times_ms, uint32_t size)
{
	uint32_t keep = window->count < size ? window->count : size;
	uint32_t skip = window->count - keep;

	for (uint32_t i = 0; i < keep; i++) {
		uint32_t at = (window->head + skip + i) % window->size;

		times_ms[i] = window->times_ms[at];
	}
	window->times_ms = times_ms;
	window->size = size;
	window->head = 0;
	window->count = keep;
}

/* Drop the oldest recorded time. */
static void
drop_oldest(struct window *window)
{
	assert(window->size > 0);
	window->head = (window->head + 1) % window->size;
	window->count--;
}

bool
window_add(struct window *window, int64_t now_ms, int64_t max_restarts,
    int64_t period_ms)
{
	while (window->count > 0 &&
	    now_ms - window->times_ms[window->head] > period_ms)
		drop_oldest(window);
	if (window->count == 0)
		window->head = 0;	/* touch no more memory than is used */
	if (window->count == window->size)
		drop_oldest(window);
	window->times_ms[(window->head + window->count++) % window->size] =
	    now_ms;
	return window->count <= max_restarts;
}
