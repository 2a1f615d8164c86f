/*
 * life FIRST STEP once|stays [CALL]: lives of the daemon, in each of which one
 * call fails: the FIRST that it makes, the one STEP further on, and so forth,
 * until a life has been through that has no such call; or, STEP being 0, the
 * FIRST alone. Once: it fails by itself; stays: with all that are like it until
 * they are allowed to succeed. CALL: the calls of this function are counted.
 *
 * A life: a tree of three workers comes up, one is killed, a child is started
 * below a dynamic supervisor, the file is reloaded, status, events and log
 * lines are asked for, a child is terminated and restarted, another one added,
 * terminated and deleted, HUP reloads once more, USR1 has the log opened again,
 * and all is stopped.
 *
 * Until the tree is up the daemon may refuse to start, with an exit code and a
 * sentence. After that it lives; what does not work while calls fail is tried
 * again, and works once they succeed: from then on every call is answered, and
 * no signal has to be sent twice. No child is missing, none runs twice, and
 * after the end there is nothing left.
 *
 * Wants $BUILDDIR, for what was built there. Works in the current directory.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "faults/children.h"
#include "faults/client.h"

enum {
	PATIENCE_MS = 15000,	/* for anything to happen */
	SHORTAGE_MS = 250,	/* how long it is waited for in a shortage */
	ANSWER_MS = 8000,	/* for an answer, without one */
	NAP_MS = 2,
};

struct life {
	unsigned long at;	/* the call that fails */
	bool stays;
	const char *call;	/* what is counted; NULL: everything */
	pid_t pid;		/* of the daemon; 0: it has ended */
	int status;		/* of its end */
	bool failed;
	bool healed;		/* calls succeed again */
	bool served;		/* a call was answered */
};

