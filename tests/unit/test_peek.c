/* Reading beside the loop. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <ev.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/hash.h"
#include "fixture.h"
#include "process/peek.h"
#include "unit.h"

#define COUNT 50

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

/* What is found of a process: of 1 a path, of 2 none, of 3 an error, of 4 a
 * path when the gate is open, of 5 a shortage. */
static int
read_by_number(pid_t pid, char *ret_path, size_t size)
{
	errno = pid == 5 ? EMFILE : EACCES;
	if (pid == 5)
		return -1;
	if (pid == 2 || pid == 3)
		return pid == 2 ? 0 : -1;
	if (pid == 4) {
		pthread_mutex_lock(&gate);
		pthread_mutex_unlock(&gate);
	}
	snprintf(ret_path, size, "a/path");
	return 1;
}

static void
count_wakes(void *arg)
{
	++*(int *)arg;
}

/* Begin, with that way to read. */
static struct peek *
begin(struct ev_loop **ret_loop, int *ret_wakes)
{
	struct peek *peek;

	*ret_loop = ev_loop_new(EVFLAG_AUTO);
	ck_assert_ptr_nonnull(*ret_loop);
	*ret_wakes = 0;
	peek = peek_new(*ret_loop, count_wakes, ret_wakes);
	ck_assert_ptr_nonnull(peek);
	peek_set_read(peek, read_by_number);
	return peek;
}

/* Wait for the next answer. */
static struct peek_order *
await_answer(struct ev_loop *loop, struct peek *peek)
{
	struct peek_order *order;

	while (!(order = peek_next(peek)))
		ev_run(loop, EVRUN_ONCE);
	return order;
}

START_TEST(test_answers)
{
	static const int founds[] = {1, 0, -1};
	struct peek_order orders[COUNT];
	struct ev_loop *loop;
	int wakes, before = fixture_count_descriptors();
	struct peek *peek = begin(&loop, &wakes);

	for (int i = 0; i < COUNT; i++) {
		orders[i].pid = 1 + i % 3;
		peek_ask(peek, &orders[i]);
	}
	for (int i = 0; i < COUNT; i++) {
		const struct peek_order *order = await_answer(loop, peek);

		ck_assert_int_eq(order->found, founds[order->pid - 1]);
		ck_assert_int_eq(order->error, EACCES);
		ck_assert_uint_eq(order->path, order->pid == 1 ?
		    hash_text("a/path") : 0);
	}
	ck_assert_ptr_null(peek_next(peek));
	while (wakes == 0)
		ev_run(loop, EVRUN_ONCE);
	peek_free(peek);
	ev_loop_destroy(loop);
	ck_assert_int_eq(fixture_count_descriptors(), before);
}
END_TEST

/* Reads that hang hold up some others, and no caller. What is taken back, asked
 * or read or answered, is never answered. */
START_TEST(test_hung)
{
	struct peek_order hung, orders[COUNT], other = {.pid = 1};
	struct ev_loop *loop;
	int wakes;
	struct peek *peek = begin(&loop, &wakes);

	pthread_mutex_lock(&gate);
	hung.pid = 4;
	peek_ask(peek, &hung);
	peek_ask(peek, &other);
	ck_assert_ptr_eq(await_answer(loop, peek), &other);
	for (int i = 0; i < COUNT; i++) {
		orders[i].pid = 4;
		peek_ask(peek, &orders[i]);
	}
	usleep(10000);
	ck_assert_ptr_null(peek_next(peek));
	peek_cancel(peek, &hung);
	for (int i = 0; i < COUNT; i++)
		peek_cancel(peek, &orders[i]);
	memset(&hung, 0xff, sizeof(hung));
	memset(orders, 0xff, sizeof(orders));
	pthread_mutex_unlock(&gate);
	peek_ask(peek, &other);
	ck_assert_ptr_eq(await_answer(loop, peek), &other);
	/* several answers may be one wake: what came before is not counted */
	ev_run(loop, EVRUN_NOWAIT);
	wakes = 0;
	peek_ask(peek, &other);
	while (wakes == 0)
		ev_run(loop, EVRUN_ONCE);
	peek_cancel(peek, &other);
	ck_assert_ptr_null(peek_next(peek));
	peek_free(peek);
	peek_free(NULL);
	ev_loop_destroy(loop);
}
END_TEST

/* After a shortage there is a spare descriptor again, for the next one. */
START_TEST(test_shortage)
{
	struct peek_order order = {.pid = 5}, other = {.pid = 1};
	struct rlimit was, low;
	struct ev_loop *loop;
	int wakes, before;
	struct peek *peek = begin(&loop, &wakes);

	peek_ask(peek, &other);
	ck_assert_ptr_eq(await_answer(loop, peek), &other);
	before = fixture_count_descriptors();
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
	low = (struct rlimit){0, was.rlim_max};
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
	peek_ask(peek, &order);
	ck_assert_ptr_eq(await_answer(loop, peek), &order);
	ck_assert_int_eq(order.found, -1);
	ck_assert_int_eq(order.error, EMFILE);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
	ck_assert_int_eq(fixture_count_descriptors(), before - 1);
	peek_ask(peek, &other);
	ck_assert_ptr_eq(await_answer(loop, peek), &other);
	ck_assert_int_eq(fixture_count_descriptors(), before);
	peek_free(peek);
	ev_loop_destroy(loop);
}
END_TEST

/* A read that hangs is left behind at the end. */
START_TEST(test_left)
{
	struct peek_order order = {.pid = 4};
	struct ev_loop *loop;
	int wakes;
	struct peek *peek = begin(&loop, &wakes);

	pthread_mutex_lock(&gate);
	peek_ask(peek, &order);
	usleep(10000);
	peek_free(peek);
	ev_loop_destroy(loop);
	memset(&order, 0xff, sizeof(order));
	pthread_mutex_unlock(&gate);
	usleep(10000);
	ck_assert_int_eq(order.found, -1);
}
END_TEST

UNIT_SUITE(peek)
{
	Suite *suite = suite_create("peek");
	TCase *tcase = tcase_create("peek");

	tcase_add_test(tcase, test_answers);
	tcase_add_test(tcase, test_hung);
	tcase_add_test(tcase, test_shortage);
	tcase_add_test(tcase, test_left);
	suite_add_tcase(suite, tcase);
	return suite;
}
