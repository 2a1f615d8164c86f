/*
 * hangfs SOURCE PLACE [ERRNO]: a file system that hangs when it is told to. It
 * shows the directory SOURCE at PLACE, for all users, until it is ended. A
 * signal tells it how it is from then on, and it says so on stdout:
 *
 *	HUP	serving		it answers, what it has kept back too
 *	USR1	deaf		it reads no requests: who waits can be killed
 *	USR2	mute		it reads them and gives no answer: who waits is
 *				in D state, and cannot even be killed
 *	QUIT	broken		its answer to all is the error of that number,
 *				or EIO
 *	TERM	ended		the mount is gone, who waits gets an error
 *
 * Nothing is cached, so each access asks. However it ends, the kernel ends the
 * connection with its descriptor, so that nothing hangs any longer; it dies
 * with its parent. Exits with 77 if this system does not let it mount.
 *
 * It speaks the kernel's own protocol, so that it needs no library.
 */
#include <stdio.h>

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	STATUS_CANNOT = 77,
	NODES_MAX = 4096,	/* names that were ever looked up */
	WRITE_MAX = 128 << 10,
	REQUEST_MAX = WRITE_MAX + 4096,
};

enum mode { SERVING, DEAF, MUTE, BROKEN, ENDED };

/* A request as the kernel wrote it; its body follows the head. */
struct request {
	struct request *next;	/* in fs.kept */
	const struct fuse_in_header *head;
	const char *body;
	char bytes[];
};

struct fs {
	int fuse;
	int source;		/* the directory that is shown */
	enum mode mode;
	int error;		/* the answer while it is broken */
	struct request *kept;	/* read and not answered, the last one first */
	char *nodes[NODES_MAX];	/* path below source; node N is nodes[N - 1] */
	size_t node_count;
};

/* Say how it is. */
static void
say(const char *what)
{
	printf("%s\n", what);
	fflush(stdout);
}

/* Answer with some bytes, or with an error, and none. */
static void
answer(const struct fs *fs, const struct request *request, int error,
    const void *bytes, size_t size)
{
	struct fuse_out_header head = {
		.len = (uint32_t)(sizeof(head) + size),
		.error = -error,
		.unique = request->head->unique,
	};
	static char room[sizeof(head) + REQUEST_MAX];	/* in one write */

	memcpy(room, &head, sizeof(head));
	if (size > 0)
		memcpy(room + sizeof(head), bytes, size);
	/* It fails if the asker is gone. */
	if (write(fs->fuse, room, head.len) == -1 && errno != ENOENT)
		perror("hangfs: answer");
}

/* Answer by the result of a call. */
static void
answer_result(const struct fs *fs, const struct request *request, bool good)
{
	answer(fs, request, good ? 0 : errno, NULL, 0);
}

/* The path of a request's node. */
static const char *
path_of(const struct fs *fs, const struct request *request)
{
	return fs->nodes[request->head->nodeid - 1];
}

/* The number of a path, which it takes; 0: there are too many. */
static uint64_t
number_of(struct fs *fs, char *path)
{
	size_t i = 0;

	while (i < fs->node_count && strcmp(fs->nodes[i], path) != 0)
		i++;
	if (i == fs->node_count && i < NODES_MAX)
		fs->nodes[fs->node_count++] = path;
	else
		free(path);
	return i < NODES_MAX ? i + 1 : 0;
}

/* Stat a path below the source; the number is its inode. */
static bool
look_at(const struct fs *fs, uint64_t number, struct fuse_attr *ret_attr)
{
	struct stat stat;

	if (fstatat(fs->source, fs->nodes[number - 1], &stat,
	    AT_SYMLINK_NOFOLLOW) == -1)
		return false;
	*ret_attr = (struct fuse_attr){
		.ino = number,
		.size = (uint64_t)stat.st_size,
		.blocks = (uint64_t)stat.st_blocks,
		.atime = (uint64_t)stat.st_atime,
		.mtime = (uint64_t)stat.st_mtime,
		.ctime = (uint64_t)stat.st_ctime,
		.mode = stat.st_mode,
		.nlink = (uint32_t)stat.st_nlink,
		.uid = stat.st_uid,
		.gid = stat.st_gid,
		.blksize = 4096,
	};
	return true;
}