/* The monotonic time. */
static long long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void complain(struct life *life, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* Say once what is wrong with a life. */
static void
complain(struct life *life, const char *format, ...)
{
	char text[CHILDREN_TEXT_SIZE];
	va_list args;

	if (life->failed)
		return;
	life->failed = true;
	printf("faults: life %lu %s %s: ", life->at,
	    life->stays ? "stays" : "once", life->call ? life->call : "");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n  it was: %s", children_read("fault", text));
	printf("  it said: %s", children_read("err.old", text));
	printf("%s\n", children_read("err", text));
	fflush(stdout);
}

/* Let calls succeed again. */
static void
heal(struct life *life)
{
	children_write("healed", "%s", "");
	life->healed = true;
}

/* Tell whether what is to fail has failed, and all calls succeed by now. */
static bool
is_calm(const struct life *life)
{
	char text[CHILDREN_TEXT_SIZE];

	return *children_read("fault", text) && (life->healed || !life->stays);
}

/* Tell whether the daemon still lives. */
static bool
lives(struct life *life)
{
	if (life->pid != 0 &&
	    waitpid(life->pid, &life->status, WNOHANG) == life->pid)
		life->pid = 0;
	return life->pid != 0;
}

/* Write the file of a life: as it is at first, or after a change: the first
 * adds d, the second removes it. */
static void
write_conf(int version)
{
	const char *build = getenv("BUILDDIR");
	bool has_d = version == 1;
	char dir[PATH_MAX];

	if (!getcwd(dir, sizeof(dir)))
		exit(1);
	children_write("reeve.conf", "[reeve]\nrun_dir = %s/run\n"
	    "log_dir = %s/log\nlog = %s/err\n"
	    "[supervisor]\nmax_restarts = 50\n[worker]\nshutdown = 2s\n"
	    "[worker:a]\ncommand = %s/puppet say a hang\nlimit_nofile = %d\n"
	    "[worker:b]\ncommand = %s/puppet line 3 say b hang\n"
	    "ready = fd:3\nstdin = text:x\nenvironment = VERSION=%d\n"
	    "[supervisor:web]\n"
	    "[worker:web/c]\ncommand = %s/puppet say c hang\n%s%s%s"
	    "[dynamic:pool]\ncommand = %s/puppet say x hang\n",
	    dir, dir, dir, build, version > 0 ? 100 : 200, build, version,
	    build, has_d ? "[worker:d]\ncommand = " : "", has_d ? build : "",
	    has_d ? "/puppet say d hang\n" : "", build);
}

/* Start the daemon. */
static void
launch(struct life *life)
{
	const char *build = getenv("BUILDDIR");
	char at[32], reeved[PATH_MAX], library[PATH_MAX];

	snprintf(at, sizeof(at), "%lu", life->at);
	snprintf(reeved, sizeof(reeved), "%s/reeved", build);
	snprintf(library, sizeof(library), "%s/faults.so", build);
	life->pid = fork();
	if (life->pid != 0)
		return;
	setenv("FAULTS_AT", at, 1);
	setenv("FAULTS_LOG", "fault", 1);
	if (life->call)
		setenv("FAULTS_CALL", life->call, 1);
	if (life->stays)
		setenv("FAULTS_STAY", "healed", 1);
	setenv("LD_PRELOAD", library, 1);
	if (dup2(open("err", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND |
	    O_CLOEXEC, 0600), STDERR_FILENO) != -1)
		execl(reeved, "reeved", "-c", "reeve.conf", (char *)NULL);
	_exit(127);
}

/* Ask, and wait for the answer; if calls fail, not for long before they
 * succeed. NULL: there is none. */
static json_t *
converse(struct life *life, const char *method, const char *parameters)
{
	int fd = client_ask("run/reeve.sock", method, parameters);

	if (fd != -1 && life->stays && !life->healed &&
	    !client_is_answered(fd, SHORTAGE_MS))
		heal(life);
	return client_answer(fd, ANSWER_MS);
}

/* Call a method, with parameters as text; the reply, or NULL: there is none,
 * and need not be, because a call of the daemon fails. */
static json_t *
call(struct life *life, const char *method, const char *parameters)
{
	bool calm = is_calm(life);
	json_t *reply = converse(life, method, parameters);

	if (reply)
		life->served = true;
	else if (calm && life->served && lives(life))
		complain(life, "%s: no answer", method);
	return reply;
}

/* The errors after which the same may be asked again: what comes of a call that
 * fails, and what comes of that later. */
static bool
may_pass(const char *error, bool calm)
{
	static const char *const passing[] = {"Restarting", "Busy",
	    "LogUnavailable", "OutOfMemory", "Shortage", "StartFailed",
	    "ConfigErrors", "ReloadIncomplete"};
	size_t count = calm ? 3 : sizeof(passing) / sizeof(*passing);

	for (size_t i = 0; i < count; i++)
		if (strcmp(error, passing[i]) == 0)
			return true;
	return false;
}

/* What is waited for. */
struct wish {
	const char *cast;	/* that runs, or NULL */
	pid_t other_than;	/* and the first of it is not this one */
	const char *method;	/* that is answered, or NULL */
	const char *parameters;
	const char *done;	/* an error that is as good */
	int signal;		/* to be sent; 0: none */
	const char *file;	/* that is there, or NULL */
	const char *saw;	/* what there was instead */
	char text[256];
};

/* Ask for what is wished; tell whether it was answered. */
static bool
is_answered(struct life *life, struct wish *wish)
{
	bool calm = is_calm(life);
	json_t *reply = call(life, wish->method, wish->parameters);
	const char *error = json_string_value(json_object_get(reply, "error"));
	bool done = reply && !error;
	char *said;

	if (error && strncmp(error, "io.reeve.Control.", 17) == 0)
		error += 17;
	said = reply ? json_dumps(reply, JSON_COMPACT) : NULL;
	snprintf(wish->text, sizeof(wish->text), "%s", said ? said :
	    "no answer");
	free(said);
	if (error && wish->done && strcmp(error, wish->done) == 0)
		done = true;
	else if (error && !may_pass(error, calm))
		complain(life, "%s: %s", wish->method, wish->text);
	json_decref(reply);
	return done;
}

/* Tell whether a wish has come true. */
static bool
is_true(struct life *life, struct wish *wish)
{
	if (wish->method)
		return is_answered(life, wish);
	if (wish->file)
		return access(wish->file, F_OK) == 0;
	return strcmp(children_names(life->pid, wish->text), wish->cast) == 0;
}

/* Send the signal of a wish; once more if the first may have met a call that
 * failed. */
static void
send_signal(struct life *life, struct wish *wish)
{
	if (wish->signal == 0)
		return;
	if (is_calm(life)) {
		kill(life->pid, wish->signal);
		wish->signal = 0;
	} else if (!wish->text[0]) {
		kill(life->pid, wish->signal);
		snprintf(wish->text, sizeof(wish->text), "nothing yet");
	}
}

/* Wait for something; if calls fail, not for long before they succeed. */
static bool
await(struct life *life, struct wish wish)
{
	long long start_ms = now_ms();

	while (!life->failed && lives(life)) {
		long long past_ms = now_ms() - start_ms;

		send_signal(life, &wish);
		if (is_true(life, &wish))
			return true;
		if (life->stays && !life->healed && past_ms > SHORTAGE_MS) {
			heal(life);
			start_ms = now_ms();
		}
		if (past_ms > PATIENCE_MS)
			complain(life, "in vain: %s%s%s, there is %s",
			    wish.method ? wish.method : "",
			    wish.cast ? wish.cast : "",
			    wish.file ? wish.file : "", wish.text);
		nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000},
		    NULL);
	}
	return false;
}

