/* What tests with real processes share. */
#include "config.h"

#include "fixture.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/strlist.h"
#include "spawnnow.h"
#include "unit.h"

#if REEVE_LINUX
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

void
fixture_open(struct fixture *fix)
{
	struct hygiene found;

	memset(fix, 0, sizeof(*fix));
	snprintf(fix->dir, sizeof(fix->dir), "/tmp/reeve-fix-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fix->dir));
	ck_assert_int_eq(chmod(fix->dir, 0755), 0);
	umask(022);
	hygiene_look(&found);
	fix->context.spawner = spawner_new(&found);
	ck_assert_ptr_nonnull(fix->context.spawner);
	fix->context.path = "web/app";
	fix->context.name = "app";
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
fixture_close(struct fixture *fix)
{
	spawner_free(fix->context.spawner);
	free(fix->result.detail);
	remove_tree(fix->dir);
}

const char *
fixture_path(struct fixture *fix, const char *name)
{
	snprintf(fix->path, sizeof(fix->path), "%s/%s", fix->dir, name);
	return fix->path;
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
fixture_write(struct fixture *fix, const char *name, mode_t mode, const char
    *text)
{
	int fd = open(fixture_path(fix, name), O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, mode);
	size_t size = strlen(text);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(write(fd, text, size), (ssize_t)size);
	close(fd);
}

const char *
fixture_read(struct fixture *fix, const char *name)
{
	int fd = open(fixture_path(fix, name), O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t size;

	while (fd != -1 && (size = read(fd, fix->text + used,
	    sizeof(fix->text) - 1 - used)) > 0)
		used += (size_t)size;
	fix->text[used] = '\0';
	if (fd != -1)
		close(fd);
	return fix->text;
}

struct program *
fixture_program_of(struct fixture *fix, const char *const *word)
{
	struct program *program = program_new();
	struct strlist words = { 0 };

	ck_assert_ptr_nonnull(program);
	program->stop_signal = SIGTERM;
	program->umask = 022;
	for (; *word; word++)
		strlist_add(&words, *word);
	program->argv = strlist_pack(&words);
	ck_assert_ptr_nonnull(program->argv);
	strlist_release(&words);
	fixture_stream(&program->out, OUTPUT_FILE, fixture_path(fix, "out"));
	fixture_stream(&program->err, OUTPUT_INHERIT, NULL);
	return program;
}

void
fixture_env(struct program *program, const char *var)
{
	struct strlist vars = { 0 };

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
fixture_limit(struct program *program, const char *name, int resource,
    rlim_t soft, rlim_t hard)
{
	program->limits = realloc(program->limits,
	    (program->limit_count + 1u) * sizeof(*program->limits));
	program->limits[program->limit_count++] = (struct program_limit){
		.name = name,
		.resource = resource,
		.soft = soft,
		.hard = hard,
	};
}

/* Check it first: a start must fail with what spawn_check() finds missing, and
 * in the same words. */
static void
check_first(struct fixture *fix, struct program *program)
{
	struct spawn_result result;
	int rc = spawn_check(program, &fix->context, &result);

	fix->checked = rc == 0;
	fix->check[0] = '\0';
	if (rc == -1)
		spawn_describe(&result, fix->check,
		    sizeof(fix->check));
	free(result.detail);
}

bool
fixture_start(struct fixture *fix, struct program *program)
{
	int rc;

	check_first(fix, program);
	free(fix->result.detail);
	rc = spawnnow(program, &fix->context, &fix->result);
	fix->sentence[0] = '\0';
	ck_assert_msg(rc == -1 || fix->checked, "it runs, but: %s",
	    fix->check);
	if (rc == 0)
		return true;
	spawn_describe(&fix->result, fix->sentence,
	    sizeof(fix->sentence));
	if (!fix->checked)
		ck_assert_str_eq(fix->check, fix->sentence);
	ck_assert_int_eq(fix->result.pid, 0);
	ck_assert_int_eq(fix->result.pidfd, -1);
	ck_assert_int_eq(fix->result.ready_fd, -1);
	return false;
}

int
fixture_run(struct fixture *fix, struct program *program)
{
	int status;

	ck_assert_msg(fixture_start(fix, program), "%s", fix->sentence);
	program_free(program);
	ck_assert_int_eq(waitpid(fix->result.pid, &status, 0),
	    fix->result.pid);
	if (fix->result.pidfd != -1)
		close(fix->result.pidfd);
	if (fix->result.ready_fd != -1)
		close(fix->result.ready_fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    1000 + WTERMSIG(status);
}

void
fixture_fail(struct fixture *fix, struct program *program, enum spawn_step step,
    int error)
{
	bool runs = fixture_start(fix, program);

	program_free(program);
	ck_assert_msg(!runs, "it runs");
	ck_assert_msg(fix->result.step == step && fix->result.error == error,
	    "step %d, errno %d: %s", (int)fix->result.step,
	    fix->result.error, fix->sentence);
	/* no process is left */
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
fixture_become_nobody(struct fixture *fix)
{
	const gid_t group = NOBODY;

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chown(fix->dir, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setgroups(1, &group), 0);
	ck_assert_int_eq(setresgid(NOBODY, NOBODY, NOBODY), 0);
	ck_assert_int_eq(setresuid(NOBODY, NOBODY, NOBODY), 0);
}

struct program *
fixture_make_probe(struct fixture *fix)
{
	return fixture_program(fix, fixture_helper("probe"), NULL);
}

struct program *
fixture_puppet(struct fixture *fix, const char *a, const char *b,
    const char *c, const char *d)
{
	return fixture_program(fix, fixture_helper("puppet"), a, b, c, d, NULL);
}

struct program *
fixture_make_ready(struct fixture *fix, int fd)
{
	struct program *program;
	char text[16];

	snprintf(text, sizeof(text), "%d", fd);
	program = fixture_puppet(fix, "line", text, NULL, NULL);
	program->ready = READY_FD;
	program->ready_fd = (uint8_t)fd;
	return program;
}

const char *
fixture_probe(struct fixture *fix, struct program *probe)
{
	ck_assert_int_eq(fixture_run(fix, probe), 0);
	return fixture_read(fix, "out");
}

void
fixture_refuse_output(struct fixture *fix, const char *path, int error)
{
	char *copy = strdup(path); /* the path may be fix->path */
	struct program *program = fixture_make_probe(fix);

	fixture_stream(&program->out, OUTPUT_FILE, copy);
	fixture_fail(fix, program, SPAWN_STDOUT, error);
	fixture_assert_says(fix, copy);
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