/* Fill in what the kernel asks of a name in a node; false with errno. */
static bool
find(struct fs *fs, const struct request *request, const char *name,
    struct fuse_entry_out *ret_entry)
{
	char *path;

	if (asprintf(&path, "%s/%s", path_of(fs, request), name) == -1)
		return false;
	*ret_entry = (struct fuse_entry_out){
		.nodeid = number_of(fs, path),
	};
	errno = ENFILE;
	return ret_entry->nodeid != 0 &&
	    look_at(fs, ret_entry->nodeid, &ret_entry->attr);
}

static void
do_init(struct fs *fs, const struct request *request)
{
	const struct fuse_init_in *in = (const void *)request->body;
	const struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSE_KERNEL_MINOR_VERSION,
		.max_readahead = in->max_readahead,
		.flags = in->flags & FUSE_BIG_WRITES,
		.max_write = WRITE_MAX,
	};

	answer(fs, request, 0, &out, sizeof(out));
}

static void
do_lookup(struct fs *fs, const struct request *request)
{
	struct fuse_entry_out out;

	if (find(fs, request, request->body, &out))
		answer(fs, request, 0, &out, sizeof(out));
	else
		answer_result(fs, request, false);
}

static void
do_getattr(struct fs *fs, const struct request *request)
{
	struct fuse_attr_out out = { 0 };

	if (look_at(fs, request->head->nodeid, &out.attr))
		answer(fs, request, 0, &out, sizeof(out));
	else
		answer_result(fs, request, false);
}

/* Change size, owner or mode; times are not kept. */
static void
do_setattr(struct fs *fs, const struct request *request)
{
	const struct fuse_setattr_in *in = (const void *)request->body;
	const char *path = path_of(fs, request);
	int fd = -1;
	bool good = true;

	if (in->valid & FATTR_SIZE) {
		fd = openat(fs->source, path, O_WRONLY | O_CLOEXEC);
		good = fd != -1 && ftruncate(fd, (off_t)in->size) == 0;
	}
	if (good && in->valid & (FATTR_UID | FATTR_GID))
		good = fchownat(fs->source, path,
		    in->valid & FATTR_UID ? in->uid : (uid_t)-1,
		    in->valid & FATTR_GID ? in->gid : (gid_t)-1, 0) == 0;
	if (good && in->valid & FATTR_MODE)
		good = fchmodat(fs->source, path, in->mode & 07777, 0) == 0;
	if (good)
		do_getattr(fs, request);
	else
		answer_result(fs, request, false);
	if (fd != -1)
		close(fd);
}

static void
do_readlink(struct fs *fs, const struct request *request)
{
	char target[4096];
	ssize_t n = readlinkat(fs->source, path_of(fs, request), target,
	    sizeof(target));

	if (n >= 0)
		answer(fs, request, 0, target, (size_t)n);
	else
		answer_result(fs, request, false);
}

static void
do_open(struct fs *fs, const struct request *request)
{
	const struct fuse_open_in *in = (const void *)request->body;
	int flags = (int)in->flags & (O_ACCMODE | O_APPEND | O_TRUNC |
	    O_DIRECTORY);
	int fd = openat(fs->source, path_of(fs, request), flags | O_CLOEXEC);
	const struct fuse_open_out out = { .fh = (uint64_t)fd };

	if (fd != -1)
		answer(fs, request, 0, &out, sizeof(out));
	else
		answer_result(fs, request, false);
}