/* Wait until exactly these run. */
static bool
await_cast(struct life *life, const char *names)
{
	return await(life, (struct wish){.cast = names});
}

/* Wait for a method to be answered. */
static bool
await_answer(struct life *life, const char *method, const char *parameters,
    const char *done)
{
	return await(life, (struct wish){
		.method = method,
		.parameters = parameters,
		.done = done,
	});
}

/* The pid of a worker, as the daemon tells; 0: it does not. */
static pid_t
pid_of(struct life *life, const char *path)
{
	char parameters[64];
	json_t *reply;
	json_int_t pid;

	snprintf(parameters, sizeof(parameters), "{\"paths\":[\"%s\"]}", path);
	reply = call(life, "Status", parameters);
	pid = json_integer_value(json_object_get(json_array_get(
	    json_object_get(json_object_get(reply, "parameters"), "children"),
	    0), "pid"));
	json_decref(reply);
	return (pid_t)pid;
}

/* Wait until a worker runs as another process than before; its pid. */
static pid_t
await_pid(struct life *life, const char *path, pid_t before)
{
	long long start_ms = now_ms();
	pid_t pid = 0;

	while (!life->failed && lives(life)) {
		pid = pid_of(life, path);
		if (pid != 0 && pid != before)
			return pid;
		if (life->stays && !life->healed &&
		    now_ms() - start_ms > SHORTAGE_MS)
			heal(life);
		if (now_ms() - start_ms > PATIENCE_MS)
			complain(life, "%s does not come up", path);
		nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000},
		    NULL);
	}
	return 0;
}

/* A life's middle: after it is up, before it is stopped. */
static bool
live(struct life *life)
{
	pid_t b = await_pid(life, "b", 0);

	if (b == 0)
		return false;
	kill(b, SIGKILL);
	if ((b = await_pid(life, "b", b)) == 0 || !await_cast(life, "abc") ||
	    !await_answer(life, "StartChild",
	    "{\"supervisor\":\"pool\",\"id\":\"x\"}", "AlreadyStarted") ||
	    !await_cast(life, "abcx"))
		return false;
	write_conf(1);
	return await_answer(life, "Reload", "{}", NULL) &&
	    await_pid(life, "b", b) && await_cast(life, "abcdx") &&
	    await_answer(life, "Events", "{}", NULL) &&
	    await_answer(life, "Logs", "{\"path\":\"a\"}", NULL) &&
	    await_answer(life, "ChildSpec", "{\"path\":\"b\"}", NULL) &&
	    await_answer(life, "TerminateChild", "{\"path\":\"web/c\"}",
	    NULL) && await_cast(life, "abdx") &&
	    await_answer(life, "RestartChild", "{\"path\":\"web/c\"}",
	    "Running") && await_cast(life, "abcdx");
}

/* What comes after that: a child that is there for a while, and signals. */
static bool
live_on(struct life *life)
{
	char parameters[PATH_MAX + 128];

	snprintf(parameters, sizeof(parameters), "{\"supervisor\":\"web\","
	    "\"id\":\"n\",\"arguments\":[\"%s/puppet\",\"say\",\"n\","
	    "\"hang\"]}", getenv("BUILDDIR"));
	if (!await_answer(life, "StartChild", parameters, "AlreadyStarted") ||
	    !await_cast(life, "abcdnx") ||
	    !await_answer(life, "TerminateChild", "{\"path\":\"web/n\"}",
	    NULL) || !await_cast(life, "abcdx") ||
	    !await_answer(life, "DeleteChild", "{\"path\":\"web/n\"}",
	    "NotFound"))
		return false;
	write_conf(2);
	if (!await(life, (struct wish){.cast = "abcx", .signal = SIGHUP}))
		return false;
	rename("err", "err.old");
	return await(life, (struct wish){.file = "err", .signal = SIGUSR1});
}

