/* A fixture for tests with real processes. */
#include "config.h"

#include "fixture.h"

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
fixture_open(struct fixture *fixture)
{
	struct hygiene found;

	memset(fixture, 0, sizeof(*fixture));
	snprintf(fixture->dir, sizeof(fixture->dir),
	    "/tmp/reeve-fixture-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fixture->dir));
	ck_assert_int_eq(chmod(fixture->dir, 0755), 0);
	umask(022);
	hygiene_look(&found);
	fixture->context.spawner = spawner_new(&found);
	ck_assert_ptr_nonnull(fixture->context.spawner);
	fixture->context.path = "web/app";
	fixture->context.name = "app";
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
fixture_close(struct fixture *fixture)
{
	spawner_free(fixture->context.spawner);
	free(fixture->result.detail);
	remove_tree(fixture->dir);
}

const char *
fixture_path(struct fixture *fixture, const char *name)
{
	snprintf(fixture->path, sizeof(fixture->path), "%s/%s", fixture->dir,
	    name);
	return fixture->path;
}

const char *
fixture_helper(const char *name)
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
fixture_write(struct fixture *fixture, const char *name, mode_t mode,
    const char *text)
{
	int fd = open(fixture_path(fixture, name),
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	size_t size = strlen(text);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, text, size), (ssize_t)size);
	close(fd);
}

const char *
fixture_read(struct fixture *fixture, const char *name)
{
	int fd = open(fixture_path(fixture, name), O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t size;

	while (fd != -1 && (size = read(fd, fixture->text + used,
	    sizeof(fixture->text) - 1 - used)) > 0)
		used += (size_t)size;
	fixture->text[used] = '\0';
	if (fd != -1)
		close(fd);
	return fixture->text;
}

struct program *
fixture_program_of(struct fixture *fixture, const char *const *word)
{
	struct program *program = program_new();
	struct strlist words = STRLIST_EMPTY;

	ck_assert_ptr_nonnull(program);
	for (; *word; word++)
		strlist_add(&words, *word);
	program->argv = strlist_pack(&words);
	ck_assert_ptr_nonnull(program->argv);
	strlist_release(&words);
	fixture_stream(&program->out, OUTPUT_FILE,
	    fixture_path(fixture, "out"));
	fixture_stream(&program->err, OUTPUT_INHERIT, NULL);
	return program;
}

void
fixture_env(struct program *program, const char *var)
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
fixture_stream(struct program_stream *stream, enum program_output kind,
    const char *path)
{
	free(stream->path);
	stream->kind = kind;
	stream->path = path ? strdup(path) : NULL;
}

void
fixture_limit(struct program *program, int resource, rlim_t soft, rlim_t hard)
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
check_first(struct fixture *fixture, const struct program *program)
{
	struct spawn_result result;
	int rc = spawn_check(program, &fixture->context, &result);

	fixture->checked = rc == 0;
	fixture->check[0] = '\0';
	if (rc == -1)
		spawn_describe(program, &result, fixture->check,
		    sizeof(fixture->check));
	free(result.detail);
}

bool
fixture_start(struct fixture *fixture, const struct program *program)
{
	int rc;

	check_first(fixture, program);
	free(fixture->result.detail);
	rc = spawn_process(program, &fixture->context, &fixture->result);
	fixture->sentence[0] = '\0';
	ck_assert_msg(rc == -1 || fixture->checked, "it runs, but: %s",
	    fixture->check);
	if (rc == 0)
		return true;
	spawn_describe(program, &fixture->result, fixture->sentence,
	    sizeof(fixture->sentence));
	if (!fixture->checked)
		ck_assert_str_eq(fixture->check, fixture->sentence);
	ck_assert_int_eq(fixture->result.pid, 0);
	ck_assert_int_eq(fixture->result.pidfd, -1);
	ck_assert_int_eq(fixture->result.ready_fd, -1);
	return false;
}

int
fixture_run(struct fixture *fixture, struct program *program)
{
	int status;

	ck_assert_msg(fixture_start(fixture, program), "%s", fixture->sentence);
	program_free(program);
	ck_assert_int_eq(waitpid(fixture->result.pid, &status, 0),
	    fixture->result.pid);
	if (fixture->result.pidfd != -1)
		close(fixture->result.pidfd);
	if (fixture->result.ready_fd != -1)
		close(fixture->result.ready_fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    1000 + WTERMSIG(status);
}

void
fixture_fail(struct fixture *fixture, struct program *program,
    enum spawn_step step, int error)
{
	bool runs = fixture_start(fixture, program);

	program_free(program);
	ck_assert_msg(!runs, "it runs");
	ck_assert_msg(fixture->result.step == step &&
	    fixture->result.error == error,
	    "step %d, errno %d: %s", (int)fixture->result.step,
	    fixture->result.error, fixture->sentence);
	/* no process is left of it */
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

bool
fixture_has_line_like(const char *text, const char *beginning)
{
	size_t size = strlen(beginning);

	for (; text; text = strchr(text, '\n'), text += text != NULL)
		if (strncmp(text, beginning, size) == 0)
			return true;
	return false;
}

bool
fixture_has_line(const char *text, const char *line)
{
	char whole[1024];

	snprintf(whole, sizeof(whole), "%s\n", line);
	return fixture_has_line_like(text, whole);
}

int
fixture_count_descriptors(void)
{
	int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

void
fixture_become_nobody(struct fixture *fixture)
{
	const gid_t group = NOBODY;

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chown(fixture->dir, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setgroups(1, &group), 0);
	ck_assert_int_eq(setresgid(NOBODY, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setresuid(NOBODY, NOBODY, NOBODY), 0);
}

struct program *
fixture_make_probe(struct fixture *fixture)
{
	return fixture_program(fixture, fixture_helper("probe"), NULL);
}

struct program *
fixture_puppet(struct fixture *fixture, const char *a, const char *b,
    const char *c, const char *d)
{
	return fixture_program(fixture, fixture_helper("puppet"), a, b, c, d,
	    NULL);
}

struct program *
fixture_make_ready(struct fixture *fixture, int fd)
{
	struct program *program;
	char text[16];

	snprintf(text, sizeof(text), "%d", fd);
	program = fixture_puppet(fixture, "line", text, NULL, NULL);
	program->ready = READY_FD;
	program->ready_fd = (uint8_t)fd;
	return program;
}

const char *
fixture_probe(struct fixture *fixture, struct program *probe)
{
	ck_assert_int_eq(fixture_run(fixture, probe), 0);
	return fixture_read(fixture, "out");
}

void
fixture_refuse_output(struct fixture *fixture, const char *path, int error)
{
	char *copy = strdup(path); /* it may be fixture->path */
	struct program *program = fixture_make_probe(fixture);

	fixture_stream(&program->out, OUTPUT_FILE, copy);
	fixture_fail(fixture, program, SPAWN_STDOUT, error);
	fixture_assert_says(fixture, copy);
	free(copy);
}

bool
fixture_is_alone(void)
{
	const char *fork = getenv("CK_FORK");

	if (!fork || strcmp(fork, "no") != 0)
		return true;
	unit_skip("it needs a process of its own");
	return false;
}

bool
fixture_is_root(void)
{
	if (geteuid() == 0)
		return true;
	unit_skip("it needs root");
	return false;
}

#if REEVE_LINUX

void
fixture_deny(long number, unsigned flags, int error)
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
fixture_deny(long number, unsigned flags, int error)
{
	(void)number;
	(void)flags;
	(void)error;
}

#endif
