/*
 * child RING NAME [MODE [ARGUMENT...]]: what every contender supervises.
 *
 *   sleep		sleep until a signal ends it (when no mode is given)
 *   exit CODE		end at once
 *   log SIZE COUNT BATCH [DELAY_MS [exit]]
 *			after a delay write COUNT lines of SIZE bytes to
 *			stdout, BATCH of them with one write, as fast as can
 *			be; then sleep, or exit
 *
 * With fewer arguments than two it takes them from the first line of the file
 * ./benchargs, so that it can be the `run' of a service directory itself.
 *
 * It links no C library: its exec costs next to nothing, so what is measured
 * is the supervisor and the kernel.
 */
#include <asm/unistd.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ring.h"

/* What the headers of a C library would say. */
enum {
	AT_FDCWD = -100,
	CLOCK_MONOTONIC = 1,
	EINTR = 4,
	MAP_SHARED = 1,
	O_RDONLY = 0,
	O_RDWR = 2,
	PROT_READ_WRITE = 3,
	PR_SET_NAME = 15,
};

enum {
	ARGS_MAX = 15,		/* arguments that a file may hold */
	NUMBER_WIDTH = 10,
	LINE_EXTRA = 25,	/* of a line, besides name and filling */
};

struct timespec {
	int64_t seconds, ns;
};

/* A line of the log mode: "NAME PID NUMBER xxx". */
struct line {
	struct ring_record *record;
	long name_size;
	long size;
};

#if defined(__x86_64__)
__asm__(".globl _start\n"
    "_start:\n"
    "xor %ebp,%ebp\n"
    "mov %rsp,%rdi\n"
    "and $-16,%rsp\n"
    "call entry\n"
    "hlt\n");

/* Make a system call. */
static long
call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
	    : "=a"(result)
	    : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
	    : "rcx", "r11", "memory");
	return result;
}
#elif defined(__aarch64__)
__asm__(".globl _start\n"
    "_start:\n"
    "mov x0, sp\n"
    "bl entry\n");

/* Make a system call. */
static long
call(long number, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
	    : "+r"(x0)
	    : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
	    : "memory");
	return x0;
}
#else
_Static_assert(0, "this machine's entry and system call are missing");
#endif