/* Wait for the end of the daemon; it is told to once, and after that again,
 * for a signal may be lost in a shortage. */
static void
await_end(struct life *life)
{
	long long start_ms = now_ms();

	if (lives(life))
		kill(life->pid, SIGTERM);
	while (lives(life)) {
		long long past_ms = now_ms() - start_ms;

		if (life->stays && !life->healed && past_ms > SHORTAGE_MS)
			heal(life);
		if (past_ms > PATIENCE_MS) {
			complain(life, "it does not stop");
			kill(life->pid, SIGKILL);
		}
		nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000},
		    NULL);
	}
}

/* See that nothing is left of a life; end it. What is orphaned is ours. */
static void
check_nobody(struct life *life)
{
	char text[64];
	long long start_ms = now_ms();
	pid_t self = getpid();

	while (waitpid(-1, NULL, WNOHANG) > 0 ||
	    (*children_names(self, text) && now_ms() - start_ms < PATIENCE_MS))
		continue;
	if (*children_names(self, text))
		complain(life, "left behind: %s", text);
	signal(SIGTERM, SIG_IGN);
	while (*children_names(self, text)) {
		children_kill(self);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
	}
}

/* Tell whether the messages have a text. */
static bool
said(const char *words)
{
	char text[CHILDREN_TEXT_SIZE];

	return strstr(children_read("err", text), words) != NULL;
}

/* Tell whether a call failed without which nothing can be said. */
static bool
is_mute(const struct life *life)
{
	char text[CHILDREN_TEXT_SIZE];

	return strncmp(children_read("fault", text), "write", 5) == 0 ||
	    (life->stays && strstr(text, " disk\n"));
}

/* A daemon that has ended before it was up: was that a proper refusal? */
static void
check_refusal(struct life *life)
{
	if (said("running, "))
		complain(life, "it has ended after it was up: %x",
		    (unsigned)life->status);
	else if (!WIFEXITED(life->status) || WEXITSTATUS(life->status) == 0)
		complain(life, "it did not refuse to start but ended: %x",
		    (unsigned)life->status);
	else if (!said("reeved: ") && !said("reeve.conf") && !is_mute(life))
		complain(life, "it refused without a word");
}

/* Live one life; false: no call has failed in it. */
static bool
try_life(struct life *life)
{
	char text[CHILDREN_TEXT_SIZE];
	bool up;

	unlink("healed");
	unlink("fault");
	unlink("err.old");
	children_remove("run");
	children_remove("log");
	write_conf(0);
	launch(life);
	up = await_cast(life, "abc") && await_answer(life, "Ping", "{}", NULL);
	if (!up && life->pid == 0) {
		check_refusal(life);
	} else {
		if (!up || !live(life) || !live_on(life))
			complain(life, "it has ended: %x",
			    (unsigned)life->status);
		await_end(life);
		if (life->status != 0)
			complain(life, "it ends with %x",
			    (unsigned)life->status);
	}
	check_nobody(life);
	return strncmp(children_read("fault", text), "calls", 5) != 0;
}

int
main(int argc, char **argv)
{
	unsigned long at, step, tried = 0, failed = 0;

	if (argc != 4 && argc != 5) {
		fprintf(stderr, "usage: life FIRST STEP once|stays [CALL]\n");
		return 64;
	}
	at = strtoul(argv[1], NULL, 10);
	step = strtoul(argv[2], NULL, 10);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (;; at += step) {
		struct life life = {
			.at = at,
			.stays = strcmp(argv[3], "stays") == 0,
			.call = argv[4],
		};

		if (!try_life(&life) && step != 0)
			break;
		tried++;
		failed += life.failed;
		if (step == 0)
			break;
	}
	printf("faults: %lu lives, %lu failed\n", tried, failed);
	return failed > 0;
}
