/* Calls that are refused while processes are started, watched and ended, and
 * clients are served. */
#include "config.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/conf.h"
#include "control/control.h"
#include "faults/calls.h"
#include "faults/refused.h"
#include "os/procfs.h"
#include "process/proc.h"
#include "process/runfile.h"
#include "process/spawn.h"
#include "unit/model.h"
#include "unit/spawnnow.h"

#define PATIENCE_MS	10000	/* for anything to happen */
#define SHORTAGE_MS	200	/* how long it is waited for in a shortage */
#define NAP_NS		500000

/* Take a program out of a section; whatever fails. */
static struct program *
make_program(struct refused *refused, const char *words, const char *keys)
{
	static const struct conf_machine machine = {0, 0, NULL, NULL};
	char here[PATH_MAX] = "", text[PATH_MAX + 1024];
	ssize_t size;
	struct program *program;
	struct conf *conf;

	calls_pause();
	size = readlink("/proc/self/exe", here, sizeof(here) - 1);
	while (size > 0 && here[size] != '/')
		here[size--] = '\0';
	snprintf(text, sizeof(text), "[worker:x]\ncommand = %spuppet %s\n"
	    "stdout = file:%s/out\nstderr = inherit\n%s", here, words,
	    refused->dir, keys);
	conf = conf_parse("x", text, strlen(text), &machine);
	if (!conf || conf->error_count > 0) {
		conf_print_errors(conf, stderr);
		exit(1);
	}
	program = conf->nodes[1].program;
	conf->nodes[1].program = NULL;
	conf_free(conf);
	calls_resume();
	return program;
}

/* Wait for the end of a started process; tell whether it has done all it had
 * to. */
static bool
has_run(struct refused *refused, const struct spawn_result *result)
{
	char newline = 0;
	int status;
	bool right;

	calls_pause();
	right = waitpid(result->pid, &status, 0) == result->pid &&
	    status == 0 && read(result->ready_fd, &newline, 1) == 1 &&
	    newline == '\n' &&
	    strcmp(refused_read(refused, "out"), "one\nwords") == 0;
	close(result->ready_fd);
	if (result->pidfd != -1)
		close(result->pidfd);
	unlink(refused_path(refused, "out"));
	calls_resume();
	return right;
}

/* Start a process, and wait for its end. */
static enum wrap_end
start(struct refused *refused, struct spawner *spawner,
    struct program *program)
{
	struct spawn_context context = {
		.spawner = spawner,
		.path = "web/app",
		.name = "app",
	};
	struct spawn_result result = { 0 };
	char text[1024] = "";

	if (spawnnow(program, &context, &result) == 0)
		return has_run(refused, &result) ? WRAP_RIGHT : WRAP_WRONG;
	refused_remove(refused, "out");
	spawn_describe(&result, text, sizeof(text));
	free(result.detail);
	return *text && result.step != SPAWN_NONE && result.error != 0 &&
	    result.pid == 0 && result.pidfd == -1 && result.ready_fd == -1 ?
	    WRAP_SHORTAGE : WRAP_WRONG;
}

enum wrap_end
refused_start(void *arg)
{
	struct refused *refused = arg;
	struct program *program = make_program(refused, "say one copy line 7",
	    "stdin = text:words\nready = fd:7\nlimit_nofile = 100\n"
	    "directory = /tmp\numask = 077\nenvironment_file = -/nowhere\n");
	struct hygiene found;
	struct spawner *spawner;
	enum wrap_end end = WRAP_SHORTAGE;

	calls_pause();
	hygiene_look(&found);
	calls_resume();
	spawner = spawner_new(&found);
	if (spawner)
		end = start(refused, spawner, program);
	calls_let_succeed();
	if (spawner && start(refused, spawner, program) != WRAP_RIGHT)
		end = WRAP_WRONG;
	spawner_free(spawner);
	program_free(program);
	return end;
}

/* Leave a process behind as a daemon that is killed. Returns its pid. */
static pid_t
leave_behind(struct refused *refused)
{
	struct program *program = make_program(refused, "hang", "");
	struct hygiene found;
	struct spawn_context context = {
		.path = "web/app",
		.name = "app",
	};
	struct spawn_result result = { 0 };
	struct runfile *runfile;
	int64_t until_ms;
	char name[64];

	calls_pause();
	until_ms = clock_ms() + 30000;
	hygiene_look(&found);
	unlink(refused_path(refused, "record"));
	runfile = runfile_open(refused_path(refused, "record"));
	context.spawner = spawner_new(&found);
	if (!runfile || !context.spawner || runfile_prepare(runfile,
	    runfile_now(), context.path, &context.record) == RUNFILE_NONE ||
	    spawnnow(program, &context, &result) == -1) {
		perror("cannot leave a process behind");
		exit(1);
	}
	/* its exec may not be over, and then it has no environment yet */
	while (procfs_reeve_path(result.pid, name, sizeof(name)) != 1) {
		if (clock_ms() > until_ms) {
			fprintf(stderr, "what is left behind has no path\n");
			exit(1);
		}
		nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
	}
	close(result.pidfd);
	spawner_free(context.spawner);
	runfile_close(runfile);
	program_free(program);
	calls_resume();
	return result.pid;
}