/* One of up to three arguments. */
#define CALL(name, a, b, c) \
	call(__NR_##name, (long)(a), (long)(b), (long)(c), 0, 0, 0)

/* The monotonic time. */
static uint64_t
now_ns(void)
{
	struct timespec now = { 0, 0 };

	CALL(clock_gettime, CLOCK_MONOTONIC, &now, 0);
	return (uint64_t)now.seconds * 1000000000U + (uint64_t)now.ns;
}

/* End. */
static _Noreturn void
end(int code)
{
	for (;;)
		CALL(exit_group, code, 0, 0);
}

/* Let time pass. */
static void
sleep_ms(long ms)
{
	struct timespec left = { ms / 1000, ms % 1000 * 1000000 };

	CALL(nanosleep, &left, &left, 0);
}

/* Tell whether two strings are the same. */
static bool
is_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* Read a number. */
static long
number_of(const char *text)
{
	long number = 0;

	for (; *text >= '0' && *text <= '9'; text++)
		number = number * 10 + (*text - '0');
	return number;
}

/* Write a number with zeros before it, so that its width is always one. */
static void
put_number(char *at, uint64_t number)
{
	for (int i = NUMBER_WIDTH - 1; i >= 0; i--) {
		at[i] = (char)('0' + number % 10);
		number /= 10;
	}
}

/* Fill a line in, but for its number. */
static void
make_line(const struct line *line, char *at)
{
	char *pid = at + line->name_size + 1;

	for (long i = line->name_size; i < line->size - 1; i++)
		at[i] = 'x';
	for (long i = 0; i < line->name_size; i++)
		at[i] = line->record->name[i];
	pid[-1] = pid[NUMBER_WIDTH] = pid[2 * NUMBER_WIDTH + 1] = ' ';
	put_number(pid, (uint64_t)line->record->pid);
	at[line->size - 1] = '\n';
}

/* Write all of some bytes to stdout. */
static void
write_all(const char *bytes, long size)
{
	while (size > 0) {
		long done = CALL(write, 1, bytes, size);

		if (done == -EINTR)
			continue;
		if (done <= 0)
			end(74);
		bytes += done;
		size -= done;
	}
}

/* Number some lines and write them. */
static void
write_batch(const struct line *line, char *lines, uint64_t from, long count)
{
	char *number = lines + line->name_size + NUMBER_WIDTH + 2;

	for (long i = 0; i < count; i++)
		put_number(number + i * line->size, from + (uint64_t)i);
	write_all(lines, count * line->size);
}

/* Do what the mode `log' promises. */
static void
write_log(struct ring_record *record, long size, uint64_t count, long batch)
{
	static char lines[1 << 17];
	struct line line = { .record = record, .size = size };
	long room;

	while (line.name_size < RING_NAME_SIZE && record->name[line.name_size])
		line.name_size++;
	if (line.size < line.name_size + LINE_EXTRA)
		line.size = line.name_size + LINE_EXTRA;
	room = (long)sizeof(lines) / line.size;
	if (batch > room)
		batch = room;
	for (long i = 0; i < batch; i++)
		make_line(&line, lines + i * line.size);
	record->begin_ns = now_ns();
	while (record->count < count) {
		uint64_t left = count - record->count;

		if (left < (uint64_t)batch)
			batch = (long)left;
		write_batch(&line, lines, record->count, batch);
		record->count += (uint64_t)batch;
	}
	record->end_ns = now_ns();
}

/* Split the line at its blanks; return the number of words. */
static int
split_line(char *at, char **words, int max)
{
	int count = 0;

	while (*at && *at != '\n' && count < max) {
		words[count++] = at;
		while (*at && *at != ' ' && *at != '\n')
			at++;
		if (*at == ' ')
			*at++ = '\0';
	}
	*at = '\0';
	return count;
}

/* Read the arguments from the file; return their number. */
static int
read_arguments(char **words)
{
	static char text[1024];
	long fd = call(__NR_openat, AT_FDCWD, (long)"benchargs", O_RDONLY, 0, 0,
	    0);

	if (fd < 0)
		return 0;
	CALL(read, fd, text, sizeof(text) - 1);
	CALL(close, fd, 0, 0);
	return split_line(text, words, ARGS_MAX);
}

/* Map the ring; NULL if it is not there. */
static struct ring *
map_ring(const char *path)
{
	long fd = call(__NR_openat, AT_FDCWD, (long)path, O_RDWR, 0, 0, 0);
	union {
		long number;	/* from -4095 to -1: an error */
		struct ring *ring;
	} result;

	if (fd < 0)
		return NULL;
	result.number = call(__NR_mmap, 0, sizeof(struct ring),
	    PROT_READ_WRITE, MAP_SHARED, fd, 0);
	CALL(close, fd, 0, 0);
	return result.number < 0 && result.number >= -4095 ? NULL :
	    result.ring;
}

/* Report this start; return the record. */
static struct ring_record *
report(const char *path, const char *name, uint64_t start_ns)
{
	static struct ring_record scratch;
	struct ring_record *record = &scratch;
	struct ring *ring = map_ring(path);
	uint32_t index;

	if (!ring)
		return record;
	index = __atomic_fetch_add(&ring->head, 1, __ATOMIC_ACQ_REL);
	if (index < RING_CAPACITY)
		record = &ring->records[index];
	record->start_ns = start_ns;
	record->pid = (int32_t)CALL(getpid, 0, 0, 0);
	record->parent = (int32_t)CALL(getppid, 0, 0, 0);
	for (int i = 0; i < RING_NAME_SIZE - 1 && name[i]; i++)
		record->name[i] = name[i];
	__atomic_store_n(&record->ready, 1, __ATOMIC_RELEASE);
	if (__atomic_load_n(&ring->waiters, __ATOMIC_ACQUIRE))
		CALL(futex, &ring->head, FUTEX_WAKE, 1 << 30);
	return record;
}

/* Called by the assembly above with the stack as the kernel left it. */
_Noreturn void entry(long *stack);

_Noreturn void
entry(long *stack)
{
	uint64_t start_ns = now_ns();
	int count = (int)stack[0] - 1;
	char **words = (char **)(stack + 2);
	static char *file_words[ARGS_MAX];
	struct ring_record *record;

	if (count < 2) {
		words = file_words;
		count = read_arguments(words);
	}
	if (count < 2)
		end(64);
	record = report(words[0], words[1], start_ns);
	if (count > 3 && is_same(words[2], "exit"))
		end((int)number_of(words[3]));
	/* it is found by this name */
	CALL(prctl, PR_SET_NAME, words[1], 0);
	if (count > 5 && is_same(words[2], "log")) {
		if (count > 6)
			sleep_ms(number_of(words[6]));
		write_log(record, number_of(words[3]),
		    (uint64_t)number_of(words[4]), number_of(words[5]));
		if (count > 7)
			end(0);
	}
	for (;;)
		sleep_ms(1000000000);
}
