/* A yard for tests with real processes. */
#include "config.h"

#include "yard.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/strlist.h"
#include "unit.h"

#if REEVE_LINUX
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

void
yard_open(struct yard *yard)
{
	struct hygiene found;

	memset(yard, 0, sizeof(*yard));
	snprintf(yard->dir, sizeof(yard->dir), "/tmp/reeve-yard-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(yard->dir));
	ck_assert_int_eq(chmod(yard->dir, 0755), 0);
	umask(022);
	hygiene_look(&found);
	yard->context.spawner = spawner_new(&found);
	ck_assert_ptr_nonnull(yard->context.spawner);
	yard->context.path = "web/app";
	yard->context.name = "app";
}

/* Remove a directory with what is in it. */
static void
remove_tree(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char inner[PATH_MAX];

	while (dir && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name);
		if (unlink(inner) == -1)
			remove_tree(inner);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

void
yard_close(struct yard *yard)
{
	spawner_free(yard->context.spawner);
	free(yard->result.detail);
	remove_tree(yard->dir);
}

const char *
yard_path(struct yard *yard, const char *name)
{
	snprintf(yard->path, sizeof(yard->path), "%s/%s", yard->dir, name);
	return yard->path;
}

const char *
yard_helper(const char *name)
{
	static char path[PATH_MAX];
	const char *dir = getenv("BUILDDIR");
	char here[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", here, sizeof(here) - 1);

	if (!dir && size > 0) {
		here[size] = '\0';
		*strrchr(here, '/') = '\0';
		dir = here;
	}
	ck_assert_ptr_nonnull(dir);
	ck_assert_int_lt(snprintf(path, sizeof(path), "%s/%s", dir, name),
	    sizeof(path));
	return path;
}

void
yard_write(struct yard *yard, const char *name, mode_t mode, const char *text)
{
	int fd = open(yard_path(yard, name), O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, mode);
	size_t size = strlen(text);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, text, size), (ssize_t)size);
	close(fd);
}

const char *
yard_read(struct yard *yard, const char *name)
{
	int fd = open(yard_path(yard, name), O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t size;

	while (fd != -1 && (size = read(fd, yard->text + used,
	    sizeof(yard->text) - 1 - used)) > 0)
		used += (size_t)size;
	yard->text[used] = '\0';
	if (fd != -1)
		close(fd);
	return yard->text;
}

struct program *
yard_program_of(struct yard *yard, const char *const *word)
{
	struct program *program = program_new();
	struct strlist words = STRLIST_EMPTY;

	ck_assert_ptr_nonnull(program);
	for (; *word; word++)
		strlist_add(&words, *word);
	program->argv = strlist_pack(&words);
	ck_assert_ptr_nonnull(program->argv);
	strlist_release(&words);
	yard_stream(&program->out, OUTPUT_FILE, yard_path(yard, "out"));
	yard_stream(&program->err, OUTPUT_INHERIT, NULL);
	return program;
}

void
yard_env(struct program *program, const char *var)
{
	struct strlist vars = STRLIST_EMPTY;

	if (program->env)
		strlist_add_all(&vars, program->env);
	strlist_add(&vars, var);
	free(program->env);
	program->env = strlist_pack(&vars);
	strlist_release(&vars);
	ck_assert_ptr_nonnull(program->env);
}

void
yard_stream(struct program_stream *stream, enum program_output kind,
    const char *path)
{
	free(stream->path);
	stream->kind = kind;
	stream->path = path ? strdup(path) : NULL;
}

void
yard_limit(struct program *program, int resource, rlim_t soft, rlim_t hard)
{
	program->limits = realloc(program->limits,
	    (program->limit_count + 1u) * sizeof(*program->limits));
	program->limits[program->limit_count++] = (struct program_limit){
		.resource = resource,
		.soft = soft,
		.hard = hard,
	};
}

/* Look at it first: what spawn_check() finds missing a start must miss too, and
 * with the same words. */
static void
check_first(struct yard *yard, const struct program *program)
{
	struct spawn_result result;
	int rc = spawn_check(program, &yard->context, &result);

	yard->checked = rc == 0;
	yard->check[0] = '\0';
	if (rc == -1)
		spawn_describe(program, &result, yard->check,
		    sizeof(yard->check));
	free(result.detail);
}

bool
yard_start(struct yard *yard, const struct program *program)
{
	int rc;

	check_first(yard, program);
	free(yard->result.detail);
	rc = spawn_process(program, &yard->context, &yard->result);
	yard->sentence[0] = '\0';
	ck_assert_msg(rc == -1 || yard->checked, "it runs, but: %s",
	    yard->check);
	if (rc == 0)
		return true;
	spawn_describe(program, &yard->result, yard->sentence,
	    sizeof(yard->sentence));
	if (!yard->checked)
		ck_assert_str_eq(yard->check, yard->sentence);
	ck_assert_int_eq(yard->result.pid, 0);
	ck_assert_int_eq(yard->result.pidfd, -1);
	ck_assert_int_eq(yard->result.ready_fd, -1);
	return false;
}

int
yard_run(struct yard *yard, struct program *program)
{
	int status;

	ck_assert_msg(yard_start(yard, program), "%s", yard->sentence);
	program_free(program);
	ck_assert_int_eq(waitpid(yard->result.pid, &status, 0),
	    yard->result.pid);
	if (yard->result.pidfd != -1)
		close(yard->result.pidfd);
	if (yard->result.ready_fd != -1)
		close(yard->result.ready_fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    1000 + WTERMSIG(status);
}

void
yard_fail(struct yard *yard, struct program *program, enum spawn_step step,
    int error)
{
	bool runs = yard_start(yard, program);

	program_free(program);
	ck_assert_msg(!runs, "it runs");
	ck_assert_msg(yard->result.step == step && yard->result.error == error,
	    "step %d, errno %d: %s", (int)yard->result.step,
	    yard->result.error, yard->sentence);
	/* no process is left of it */
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

bool
yard_has_line_like(const char *text, const char *beginning)
{
	size_t size = strlen(beginning);

	for (; text; text = strchr(text, '\n'), text += text != NULL)
		if (strncmp(text, beginning, size) == 0)
			return true;
	return false;
}

bool
yard_has_line(const char *text, const char *line)
{
	char whole[1024];

	snprintf(whole, sizeof(whole), "%s\n", line);
	return yard_has_line_like(text, whole);
}

int
yard_count_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

void
yard_become_nobody(struct yard *yard)
{
	const gid_t group = NOBODY;

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chown(yard->dir, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setgroups(1, &group), 0);
	ck_assert_int_eq(setresgid(NOBODY, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setresuid(NOBODY, NOBODY, NOBODY), 0);
}

struct program *
yard_make_probe(struct yard *yard)
{
	return yard_program(yard, yard_helper("probe"), NULL);
}

struct program *
yard_puppet(struct yard *yard, const char *a, const char *b,
    const char *c, const char *d)
{
	return yard_program(yard, yard_helper("puppet"), a, b, c, d, NULL);
}

struct program *
yard_make_ready(struct yard *yard, int fd)
{
	struct program *program;
	char text[16];

	snprintf(text, sizeof(text), "%d", fd);
	program = yard_puppet(yard, "line", text, NULL, NULL);
	program->ready = READY_FD;
	program->ready_fd = (uint8_t)fd;
	return program;
}

const char *
yard_probe(struct yard *yard, struct program *probe)
{
	ck_assert_int_eq(yard_run(yard, probe), 0);
	return yard_read(yard, "out");
}

void
yard_refuse_output(struct yard *yard, const char *path, int error)
{
	char *copy = strdup(path); /* it may be yard->path */
	struct program *program = yard_make_probe(yard);

	yard_stream(&program->out, OUTPUT_FILE, copy);
	yard_fail(yard, program, SPAWN_STDOUT, error);
	yard_assert_says(yard, copy);
	free(copy);
}

bool
yard_is_alone(void)
{
	const char *fork = getenv("CK_FORK");

	if (!fork || strcmp(fork, "no") != 0)
		return true;
	unit_skip("it needs a process of its own");
	return false;
}

bool
yard_is_root(void)
{
	if (geteuid() == 0)
		return true;
	unit_skip("it needs root");
	return false;
}

#if REEVE_LINUX

void
yard_deny(long number, unsigned flags, int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1),
		BPF_STMT(BPF_RET | BPF_K,
		    SECCOMP_RET_ERRNO | (unsigned)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(code) / sizeof(*code),
		.filter = code,
	};

	if (flags == 0)
		code[3] = (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JGE | BPF_K, 0, 0, 1);
	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program),
	    0);
}

#else

void
yard_deny(long number, unsigned flags, int error)
{
	(void)number;
	(void)flags;
	(void)error;
}

#endif