static void
do_create(struct fs *fs, const struct request *request)
{
	const struct fuse_create_in *in = (const void *)request->body;
	const char *name = (const char *)(in + 1);
	struct {
		struct fuse_entry_out entry;
		struct fuse_open_out open;
	} out = { 0 };
	char *path;
	int fd;

	if (asprintf(&path, "%s/%s", path_of(fs, request), name) == -1)
		return;
	fd = openat(fs->source, path, ((int)in->flags &
	    (O_ACCMODE | O_APPEND | O_EXCL)) | O_CREAT | O_CLOEXEC,
	    in->mode & 07777);
	free(path);
	if (fd == -1 || fchown(fd, request->head->uid, request->head->gid) ==
	    -1 || !find(fs, request, name, &out.entry)) {
		answer_result(fs, request, false);
		if (fd != -1)
			close(fd);
		return;
	}
	out.open.fh = (uint64_t)fd;
	answer(fs, request, 0, &out, sizeof(out));
}

static void
do_read(struct fs *fs, const struct request *request)
{
	const struct fuse_read_in *in = (const void *)request->body;
	size_t size = in->size < REQUEST_MAX ? in->size : REQUEST_MAX;
	char *bytes = malloc(size);
	ssize_t n = bytes ? pread((int)in->fh, bytes, size,
	    (off_t)in->offset) : -1;

	if (n >= 0)
		answer(fs, request, 0, bytes, (size_t)n);
	else
		answer_result(fs, request, false);
	free(bytes);
}

static void
do_write(struct fs *fs, const struct request *request)
{
	const struct fuse_write_in *in = (const void *)request->body;
	ssize_t n = pwrite((int)in->fh, in + 1, in->size, (off_t)in->offset);
	const struct fuse_write_out out = { .size = (uint32_t)n };

	if (n >= 0)
		answer(fs, request, 0, &out, sizeof(out));
	else
		answer_result(fs, request, false);
}

static void
do_release(struct fs *fs, const struct request *request)
{
	const struct fuse_release_in *in = (const void *)request->body;

	close((int)in->fh);
	answer(fs, request, 0, NULL, 0);
}

static void
do_unlink(struct fs *fs, const struct request *request)
{
	char *path;

	if (asprintf(&path, "%s/%s", path_of(fs, request), request->body) ==
	    -1)
		return;
	answer_result(fs, request, unlinkat(fs->source, path, 0) == 0);
	free(path);
}

static void
do_nothing(struct fs *fs, const struct request *request)
{
	answer(fs, request, 0, NULL, 0);
}

static void
do_statfs(struct fs *fs, const struct request *request)
{
	const struct fuse_statfs_out out = {
		.st = { .bsize = 4096, .frsize = 4096, .namelen = 255 },
	};

	answer(fs, request, 0, &out, sizeof(out));
}

/* Nothing waits for an answer. */
static void
do_forget(struct fs *fs, const struct request *request)
{
	(void)fs;
	(void)request;
}

/* What it can do; ENOSYS is the answer to all else. That is also what lets the
 * kernel close files without it, so that a process that has some can end. */
static void (*const calls[])(struct fs *fs, const struct request *request) = {
	[FUSE_INIT] = do_init,
	[FUSE_LOOKUP] = do_lookup,
	[FUSE_FORGET] = do_forget,
	[FUSE_BATCH_FORGET] = do_forget,
	[FUSE_INTERRUPT] = do_forget,
	[FUSE_GETATTR] = do_getattr,
	[FUSE_SETATTR] = do_setattr,
	[FUSE_READLINK] = do_readlink,
	[FUSE_ACCESS] = do_nothing,
	[FUSE_OPEN] = do_open,
	[FUSE_OPENDIR] = do_open,
	[FUSE_CREATE] = do_create,
	[FUSE_READ] = do_read,
	[FUSE_WRITE] = do_write,
	[FUSE_RELEASE] = do_release,
	[FUSE_RELEASEDIR] = do_release,
	[FUSE_UNLINK] = do_unlink,
	[FUSE_STATFS] = do_statfs,
};

/* Do what a request asks for. */
static void
serve(struct fs *fs, const struct request *request)
{
	uint32_t call = request->head->opcode;

	if (call >= sizeof(calls) / sizeof(calls[0]) || !calls[call])
		answer(fs, request, ENOSYS, NULL, 0);
	else if (fs->mode == BROKEN && calls[call] != do_forget)
		answer(fs, request, fs->error, NULL, 0);
	else
		calls[call](fs, request);
}

