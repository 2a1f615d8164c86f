/*
 * lifecycle FIRST STEP once|stays [CALL]: runs of the daemon from start to end,
 * in each of which one call fails: the FIRST that it makes, the one STEP
 * further on, and so forth, until a run has no such call; or, if STEP is 0, the
 * FIRST alone. "once": it fails alone; "stays": all calls like it fail until
 * they are allowed to succeed. CALL: only calls of this function are counted.
 *
 * A run: a tree of three workers comes up; one is killed; a child is started
 * below a dynamic supervisor; the file is reloaded; clients ask for status,
 * events and log lines; a child is terminated and restarted; another one is
 * added, terminated and deleted; HUP reloads once more; USR1 opens the log
 * again; and everything is stopped.
 *
 * Until the tree is up the daemon may refuse to start, with an exit code and a
 * sentence. After that it goes on. What does not work while calls fail is tried
 * again, and works once they succeed: then every call is answered, and no
 * signal has to be sent twice. No child is missing, none runs twice, and after
 * the end nothing is left.
 *
 * Needs $BUILDDIR. Works in the current directory.
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

struct run {
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

static void complain(struct run *run, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* Say once what is wrong with a run. */
static void
complain(struct run *run, const char *format, ...)
{
	char text[CHILDREN_TEXT_SIZE];
	va_list args;

	if (run->failed)
		return;
	run->failed = true;
	printf("faults: run %lu %s %s: ", run->at,
	    run->stays ? "stays" : "once", run->call ? run->call : "");
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
heal(struct run *run)
{
	children_write("healed", "%s", "");
	run->healed = true;
}

/* Tell whether what is to fail has failed, and all calls succeed by now. */
static bool
is_calm(const struct run *run)
{
	char text[CHILDREN_TEXT_SIZE];

	return *children_read("fault", text) && (run->healed || !run->stays);
}

/* Tell whether the daemon still lives. */
static bool
lives(struct run *run)
{
	if (run->pid != 0 &&
	    waitpid(run->pid, &run->status, WNOHANG) == run->pid)
		run->pid = 0;
	return run->pid != 0;
}

/* Write the configuration, as it is at first or after a change: the first
 * change adds d, the second removes it. */
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
launch(struct run *run)
{
	const char *build = getenv("BUILDDIR");
	char at[32], reeved[PATH_MAX], library[PATH_MAX];

	snprintf(at, sizeof(at), "%lu", run->at);
	snprintf(reeved, sizeof(reeved), "%s/reeved", build);
	snprintf(library, sizeof(library), "%s/faults.so", build);
	run->pid = fork();
	if (run->pid != 0)
		return;
	setenv("FAULTS_AT", at, 1);
	setenv("FAULTS_LOG", "fault", 1);
	if (run->call)
		setenv("FAULTS_CALL", run->call, 1);
	if (run->stays)
		setenv("FAULTS_STAY", "healed", 1);
	setenv("LD_PRELOAD", library, 1);
	if (dup2(open("err", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND |
	    O_CLOEXEC, 0600), STDERR_FILENO) != -1)
		execl(reeved, "reeved", "-c", "reeve.conf", (char *)NULL);
	_exit(127);
}

/* Ask, and wait for the answer; if calls fail, let them succeed after a while.
 * NULL: there is no answer. */
static json_t *
converse(struct run *run, const char *method, const char *parameters)
{
	int fd = client_ask("run/reeve.sock", method, parameters);

	if (fd != -1 && run->stays && !run->healed &&
	    !client_is_answered(fd, SHORTAGE_MS))
		heal(run);
	return client_answer(fd, ANSWER_MS);
}

/* Call a method, with parameters as text; the reply, or NULL: there is none,
 * which is right if a call of the daemon fails. */
static json_t *
call(struct run *run, const char *method, const char *parameters)
{
	bool calm = is_calm(run);
	json_t *reply = converse(run, method, parameters);

	if (reply)
		run->served = true;
	else if (calm && run->served && lives(run))
		complain(run, "%s: no answer", method);
	return reply;
}

/* The errors after which the same may be asked again: those of a call that has
 * failed, and those that follow from it later. */
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
struct goal {
	const char *names;	/* of the children that run, or NULL */
	pid_t other_than;	/* the pid that the first must not have */
	const char *method;	/* that is answered, or NULL */
	const char *parameters;
	const char *done;	/* an error that is as good */
	int signal;		/* to be sent; 0: none */
	const char *file;	/* that is there, or NULL */
	const char *saw;	/* what there was instead */
	char text[256];
};

/* Call the method of a goal; tell whether it was answered. */
static bool
is_answered(struct run *run, struct goal *goal)
{
	bool calm = is_calm(run);
	json_t *reply = call(run, goal->method, goal->parameters);
	const char *error = json_string_value(json_object_get(reply, "error"));
	bool done = reply && !error;
	char *said;

	if (error && strncmp(error, "io.reeve.Control.", 17) == 0)
		error += 17;
	said = reply ? json_dumps(reply, JSON_COMPACT) : NULL;
	snprintf(goal->text, sizeof(goal->text), "%s", said ? said :
	    "no answer");
	free(said);
	if (error && goal->done && strcmp(error, goal->done) == 0)
		done = true;
	else if (error && !may_pass(error, calm))
		complain(run, "%s: %s", goal->method, goal->text);
	json_decref(reply);
	return done;
}

/* Tell whether a goal is reached. */
static bool
is_true(struct run *run, struct goal *goal)
{
	if (goal->method)
		return is_answered(run, goal);
	if (goal->file)
		return access(goal->file, F_OK) == 0;
	return strcmp(children_names(run->pid, goal->text), goal->names) == 0;
}

/* Send the signal of a goal; once more if the first may have met a call that
 * failed. */
static void
send_signal(struct run *run, struct goal *goal)
{
	if (goal->signal == 0)
		return;
	if (is_calm(run)) {
		kill(run->pid, goal->signal);
		goal->signal = 0;
	} else if (!goal->text[0]) {
		kill(run->pid, goal->signal);
		snprintf(goal->text, sizeof(goal->text), "nothing yet");
	}
}

/* Wait for something; if calls fail, not for long before they succeed. */
static bool
await(struct run *run, struct goal goal)
{
	long long start_ms = now_ms();

	while (!run->failed && lives(run)) {
		long long past_ms = now_ms() - start_ms;

		send_signal(run, &goal);
		if (is_true(run, &goal))
			return true;
		if (run->stays && !run->healed && past_ms > SHORTAGE_MS) {
			heal(run);
			start_ms = now_ms();
		}
		if (past_ms > PATIENCE_MS)
			complain(run, "in vain: %s%s%s, there is %s",
			    goal.method ? goal.method : "",
			    goal.names ? goal.names : "",
			    goal.file ? goal.file : "", goal.text);
		nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000},
		    NULL);
	}
	return false;
}

