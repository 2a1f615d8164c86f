/* What the measuring programs share: see the header. */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S	1000000000U

uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

void
sleep_us(uint64_t us)
{
	struct timespec left = {
		.tv_sec = (time_t)(us / 1000000),
		.tv_nsec = (long)(us % 1000000 * 1000),
	};

	while (nanosleep(&left, &left) == -1 && errno == EINTR)
		;
}

void
die(const char *what)
{
	perror(what);
	exit(1);
}

void *
allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		die("calloc");
	return memory;
}

long
number_of(const char *text)
{
	return strtol(text, NULL, 10);
}

struct ring *
ring_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct ring *ring;

	if (fd == -1)
		die(path);
	ring = mmap(NULL, sizeof(*ring), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
	    0);
	close(fd);
	if (ring == MAP_FAILED)
		die("mmap");
	if (ring->magic != RING_MAGIC) {
		fprintf(stderr, "%s: not a ring\n", path);
		exit(1);
	}
	return ring;
}

void
ring_wait(struct ring *ring, uint32_t seen, uint64_t ns)
{
	struct timespec timeout = {
		.tv_sec = (time_t)(ns / NS_PER_S),
		.tv_nsec = (long)(ns % NS_PER_S),
	};

	__atomic_store_n(&ring->waiters, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&ring->head, __ATOMIC_SEQ_CST) == seen)
		syscall(SYS_futex, &ring->head, FUTEX_WAIT, seen, &timeout,
		    NULL, 0);
}
