/* The run file: which processes the daemon has, in mapped memory. */
#include "config.h"

#include "process/runfile.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/lockfile.h"
#include "os/os.h"
#include "os/procfs.h"
#include "process/leftover.h"

#define MAGIC		"reeverun"
#define VERSION		1
#define BOOT_ID_SIZE	40
#define FIRST_CAPACITY	128
#define CAPACITY_MAX	(1 << 20)	/* records: more than processes */

/* The file is a header and records, in the machine's own byte order: it is read
 * on the same machine only, during the same boot. */
struct header {
	char magic[8];
	uint32_t version;
	uint32_t record_size;
	char boot_id[BOOT_ID_SIZE];
	uint64_t spare;
};

struct record {
	uint64_t path;		/* hash_text() */
	struct runfile_mark mark;
};

static_assert(sizeof(struct header) == 64 && sizeof(struct record) == 24,
    "no padding that would make the file's size depend on the compiler");

struct runfile {
	struct header *map;	/* the header and all records */
	struct record *records;
	uint32_t *free_list;	/* records not in use, the next one last */
	uint32_t free_count;
	uint32_t capacity;
	struct leftover *old;	/* what an earlier daemon has recorded */
	size_t old_count;
	int fd;
	char boot_id[BOOT_ID_SIZE]; /* "": not known: nothing is believed */
};

/* Read a part of a file, as much of it as there is; how much, or -1. */
static ssize_t
read_part(int fd, void *part, size_t size, off_t at)
{
	size_t have = 0;
	ssize_t got;

	do {
		got = pread(fd, (char *)part + have, size - have,
		    at + (off_t)have);
		if (got == -1 && errno != EINTR)
			return -1;
		have += got == -1 ? 0 : (size_t)got;
	} while (have < size && got != 0);
	return (ssize_t)have;
}

/* Read the id of this boot; "" if the system tells none. 0, or -1 with errno:
 * it may well have one. */
static int
read_boot_id(char *ret_id)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t size;
	int error;

	memset(ret_id, 0, BOOT_ID_SIZE);
	if (fd == -1)
		return errno == ENOENT || errno == EACCES ? 0 : -1;
	size = read_part(fd, ret_id, BOOT_ID_SIZE - 1, 0);
	error = errno;
	close(fd);
	errno = error;
	if (size == -1)
		return -1;
	ret_id[strcspn(ret_id, "\n")] = '\0';
	return 0;
}

static size_t
file_size(uint32_t capacity)
{
	return sizeof(struct header) + capacity * sizeof(struct record);
}

/* Tell whether a header is of this program, this version and this boot. */
static bool
is_current(const struct runfile *runfile, const struct header *header)
{
	return memcmp(header->magic, MAGIC, sizeof(header->magic)) == 0 &&
	    header->version == VERSION &&
	    header->record_size == sizeof(struct record) &&
	    runfile->boot_id[0] &&
	    memcmp(header->boot_id, runfile->boot_id, BOOT_ID_SIZE) == 0;
}

/* Keep the records that an earlier daemon has left in the file. */
static int
load_old(struct runfile *runfile)
{
	struct header header;
	struct record record;
	struct stat st;
	off_t at = sizeof(header);
	size_t most;
	ssize_t got;

	if (fstat(runfile->fd, &st) == -1)
		return -1;
	got = read_part(runfile->fd, &header, sizeof(header), 0);
	if (got == -1)
		return -1;
	if (got != sizeof(header) || !is_current(runfile, &header))
		return 0;
	most = ((size_t)st.st_size - sizeof(header)) / sizeof(record);
	if (most > CAPACITY_MAX)
		most = CAPACITY_MAX;
	runfile->old = calloc(most + 1, sizeof(*runfile->old));
	if (!runfile->old)
		return -1;
	for (; most > 0; most--, at += (off_t)sizeof(record)) {
		got = read_part(runfile->fd, &record, sizeof(record), at);
		if (got == -1)
			return -1;
		if (got != sizeof(record))
			break;
		if (record.mark.pid <= 1)
			continue;
		runfile->old[runfile->old_count++] = (struct leftover){
			.path = record.path,
			.started = record.mark.started,
			.late = record.mark.late,
			.pid = record.mark.pid,
		};
	}
	return 0;
}

/*
 * Map the file, and make sure that the disk has room for so many records: a
 * store into a mapped hole of a full one would be a signal. The map is large
 * enough for all there can ever be, and stays where it is: processes that start
 * may be about to store into it.
 */
