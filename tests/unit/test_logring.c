/* The ring of lines between two threads. */
#include "config.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/logring.h"
#include "unit.h"

static struct logring *ring;
static char line[LOGRING_LINE + 1];

static void
setup(void)
{
	ring = calloc(1, sizeof(*ring));
	ck_assert_ptr_nonnull(ring);
}

static void
teardown(void)
{
	free(ring);
}

/* Make a line of a size that begins with a number. */
static const char *
make_line(unsigned number, size_t size)
{
	memset(line, 'x', size - 1);
	snprintf(line, sizeof(line), "%07u ", number);
	line[8] = 'x';
	line[size - 1] = '\n';
	return line;
}

/* Put such a line in; tell whether there was room. */
static bool
put(unsigned number, size_t size)
{
	return logring_put(ring, make_line(number, size), size);
}

/* Take out the next lines; they must be whole, and begin with this number.
 * Returns the number after them. */
static unsigned
take(size_t most, unsigned number)
{
	size_t size;
	const char *lines = logring_look(ring, most, &size);

	if (!lines)
		return number;
	ck_assert_int_eq(lines[size - 1], '\n');
	for (const char *at = lines; at < lines + size; number++) {
		ck_assert_uint_eq(strtoul(at, NULL, 10), number);
		at = (const char *)memchr(at, '\n',
		    (size_t)(lines + size - at)) + 1;
	}
	logring_take(ring, size);
	return number;
}

START_TEST(nothing_before_the_release)
{
	size_t size;

	ck_assert(put(0, 20) && put(1, 30));
	ck_assert_uint_eq(logring_held(ring), 50);
	ck_assert(logring_is_empty(ring));
	ck_assert_ptr_null(logring_look(ring, 1000, &size));
	logring_release(ring);
	ck_assert_uint_eq(logring_held(ring), 0);
	ck_assert_uint_eq(logring_room(ring), LOGRING_SIZE - 50);
	ck_assert_uint_eq(take(1000, 0), 2);
	ck_assert(logring_is_empty(ring));
}
END_TEST

/* Never more than asked for, but at least a line. */
START_TEST(whole_lines)
{
	for (unsigned i = 0; i < 4; i++)
		ck_assert(put(i, 100));
	logring_release(ring);
	ck_assert_uint_eq(take(1, 0), 1);
	ck_assert_uint_eq(take(299, 1), 3);
	ck_assert_uint_eq(take(100, 3), 4);
}
END_TEST

/* What is full takes no more, until there is room. */
START_TEST(is_full)
{
	unsigned in = 0;

	while (put(in, LOGRING_LINE))
		in++;
	ck_assert_uint_eq(in, LOGRING_SIZE / LOGRING_LINE);
	ck_assert_uint_eq(logring_room(ring), 0);
	logring_release(ring);
	ck_assert_uint_eq(take(1, 0), 1);
	ck_assert(put(in, LOGRING_LINE));
	ck_assert(!put(in + 1, LOGRING_LINE));
}
END_TEST

/* Lines of all sizes, at all places, come out as they went in. */
START_TEST(in_order)
{
	unsigned in = 0, out = 0, seed = 1;

	while (in < (unsigned)unit_rounds(30000)) {
		unsigned burst = (seed = seed * 1103515245 + 12345) >> 16;

		for (burst %= 400; burst > 0; burst--) {
			size_t size = 10 + (in * 7919) % (LOGRING_LINE - 10);

			if (!put(in, size))
				break;
			in++;
		}
		logring_release(ring);
		for (burst = seed % 100; burst > 0; burst--)
			out = take(seed % 70000 + 1, out);
	}
	while (!logring_is_empty(ring))
		out = take(100000, out);
	ck_assert_uint_eq(out, in);
}
END_TEST

/* In normal times only a part of the memory is touched. */
START_TEST(stays_at_the_start)
{
	unsigned in = 0, out = 0;
	size_t touched = 0;

	while (in < 20000) {
		ck_assert(put(in++, 120));
		logring_release(ring);
		out = take(65536, out);
	}
	for (size_t i = LOGRING_SIZE / 8; i < LOGRING_SIZE; i++)
		touched += ring->bytes[i] != '\0';
	ck_assert_uint_eq(touched, 0);
}
END_TEST

/* How many lines go from one thread to the other. */
static unsigned lines;

/* The other thread: take out all. */
static void *
take_all(void *arg)
{
	unsigned *out = arg;

	while (*out < lines) {
		if (logring_is_empty(ring))
			sched_yield();
		*out = take(5000, *out);
	}
	return NULL;
}

START_TEST(two_threads)
{
	unsigned in = 0, out = 0;
	pthread_t thread;

	lines = (unsigned)unit_rounds(50000);
	ck_assert_int_eq(pthread_create(&thread, NULL, take_all, &out), 0);
	while (in < lines) {
		bool fits = put(in, 10 + in % 500);

		in += fits;
		if (in % 3 == 0 || !fits)
			logring_release(ring);
		if (!fits)
			sched_yield();
	}
	logring_release(ring);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(out, lines);
}
END_TEST

UNIT_SUITE(logring)
{
	Suite *suite = suite_create("logring");
	TCase *tcase = tcase_create("logring");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, nothing_before_the_release);
	tcase_add_test(tcase, whole_lines);
	tcase_add_test(tcase, is_full);
	tcase_add_test(tcase, in_order);
	tcase_add_test(tcase, stays_at_the_start);
	tcase_add_test(tcase, two_threads);
	suite_add_tcase(suite, tcase);
	return suite;
}