/* Tell whether a child is dead, and reap it then. */
static bool
is_dead(pid_t pid)
{
	bool dead;

	calls_pause();
	dead = waitpid(pid, NULL, WNOHANG) == pid;
	calls_resume();
	return dead;
}

/* Start as a daemon does: -1 if that fails, else how many would run twice. */
static int
end_leftovers(struct refused *refused, int64_t timeout_ms)
{
	struct runfile *runfile = runfile_open(refused_path(refused,
	    "record"));
	size_t left;

	if (!runfile)
		return -1;
	left = runfile_end_leftovers(runfile, timeout_ms);
	runfile_close(runfile);
	return left > 0 ? -1 : 0;
}

enum wrap_end
refused_leftover(void *arg)
{
	struct refused *refused = arg;
	pid_t pid = leave_behind(refused);
	int rc = end_leftovers(refused, 10);
	enum wrap_end end;
	bool dead;

	if (rc == -1 && !calls_let_succeed())	/* it was slow */
		rc = end_leftovers(refused, PATIENCE_MS);
	dead = rc == 0 && is_dead(pid);
	end = rc == -1 ? WRAP_SHORTAGE : dead ? WRAP_RIGHT : WRAP_WRONG;
	/* what may not be read of a process is another user's, as a rule */
	if (calls_error() == EACCES && end == WRAP_WRONG)
		end = WRAP_SHORTAGE;
	calls_let_succeed();
	if (end == WRAP_SHORTAGE) {	/* and the next one starts */
		rc = end_leftovers(refused, PATIENCE_MS);
		dead = is_dead(pid);
		if (rc == -1 || (!dead && calls_error() != EACCES))
			end = WRAP_WRONG;
	}
	if (!dead) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	refused_remove(refused, "record");
	return end;
}

/* A process that is watched. */
struct watched {
	struct proc proc;
	struct program *program;
	int news;
	bool known;		/* whether its program runs */
	bool runs;
	bool exited;
};

/* Count the news. */
static void
on_news(void *arg, struct proc *proc, enum proc_news news)
{
	struct watched *watched = (struct watched *)(void *)proc;

	(void)arg;
	if (news == PROC_STARTED || news == PROC_NOT_STARTED) {
		watched->known = true;
		watched->runs = news == PROC_STARTED;
		return;
	}
	watched->news++;
	watched->exited = news == PROC_EXITED;
}

/* The program of a watched process. */
static const struct program *
program_of(const struct proc *proc)
{
	return ((const struct watched *)(const void *)proc)->program;
}

/* Its path: every process has the same. */
static size_t
path_of(const struct proc *proc, char *path, size_t size)
{
	(void)proc;
	return (size_t)snprintf(path, size, "web/app");
}

/* Turn a loop until something is true; if that takes long, let calls succeed.
 * False: it is never true. */
static bool
turn_until(struct ev_loop *loop, const bool *is_true)
{
	int64_t start_ms = clock_ms();

	while (!*is_true) {
		int64_t past_ms = clock_ms() - start_ms;

		if (past_ms > SHORTAGE_MS)
			calls_let_succeed();
		if (past_ms > PATIENCE_MS)
			return false;
		ev_run(loop, EVRUN_NOWAIT);
		nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
	}
	return true;
}

/* Start a process in a table, kill it, and wait for the news of its end. */
static enum wrap_end
watch(struct watched *watched, struct proc_table *table, struct ev_loop *loop,
    struct spawner *spawner)
{
	struct spawn_context context = {
		.spawner = spawner,
		.path = "web/app",
		.name = "app",
	};
	struct spawn_result result;

	if (proc_start(table, &watched->proc, watched->program, &context,
	    &result) == -1) {
		free(result.detail);
		return WRAP_SHORTAGE;
	}
	proc_await_starts(table);
	if (!turn_until(loop, &watched->known))
		return WRAP_WRONG;
	if (!watched->runs)
		return watched->news == 0 && proc_count(table) == 0 ?
		    WRAP_SHORTAGE : WRAP_WRONG;
	proc_stop(table, &watched->proc, SIGTERM);
	if (!turn_until(loop, &watched->exited) || watched->news != 1 ||
	    proc_count(table) != 0)
		return WRAP_WRONG;
	return WRAP_RIGHT;
}

enum wrap_end
refused_process(void *arg)
{
	struct refused *refused = arg;
	struct watched watched = {
		.program = make_program(refused, "hang", ""),
	};
	struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
	struct proc_table *table = proc_table_new(loop, NULL, on_news,
	    program_of, path_of);
	struct hygiene found;
	struct spawner *spawner;
	enum wrap_end end = WRAP_SHORTAGE;

	calls_pause();
	hygiene_look(&found);
	spawner = spawner_new(&found);
	calls_resume();
	proc_init(&watched.proc);
	if (table)
		end = watch(&watched, table, loop, spawner);
	calls_let_succeed();
	if (table && proc_end_all(table, PATIENCE_MS) != 0)
		end = WRAP_WRONG;
	proc_table_free(table);
	ev_loop_destroy(loop);
	spawner_free(spawner);
	program_free(watched.program);
	refused_remove(refused, "out");
	return end;
}

