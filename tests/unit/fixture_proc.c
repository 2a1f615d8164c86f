/* A stage for tests of live processes. */
#include "config.h"

#include "fixture_proc.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loopthread.h"
#include "os/os.h"
#include "os/procfs.h"
#include "unit.h"

#define PLAYS_MAX 64
#define NAP_NS 1000000		/* between two looks at a file */

enum way {
	IN_THREAD,
	IN_MAIN,
	WITHOUT_LIST,		/* no subreaper: nothing is inherited */
	WAY_COUNT
};

static struct fixture_proc the_stage;
static fixture_proc_test *plays[PLAYS_MAX];
static int play_count;

/* A play in one of the ways. */
struct performance {
	fixture_proc_test *play;
	enum way way;
};

/* The actor whose process this is. */
static struct actor *
actor_of(const struct proc *proc)
{
	struct actor *actor = the_stage.actors;

	while (&actor->proc != proc)
		ck_assert(++actor < the_stage.actors + FIXTURE_PROC_MOST);
	return actor;
}

/* Note what is told. */
static void
on_news(void *arg, struct proc *proc, enum proc_news news)
{
	struct actor *actor = actor_of(proc);
	int *const counts[] = {
		[PROC_STARTED] = &actor->started,
		[PROC_START_FAILED] = &actor->failed,
		[PROC_START_IGNORED] = &actor->ignored,
		[PROC_EXITED] = &actor->exited,
	};

	ck_assert_ptr_eq(arg, &the_stage);
	the_stage.told++;
	++*counts[news];
	if (news == PROC_STARTED)
		return;
	/* it is gone, and its memory is the owner's again */
	ck_assert_int_eq(proc->pid, 0);
	ck_assert_int_eq(proc->state, PROC_NONE);
	actor->outcome = proc->outcome;
}

/* The program of an actor. */
static const struct program *
program_of(const struct proc *proc)
{
	return actor_of(proc)->program;
}

/* The path of an actor: its number. */
static size_t
path_of(const struct proc *proc, char *path, size_t size)
{
	return (size_t)snprintf(path, size, "cast/%d",
	    (int)(actor_of(proc) - the_stage.actors));
}

struct proc_table *
fixture_proc_new_table(struct fixture_proc *stage)
{
	struct proc_table *table = proc_table_new(stage->loop, stage, on_news,
	    program_of, path_of);

	ck_assert_ptr_nonnull(table);
	return table;
}

/* Set the stage up. */
static void
open_stage(struct fixture_proc *stage, enum way way)
{
	fixture_open(&stage->fixture);
	stage->crowd = way == IN_THREAD ? FIXTURE_PROC_MOST :
	    FIXTURE_PROC_MOST / 10;
	if (way != WITHOUT_LIST)
		os_harden();
	stage->knows_all = REEVE_LINUX && way != WITHOUT_LIST &&
	    procfs_is_ours();
	stage->loop = ev_loop_new(EVFLAG_AUTO);
	ck_assert_ptr_nonnull(stage->loop);
	stage->table = fixture_proc_new_table(stage);
	for (int i = 0; i < FIXTURE_PROC_MOST; i++)
		proc_init(&stage->actors[i].proc);
}