/* Wait until exactly these run. */
static bool
await_names(struct run *run, const char *names)
{
	return await(run, (struct goal){.names = names});
}

/* Wait for a method to be answered. */
static bool
await_answer(struct run *run, const char *method, const char *parameters,
    const char *done)
{
	return await(run, (struct goal){
		.method = method,
		.parameters = parameters,
		.done = done,
	});
}

/* The pid of a worker, as the daemon tells; 0: it does not. */
static pid_t
pid_of(struct run *run, const char *path)
{
	char parameters[64];
	json_t *reply;
	json_int_t pid;

	snprintf(parameters, sizeof(parameters), "{\"paths\":[\"%s\"]}", path);
	reply = call(run, "Status", parameters);
	pid = json_integer_value(json_object_get(json_array_get(
	    json_object_get(json_object_get(reply, "parameters"), "children"),
	    0), "pid"));
	json_decref(reply);
	return (pid_t)pid;
}

/* Wait until a worker runs as another process than before; its pid. */
static pid_t
await_pid(struct run *run, const char *path, pid_t before)
{
	long long start_ms = now_ms();
	pid_t pid = 0;

	while (!run->failed && lives(run)) {
		pid = pid_of(run, path);
		if (pid != 0 && pid != before)
			return pid;
		if (run->stays && !run->healed &&
		    now_ms() - start_ms > SHORTAGE_MS)
			heal(run);
		if (now_ms() - start_ms > PATIENCE_MS)
			complain(run, "%s does not come up", path);
		nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000},
		    NULL);
	}
	return 0;
}

/* The middle of a run: after the tree is up, before it is stopped. */
static bool
live(struct run *run)
{
	pid_t b = await_pid(run, "b", 0);

	if (b == 0)
		return false;
	kill(b, SIGKILL);
	if ((b = await_pid(run, "b", b)) == 0 || !await_names(run, "abc") ||
	    !await_answer(run, "StartChild",
	    "{\"supervisor\":\"pool\",\"id\":\"x\"}", "AlreadyStarted") ||
	    !await_names(run, "abcx"))
		return false;
	write_conf(1);
	return await_answer(run, "Reload", "{}", NULL) &&
	    await_pid(run, "b", b) && await_names(run, "abcdx") &&
	    await_answer(run, "Events", "{}", NULL) &&
	    await_answer(run, "Logs", "{\"path\":\"a\"}", NULL) &&
	    await_answer(run, "ChildSpec", "{\"path\":\"b\"}", NULL) &&
	    await_answer(run, "TerminateChild", "{\"path\":\"web/c\"}",
	    NULL) && await_names(run, "abdx") &&
	    await_answer(run, "RestartChild", "{\"path\":\"web/c\"}",
	    "Running") && await_names(run, "abcdx");
}