/* A control side and its only client. */
struct stand {
	struct model *model;
	struct ev_loop *loop;
	struct control *control;
	char path[REFUSED_PATH];
	char text[1 << 16];	/* the answer */
	int fd;			/* the client's; -1: not connected */
};

/* Connect without waiting. */
static void
dial(struct stand *stand)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	stand->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.99s",
	    stand->path);
	if (connect(stand->fd, (const struct sockaddr *)(const void *)&address,
	    sizeof(address)) == -1) {
		perror(stand->path);
		exit(1);
	}
}

/* Receive what there is; tell whether the answer is whole or the connection
 * closed. */
static bool
receive(struct stand *stand)
{
	size_t size = strlen(stand->text);
	ssize_t n = recv(stand->fd, stand->text + size,
	    sizeof(stand->text) - 1 - size, 0);

	if (n == -1 && errno == EAGAIN)
		return false;
	if (n <= 0) {
		close(stand->fd);
		stand->fd = -1;
		return true;
	}
	if (stand->text[size + (size_t)n - 1] == '\0')
		return true;
	stand->text[size + (size_t)n] = '\0';
	return false;
}

/* Ask something, and turn the loop until there is an answer. False: there is
 * none, and the connection stays open. */
static bool
ask(struct stand *stand, const char *method, const char *parameters)
{
	int64_t start_ms = clock_ms();
	char call[512];
	bool done = false;

	snprintf(call, sizeof(call), "{\"method\":\"io.reeve.Control.%s\","
	    "\"parameters\":%s}", method, parameters);
	memset(stand->text, 0, sizeof(stand->text));
	calls_pause();
	if (stand->fd == -1)
		dial(stand);
	send(stand->fd, call, strlen(call) + 1, MSG_NOSIGNAL);
	while (!done && clock_ms() - start_ms < PATIENCE_MS) {
		if (clock_ms() - start_ms > SHORTAGE_MS)
			calls_let_succeed();
		calls_resume();
		ev_run(stand->loop, EVRUN_NOWAIT);
		model_settle(stand->model);
		calls_pause();
		done = receive(stand);
	}
	calls_resume();
	return done;
}

static const struct {
	const char *method;
	const char *parameters;
	const char *answer;	/* what is in it */
} questions[] = {
	{"Ping", "{}", "\"version\""},
	{"Logs", "{\"path\":\"db\",\"lines\":2}", "ExpectedMore"},
	{"Status", "{\"paths\":[\"db\"]}", "\"up\""},
	{"ChildSpec", "{\"path\":\"db\"}", "\"command\""},
	{"StartChild", "{\"supervisor\":\"pool\",\"id\":\"x\"}", "pool/x"},
	{"TerminateChild", "{\"path\":\"pool/x\"}", "{}"},
};

/* Tell whether an answer says that something was refused. */
static bool
is_refusal(const char *text)
{
	return !*text || strstr(text, "PermissionDenied") ||
	    strstr(text, "OutOfMemory") || strstr(text, "Shortage") ||
	    strstr(text, "NotFound") || strstr(text, "Busy") ||
	    strstr(text, "AlreadyStarted");
}

/* Ask all questions. */
static enum wrap_end
ask_all(struct stand *stand)
{
	enum wrap_end end = WRAP_RIGHT;

	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
		if (!ask(stand, questions[i].method, questions[i].parameters))
			return WRAP_WRONG;
		if (strstr(stand->text, questions[i].answer))
			continue;
		if (!is_refusal(stand->text)) {
			printf("%s: %s\n", questions[i].method, stand->text);
			return WRAP_WRONG;
		}
		end = WRAP_SHORTAGE;
	}
	return end;
}

enum wrap_end
refused_control(void *arg)
{
	const struct peer_policy policy = {
		.owner = geteuid(),
		.change = PEER_NO_GROUP,
		.look = PEER_NO_GROUP,
	};
	struct refused *refused = arg;
	static struct stand stand;
	enum wrap_end end = WRAP_SHORTAGE;

	stand.fd = -1;
	stand.model = model_new("[worker:db]\ncommand = /good\n"
	    "[dynamic:pool]\ncommand = /good\n");
	stand.loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
	stand.model->host.loop = stand.loop;
	snprintf(stand.path, sizeof(stand.path), "%s", refused_path(refused,
	    "control"));
	stand.control = control_open(&stand.model->host, stand.path, &policy,
	    NULL);
	if (stand.control) {
		end = ask_all(&stand);
		calls_let_succeed();
		if (stand.fd != -1)
			close(stand.fd);
		stand.fd = -1;
		if (!ask(&stand, "Ping", "{}") ||
		    !strstr(stand.text, "\"version\""))
			end = WRAP_WRONG;
	}
	if (stand.fd != -1)
		close(stand.fd);
	calls_let_succeed();
	control_close(stand.control);
	model_free(stand.model);
	ev_loop_destroy(stand.loop);
	refused_remove(refused, "control");
	return end;
}