/* Kill what is left, and see that there is nothing more of it. */
static void
close_stage(struct fixture_proc *stage)
{
	ck_assert_uint_eq(proc_end_all(stage->table, FIXTURE_DEADLINE_MS), 0);
	ck_assert_uint_eq(proc_count(stage->table), 0);
	proc_table_free(stage->table);
	ev_loop_destroy(stage->loop);
	for (int i = 0; i < FIXTURE_PROC_MOST; i++)
		program_free(stage->actors[i].program);
	fixture_close(&stage->fixture);
	/* one that inherits orphans and cannot see them keeps them */
	if (!stage->knows_all && os_is_subreaper())
		return;
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

/* Give a performance. */
static int
perform(void *arg)
{
	const struct performance *performance = arg;
	int before;

	/* what the library opens once and keeps is none of a leak */
	ev_loop_destroy(ev_loop_new(EVFLAG_AUTO));
	before = fixture_count_descriptors();
	open_stage(&the_stage, performance->way);
	performance->play(&the_stage);
	close_stage(&the_stage);
	ck_assert_int_eq(fixture_count_descriptors(), before);
	return 0;
}

START_TEST(test_play)
{
	struct performance performance = {
		.play = plays[_i / WAY_COUNT],
		.way = (enum way)(_i % WAY_COUNT),
	};

	if (!fixture_is_alone())
		return;
	if (performance.way == IN_THREAD)
		ck_assert_int_eq(loopthread_run(perform, &performance), 0);
	else
		ck_assert_int_eq(perform(&performance), 0);
}
END_TEST

void
fixture_proc_add(Suite *suite, const char *name, fixture_proc_test *play)
{
	TCase *tcase = tcase_create(name);
	int first = play_count * WAY_COUNT;

	assert(play_count < PLAYS_MAX);
	plays[play_count++] = play;
	tcase_add_loop_test(tcase, test_play, first, first + WAY_COUNT);
	tcase_set_timeout(tcase, 240);
	suite_add_tcase(suite, tcase);
}

int
fixture_proc_start(struct fixture_proc *stage, int number,
    struct program *program)
{
	struct actor *actor = &stage->actors[number];
	struct spawn_context context = stage->fixture.context;
	struct spawn_result result;
	char path[64];
	int rc, told = stage->told;

	if (program) {
		program_free(actor->program);
		actor->program = program;
	}
	path_of(&actor->proc, path, sizeof(path));
	context.path = path;
	context.name = "actor";
	rc = proc_start(stage->table, &actor->proc, actor->program, &context,
	    &result);
	ck_assert_int_eq(stage->told, told);
	ck_assert_int_eq(rc == -1, actor->proc.pid == 0);
	free(result.detail);
	return rc;
}

void
fixture_proc_up(struct fixture_proc *stage, int number, struct program *program)
{
	ck_assert_int_eq(fixture_proc_start(stage, number, program), 1);
}

void
fixture_proc_unready(struct fixture_proc *stage, int number,
    struct program *program)
{
	ck_assert_int_eq(fixture_proc_start(stage, number, program), 0);
}

/* How many ends were told of an actor. */
static int
ends(const struct actor *actor)
{
	return actor->exited + actor->failed + actor->ignored;
}

const struct actor *
fixture_proc_run(struct fixture_proc *stage, int number,
    struct program *program)
{
	const struct actor *actor = &stage->actors[number];
	int before = ends(actor);

	ck_assert_int_ne(fixture_proc_start(stage, number, program), -1);
	fixture_proc_await(stage, ends(actor) > before);
	ck_assert_int_eq(ends(actor), before + 1);
	return actor;
}

/* The time is over that anything may take. */
static void
on_deadline(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
	ck_abort_msg("nothing happens");
}

void
fixture_proc_turn(struct fixture_proc *stage)
{
	ev_timer deadline;

	ev_now_update(stage->loop);
	ev_timer_init(&deadline, on_deadline, FIXTURE_DEADLINE_MS / 1000., 0.);
	ev_timer_start(stage->loop, &deadline);
	ev_run(stage->loop, EVRUN_ONCE);
	ev_timer_stop(stage->loop, &deadline);
}

bool
fixture_proc_exists(pid_t pid)
{
	return kill(pid, 0) == 0 || errno != ESRCH;
}

/* Count the lines that begin with a word. */
static int
count_lines(const char *text, const char *word)
{
	int count = 0;

	while (*text) {
		count += strncmp(text, word, strlen(word)) == 0 &&
		    strchr(text, '\n');
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return count;
}

void
fixture_proc_await_lines(struct fixture_proc *stage, const char *word,
    int count)
{
	const struct timespec nap = {.tv_nsec = NAP_NS};
	int64_t end_ms = clock_ms() + FIXTURE_DEADLINE_MS;

	while (count_lines(fixture_read(&stage->fixture, "out"),
	    word) < count) {
		ck_assert_msg(clock_ms() < end_ms, "no '%s' is written", word);
		ev_run(stage->loop, EVRUN_NOWAIT);
		nanosleep(&nap, NULL);
	}
}

pid_t
fixture_proc_said_pid(struct fixture_proc *stage, const char *word)
{
	const char *at = strstr(fixture_read(&stage->fixture, "out"), word);

	ck_assert_msg(at, "no '%s' is written", word);
	return (pid_t)strtol(at + strlen(word), NULL, 10);
}

struct program *
fixture_proc_puppet(struct fixture_proc *stage, const char *a, const char *b,
    const char *c, const char *d)
{
	return fixture_puppet(&stage->fixture, a, b, c, d);
}