static int
map_file(struct runfile *runfile, uint32_t capacity)
{
	size_t size = file_size(capacity), whole = file_size(CAPACITY_MAX);
	struct header *map = runfile->map;
	int error = posix_fallocate(runfile->fd, 0, (off_t)size);

	if (error) {
		errno = error;
		return -1;
	}
	if (!map)
		map = mmap(NULL, whole, PROT_NONE, MAP_SHARED, runfile->fd, 0);
	if (map == MAP_FAILED)
		return -1;
	/* what has no file behind it is not to be touched, by tools either */
	if (mprotect(map, size, PROT_READ | PROT_WRITE) == -1) {
		error = errno;
		if (!runfile->map)
			munmap(map, whole);
		errno = error;
		return -1;
	}
	runfile->map = map;
	runfile->records = (struct record *)(void *)(map + 1);
	return 0;
}

/* Make room for more records. */
static int
grow_file(struct runfile *runfile, uint32_t capacity)
{
	uint32_t *list = realloc(runfile->free_list, capacity * sizeof(*list));

	if (!list)
		return -1;
	runfile->free_list = list;
	if (map_file(runfile, capacity) == -1)
		return -1;
	/* backwards, so that low records are used first */
	for (uint32_t i = capacity; i > runfile->capacity; i--)
		list[runfile->free_count++] = i - 1;
	runfile->capacity = capacity;
	return 0;
}

/* Forget all that is in the file and begin it anew. */
static int
begin_file(struct runfile *runfile)
{
	if (ftruncate(runfile->fd, 0) == -1 ||
	    grow_file(runfile, FIRST_CAPACITY) == -1)
		return -1;
	memcpy(runfile->map->boot_id, runfile->boot_id, BOOT_ID_SIZE);
	runfile->map->record_size = sizeof(struct record);
	runfile->map->version = VERSION;
	memcpy(runfile->map->magic, MAGIC, sizeof(runfile->map->magic));
	return 0;
}

struct runfile *
runfile_open(const char *path)
{
	struct runfile *runfile = calloc(1, sizeof(*runfile));
	int holder, error;

	if (!runfile)
		return NULL;
	/* the pid file says that there is no other daemon */
	runfile->fd = lockfile_open(path, 0600, LOCKFILE_WAIT, &holder);
	error = errno;
	if (runfile->fd == -1) {
		if (holder != -1)
			close(holder);
		free(runfile);
		errno = error;
		return NULL;
	}
	if (read_boot_id(runfile->boot_id) == 0 && load_old(runfile) == 0 &&
	    (runfile->old_count > 0 || begin_file(runfile) == 0))
		return runfile;
	error = errno;
	runfile_close(runfile);
	errno = error;
	return NULL;
}

size_t
runfile_end_leftovers(struct runfile *runfile, int64_t timeout_ms)
{
	size_t left = leftover_end(runfile->old, runfile->old_count,
	    timeout_ms);

	free(runfile->old);
	runfile->old = NULL;
	runfile->old_count = 0;
	if (left == 0 && !runfile->map)
		begin_file(runfile);
	return left;
}

int
runfile_reserve(struct runfile *runfile, size_t count)
{
	uint32_t capacity = runfile->capacity;

	if (count <= capacity)
		return 0;
	if (count > CAPACITY_MAX || !runfile->map) {
		errno = ENOSPC;
		return -1;
	}
	while (capacity < count)
		capacity *= 2;
	return grow_file(runfile, capacity);
}

int64_t
runfile_now(void)
{
	return os_boot_ns() / (1000000000 / PROCFS_TICKS);
}

uint32_t
runfile_prepare(struct runfile *runfile, int64_t started, const char *path,
    struct runfile_mark **ret_mark)
{
	struct record *record;
	uint32_t number;

	if (runfile->free_count == 0)
		return RUNFILE_NONE;
	number = runfile->free_list[--runfile->free_count];
	record = &runfile->records[number];
	assert(record->mark.pid == 0);
	record->path = hash_text(path);
	record->mark.started = started;
	record->mark.late = 0;
	*ret_mark = &record->mark;
	return number;
}

void
runfile_mark(struct runfile_mark *mark, pid_t pid)
{
	int64_t late = runfile_now() - mark->started;

	if (late > 0)
		mark->late = late < UINT32_MAX ? (uint32_t)late : UINT32_MAX;
	/* a crash may come between any two stores: the pid makes it valid */
	__atomic_store_n(&mark->pid, pid, __ATOMIC_RELEASE);
}

void
runfile_drop(struct runfile *runfile, uint32_t number)
{
	if (number == RUNFILE_NONE)
		return;
	assert(number < runfile->capacity);
	__atomic_store_n(&runfile->records[number].mark.pid, 0,
	    __ATOMIC_RELEASE);
	runfile->free_list[runfile->free_count++] = number;
}

void
runfile_let_go(struct runfile *runfile)
{
	if (runfile->map)
		munmap(runfile->map, file_size(CAPACITY_MAX));
	runfile->map = NULL;
}

void
runfile_close(struct runfile *runfile)
{
	if (!runfile)
		return;
	runfile_let_go(runfile);
	free(runfile->free_list);
	free(runfile->old);
	close(runfile->fd);
	free(runfile);
}