/* The second half of it: a child that exists for a while, and signals. */
static bool
live_on(struct run *run)
{
	char parameters[PATH_MAX + 128];

	snprintf(parameters, sizeof(parameters), "{\"supervisor\":\"web\","
	    "\"id\":\"n\",\"arguments\":[\"%s/puppet\",\"say\",\"n\","
	    "\"hang\"]}", getenv("BUILDDIR"));
	if (!await_answer(run, "StartChild", parameters, "AlreadyStarted") ||
	    !await_names(run, "abcdnx") ||
	    !await_answer(run, "TerminateChild", "{\"path\":\"web/n\"}",
	    NULL) || !await_names(run, "abcdx") ||
	    !await_answer(run, "DeleteChild", "{\"path\":\"web/n\"}",
	    "NotFound"))
		return false;
	write_conf(2);
	if (!await(run, (struct goal){.names = "abcx", .signal = SIGHUP}))
		return false;
	rename("err", "err.old");
	return await(run, (struct goal){.file = "err", .signal = SIGUSR1});
}

/* Stop the daemon, and wait for its end. Send the signal more than once, as it
 * may be lost in a shortage. */
static void
await_end(struct run *run)
{
	long long start_ms = now_ms();

	if (lives(run))
		kill(run->pid, SIGTERM);
	while (lives(run)) {
		long long past_ms = now_ms() - start_ms;

		if (run->stays && !run->healed && past_ms > SHORTAGE_MS)
			heal(run);
		if (past_ms > PATIENCE_MS) {
			complain(run, "it does not stop");
			kill(run->pid, SIGKILL);
		}
		nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000},
		    NULL);
	}
}

/* See that nothing is left after a run; end it. Orphans are our children. */
static void
check_none(struct run *run)
{
	char text[64];
	long long start_ms = now_ms();
	pid_t self = getpid();

	while (waitpid(-1, NULL, WNOHANG) > 0 ||
	    (*children_names(self, text) && now_ms() - start_ms < PATIENCE_MS))
		continue;
	if (*children_names(self, text))
		complain(run, "left behind: %s", text);
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

/* Tell whether a call failed without which the daemon cannot report. */
static bool
is_mute(const struct run *run)
{
	char text[CHILDREN_TEXT_SIZE];

	return strncmp(children_read("fault", text), "write", 5) == 0 ||
	    (run->stays && strstr(text, " disk\n"));
}

/* The daemon has ended before the tree was up: see that it has said why. */
static void
check_refusal(struct run *run)
{
	if (said("running, "))
		complain(run, "it has ended after it was up: %x",
		    (unsigned)run->status);
	else if (!WIFEXITED(run->status) || WEXITSTATUS(run->status) == 0)
		complain(run, "it did not refuse to start but ended: %x",
		    (unsigned)run->status);
	else if (!said("reeved: ") && !said("reeve.conf") && !is_mute(run))
		complain(run, "it refused without a word");
}

/* Run the daemon once; false: no call has failed. */
static bool
try_one(struct run *run)
{
	char text[CHILDREN_TEXT_SIZE];
	bool up;

	unlink("healed");
	unlink("fault");
	unlink("err.old");
	children_remove("run");
	children_remove("log");
	write_conf(0);
	launch(run);
	up = await_names(run, "abc") && await_answer(run, "Ping", "{}", NULL);
	if (!up && run->pid == 0) {
		check_refusal(run);
	} else {
		if (!up || !live(run) || !live_on(run))
			complain(run, "it has ended: %x",
			    (unsigned)run->status);
		await_end(run);
		if (run->status != 0)
			complain(run, "it ends with %x",
			    (unsigned)run->status);
	}
	check_none(run);
	return strncmp(children_read("fault", text), "calls", 5) != 0;
}

int
main(int argc, char **argv)
{
	unsigned long at, step, tried = 0, failed = 0;

	if (argc != 4 && argc != 5) {
		fprintf(stderr, "usage: lifecycle FIRST STEP once|stays "
		    "[CALL]\n");
		return 64;
	}
	at = strtoul(argv[1], NULL, 10);
	step = strtoul(argv[2], NULL, 10);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (;; at += step) {
		struct run run = {
			.at = at,
			.stays = strcmp(argv[3], "stays") == 0,
			.call = argv[4],
		};

		if (!try_one(&run) && step != 0)
			break;
		tried++;
		failed += run.failed;
		if (step == 0)
			break;
	}
	printf("faults: %lu runs, %lu failed\n", tried, failed);
	return failed > 0;
}