/* Answer what was kept back, in its order. */
static void
serve_kept(struct fs *fs)
{
	struct request *turned = NULL, *request;

	while ((request = fs->kept)) {
		fs->kept = request->next;
		request->next = turned;
		turned = request;
	}
	while ((request = turned)) {
		turned = request->next;
		serve(fs, request);
		free(request);
	}
}

/* Read a request, and answer it or keep it. */
static void
take_request(struct fs *fs)
{
	struct request *request = malloc(sizeof(*request) + REQUEST_MAX);
	ssize_t n = request ?
	    read(fs->fuse, request->bytes, REQUEST_MAX) : -1;

	if (n <= 0) {
		/* ENODEV: somebody else has unmounted it. */
		if (n == -1 && errno == ENODEV)
			fs->mode = ENDED;
		free(request);
		return;
	}
	request->head = (const void *)request->bytes;
	request->body = request->bytes + sizeof(*request->head);
	if (fs->mode == MUTE) {
		request->next = fs->kept;
		fs->kept = request;
		return;
	}
	serve(fs, request);
	free(request);
}

/* What a signal makes of it. */
static const struct {
	int number;
	enum mode mode;
	const char *word;
} turns[] = {
	{ SIGHUP, SERVING, "serving" },
	{ SIGUSR1, DEAF, "deaf" },
	{ SIGUSR2, MUTE, "mute" },
	{ SIGQUIT, BROKEN, "broken" },
	{ SIGTERM, ENDED, NULL },
	{ SIGINT, ENDED, NULL },
};

enum { TURN_COUNT = sizeof(turns) / sizeof(turns[0]) };

/* Become what a signal says. */
static void
take_signal(struct fs *fs, int signals)
{
	struct signalfd_siginfo info;
	size_t i = 0;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return;
	while (i + 1 < TURN_COUNT && turns[i].number != (int)info.ssi_signo)
		i++;
	fs->mode = turns[i].mode;
	if (fs->mode == SERVING || fs->mode == BROKEN)
		serve_kept(fs);
	if (turns[i].word)
		say(turns[i].word);
}

/* Mount; false with errno. */
static bool
attach(struct fs *fs, const char *source, const char *place)
{
	char options[128];

	fs->source = open(source, O_PATH | O_DIRECTORY | O_CLOEXEC);
	fs->fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fs->source == -1 || fs->fuse == -1)
		return false;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,"
	    "group_id=0,allow_other,default_permissions", fs->fuse);
	return mount("hangfs", place, "fuse.hangfs", MS_NODEV, options) == 0;
}

/* Serve until it is told to end. */
static void
run(struct fs *fs, int signals)
{
	while (fs->mode != ENDED) {
		struct pollfd waits[] = {
			{ .fd = signals, .events = POLLIN },
			{ .fd = fs->mode == DEAF ? -1 : fs->fuse,
			  .events = POLLIN },
		};

		if (poll(waits, 2, -1) <= 0)
			continue;
		if (waits[0].revents)
			take_signal(fs, signals);
		else
			take_request(fs);
	}
}

/* Have our signals read by a descriptor; -1 with errno. */
static int
catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < TURN_COUNT; i++)
		sigaddset(&set, turns[i].number);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int
main(int argc, char **argv)
{
	static struct fs fs;
	int signals = catch_signals();

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: hangfs SOURCE PLACE [ERRNO]\n");
		return 64;
	}
	fs.error = argc == 4 ? (int)strtol(argv[3], NULL, 10) : EIO;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fs.nodes[fs.node_count++] = strdup(".");
	if (signals == -1 || !attach(&fs, argv[1], argv[2])) {
		perror("hangfs");
		return STATUS_CANNOT;
	}
	say("serving");
	run(&fs, signals);
	close(fs.fuse);		/* wakes all that wait */
	umount2(argv[2], MNT_DETACH);
	say("ended");
	return 0;
}

#else

int
main(void)
{
	fprintf(stderr, "hangfs: only Linux has FUSE\n");
	return 77;
}

#endif
