/* The restart window: which restarts are allowed, and what a move keeps. */
#include <check.h>

#include "core/window.h"
#include "unit.h"

/* Up to max_restarts are allowed, one more in the same period is not. */
START_TEST(allows_max_restarts)
{
	int64_t ring[4];
	struct window window;

	window_init(&window, ring, 4);
	ck_assert(window_add(&window, 0, 3, 5000));
	ck_assert(window_add(&window, 1, 3, 5000));
	ck_assert(window_add(&window, 2, 3, 5000));
	ck_assert(!window_add(&window, 3, 3, 5000));
	ck_assert(!window_add(&window, 4, 3, 5000));
}
END_TEST

/* With none allowed the first one is too many. */
START_TEST(allows_none)
{
	int64_t ring[1];
	struct window window;

	window_init(&window, ring, 1);
	ck_assert(!window_add(&window, 7, 0, 5000));
	ck_assert(!window_add(&window, 100000, 0, 5000));
}
END_TEST

/* An age of the whole period still counts, a millisecond more does not. */
START_TEST(counts_up_to_the_period)
{
	int64_t ring[2];
	struct window window;

	window_init(&window, ring, 2);
	ck_assert(window_add(&window, 1000, 1, 5000));
	ck_assert(!window_add(&window, 6000, 1, 5000));

	window_init(&window, ring, 2);
	ck_assert(window_add(&window, 1000, 1, 5000));
	ck_assert(window_add(&window, 6001, 1, 5000));
	ck_assert(!window_add(&window, 11001, 1, 5000));
}
END_TEST

/* A steady pace at the limit goes on for ever, also around the ring. */
START_TEST(allows_a_steady_pace)
{
	int64_t ring[4];
	struct window window;

	window_init(&window, ring, 4);
	for (int64_t at = 0; at < 1000; at++)
		ck_assert(window_add(&window, at * 2000, 3, 5000));
}
END_TEST

/* A cleared window has forgotten everything. */
START_TEST(forgets_when_cleared)
{
	int64_t ring[2];
	struct window window;

	window_init(&window, ring, 2);
	ck_assert(window_add(&window, 0, 1, 5000));
	ck_assert(!window_add(&window, 0, 1, 5000));
	window_clear(&window);
	ck_assert(window_add(&window, 0, 1, 5000));
	ck_assert(!window_add(&window, 0, 1, 5000));
}
END_TEST

/* Fill a window of three with 10, 20, ... so that its ring has wrapped. */
static void
fill_wrapped(struct window *window, int64_t *ring, int64_t count)
{
	window_init(window, ring, 3);
	for (int64_t i = 1; i <= count; i++)
		window_add(window, i * 10, 2, 1000);
}

/* A longer ring takes all over, oldest first. */
START_TEST(moves_to_a_longer_ring)
{
	int64_t ring[3], longer[5];
	struct window window;

	fill_wrapped(&window, ring, 4);
	window_move(&window, longer, 5);
	ck_assert_ptr_eq(window.times_ms, longer);
	ck_assert_uint_eq(window.count, 3);
	for (uint32_t i = 0; i < 3; i++)
		ck_assert_int_eq(longer[window.head + i], 20 + 10 * i);
	ck_assert(window_add(&window, 50, 4, 1000));
	ck_assert(!window_add(&window, 60, 4, 1000));
}
END_TEST

/* A shorter ring keeps the newest. */
START_TEST(moves_to_a_shorter_ring)
{
	int64_t ring[3], shorter[2];
	struct window window;

	fill_wrapped(&window, ring, 5);
	window_move(&window, shorter, 2);
	ck_assert_uint_eq(window.count, 2);
	ck_assert_int_eq(shorter[0], 40);
	ck_assert_int_eq(shorter[1], 50);
	ck_assert(!window_add(&window, 1040, 1, 1000));
	ck_assert(window_add(&window, 2041, 1, 1000));
}
END_TEST

/* An empty window moves as well. */
START_TEST(moves_empty)
{
	int64_t ring[1], other[2];
	struct window window;

	window_init(&window, ring, 1);
	window_move(&window, other, 2);
	ck_assert_uint_eq(window.count, 0);
	ck_assert(window_add(&window, 5, 1, 1000));
	ck_assert(!window_add(&window, 5, 1, 1000));
}
END_TEST

enum { RING_MAX = 9, MODEL_MAX = 400 };

/* Count those of the recorded times that lie in the period. */
static int64_t
model_count(const int64_t *times, size_t count, int64_t now, int64_t period)
{
	int64_t recent = 0;

	for (size_t i = 0; i < count; i++)
		recent += now - times[i] <= period;
	return recent;
}

/* Any sequence, with moves: as if every time had been kept in one list. */
START_TEST(agrees_with_a_list)
{
	uint64_t seed = (uint64_t)_i + 1;
	int64_t rings[2][RING_MAX], times[MODEL_MAX], now = 0;
	uint32_t size = 1 + unit_random(&seed, RING_MAX);
	size_t count = 0, at = 0;
	struct window window;
	bool allowed = true;

	window_init(&window, rings[at], size);
	while (allowed && count < MODEL_MAX) {
		now += unit_random(&seed, 300);
		times[count++] = now;
		allowed = window_add(&window, now, size - 1, 1000);
		ck_assert_int_eq(allowed,
		    model_count(times, count, now, 1000) < size);
		if (allowed && unit_random(&seed, 10) == 0) {
			size = 1 + unit_random(&seed, RING_MAX);
			at = !at;
			window_move(&window, rings[at], size);
			/* What a shorter ring drops, a longer one lacks. */
			if (count > size)
				break;
		}
	}
}
END_TEST

UNIT_SUITE(window)
{
	Suite *suite = suite_create("window");
	TCase *tcase = tcase_create("window");

	tcase_add_test(tcase, allows_max_restarts);
	tcase_add_test(tcase, allows_none);
	tcase_add_test(tcase, counts_up_to_the_period);
	tcase_add_test(tcase, allows_a_steady_pace);
	tcase_add_test(tcase, forgets_when_cleared);
	tcase_add_test(tcase, moves_to_a_longer_ring);
	tcase_add_test(tcase, moves_to_a_shorter_ring);
	tcase_add_test(tcase, moves_empty);
	tcase_add_loop_test(tcase, agrees_with_a_list, 0, 200);
	suite_add_tcase(suite, tcase);
	return suite;
}
