/* One start in the making: everything of it that is memory. */
#include "config.h"

#include "process/start.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/command.h"

/* No system has files with longer names. */
#define NAME_SIZE_MAX 4096

struct start *
start_new(void)
{
	struct start *start = calloc(1, sizeof(*start));

	if (!start || fork_place_open(&start->place) == 0)
		return start;
	free(start);
	return NULL;
}

void
start_free(struct start *start)
{
	fork_place_close(&start->place);
	scratch_release(&start->scratch);
	free(start);
}

void
start_init(struct start *start, struct program *program,
    const struct spawn_context *context)
{
	struct spawner *spawner = context->spawner;
	struct fork_place place = start->place;
	struct scratch scratch = start->scratch;

	*start = (struct start){
		.spawner = spawner,
		.place = place,
		.scratch = scratch,
		.context = context,
		.program = program_hold(program),
		.result = {.pidfd = -1, .ready_fd = -1},
		.plan = {
			.program = program,
			.parent = spawner->pid,
			.signals = spawner->signals,
			.restore = spawner->restore,
			.restore_count = spawner->restore_count,
			.record = context->record,
			.moves = start->moves,
			.place = &start->place,
		},
	};
	scratch_reset(&start->scratch);
}

void
start_release(struct start *start)
{
	free(start->expanded);
	start->expanded = NULL;
	program_free(start->program);
	start->program = NULL;
}

int
start_fail(struct start *start, enum spawn_step step, int error,
    const char *detail)
{
	start->result.step = step;
	start->result.error = error;
	free(start->result.detail);
	start->result.detail = detail ? strdup(detail) : NULL;
	return -1;
}

/* Make room for what the environment files have. */
static int
prepare_reads(struct start *start)
{
	struct exec_plan *plan = &start->plan;
	char *const *paths = start->program->env_files;
	size_t count = 0;

	while (paths && paths[count])
		count++;
	if (count == 0)
		return 0;
	plan->reads = scratch_alloc(&start->scratch,
	    count * sizeof(*plan->reads));
	for (size_t i = 0; plan->reads && i < count; i++) {
		bool may_be_missing = *paths[i] == '-';

		plan->reads[i] = (struct exec_file){
			.path = paths[i] + may_be_missing,
			.may_be_missing = may_be_missing,
			.bytes = scratch_alloc(&start->scratch,
			    ENV_FILE_MAX + 1),
			.most = ENV_FILE_MAX,
		};
	}
	if (start->scratch.failed)
		return start_fail(start, SPAWN_PREPARE, ENOMEM, NULL);
	plan->read_count = count;
	return 0;
}

/* Put in what was read, and end the environment. */
static int
prepare_environment(struct start *start)
{
	const struct exec_plan *plan = &start->plan;

	for (size_t i = 0; i < plan->read_count; i++)
		if (env_add_file(&start->env, &plan->reads[i],
		    &start->result) == -1)
			return -1;
	return env_end(&start->env, start->program, &start->result);
}

static int
prepare_command(struct start *start)
{
	struct exec_plan *plan = &start->plan;
	const struct program *program = plan->program;
	char *name = NULL;
	int error;

	plan->env = start->vars.list;
	plan->argv = program->argv;
	if (!program->expands)
		return 0;
	error = command_expand(program->argv, &start->vars, &start->expanded,
	    &name);
	if (error) {
		start_fail(start, error == ENOMEM ? SPAWN_PREPARE :
		    SPAWN_EXPAND, error, name);
		free(name);
		return -1;
	}
	plan->argv = start->expanded;
	return 0;
}

/* Make a candidate of a directory of the PATH; "" is the current one. */
static char *
make_candidate(struct scratch *scratch, const char *dir, size_t length,
    const char *name)
{
	size_t size = length + strlen(name) + 3;
	char *path = scratch_alloc(scratch, size);

	if (path && length > 0)
		snprintf(path, size, "%.*s/%s", (int)length, dir, name);
	else if (path)
		snprintf(path, size, "./%s", name);
	return path;
}

/* List the files of a name in the directories of PATH, of equal ones in the
 * first. */
static int
list_candidates(struct start *start, const char *path, const char *name,
    char **list)
{
	struct scratch *scratch = &start->scratch;
	struct wordset dirs = {.scratch = scratch, .max = START_PATH_MAX};
	size_t length, index;
	bool more;

	do {
		size_t count = dirs.count;
		int error;

		length = strcspn(path, ":");
		error = wordset_put(&dirs, path, length, &index);
		if (error)
			return start_fail(start, error == ENOMEM ?
			    SPAWN_PREPARE : SPAWN_PATH, error, name);
		if (index == count)
			list[count] = make_candidate(scratch, path, length,
			    name);
		more = path[length] != '\0';
		path += length + 1;
	} while (more);
	list[dirs.count] = NULL;
	return 0;
}

/* List the files that may be the one to execute. A name that is longer than any
 * is not looked for: exec says so. */
static int
prepare_candidates(struct start *start)
{
	struct scratch *scratch = &start->scratch;
	char *name = start->plan.argv[0];
	const char *path = vars_get(&start->vars, "PATH", strlen("PATH"));
	size_t room;
	char **list;

	assert(path);	/* env_build() has put one in */
	/* one a colon and one more, which is not more than bytes; a NULL */
	room = strlen(path) + 2;
	if (room > START_PATH_MAX + 1)
		room = START_PATH_MAX + 1;
	list = scratch_alloc(scratch, room * sizeof(*list));
	if (!list)
		return start_fail(start, SPAWN_PREPARE, ENOMEM, NULL);
	start->plan.candidates = list;
	if (!*name || strchr(name, '/') || strlen(name) > NAME_SIZE_MAX) {
		list[0] = name;
		list[1] = NULL;
		return 0;
	}
	if (list_candidates(start, path, name, list) == -1)
		return -1;
	if (scratch->failed)
		return start_fail(start, SPAWN_PREPARE, ENOMEM, NULL);
	return 0;
}

static void
prepare_priority(struct start *start)
{
	const struct program *program = start->plan.program;
	const struct hygiene *found = &start->spawner->found;
	struct exec_plan *plan = &start->plan;
	int score = program_oom_score_adj(program);

	plan->set_nice = program_nice(program) != found->nice;
	plan->oom_score_adj_must = program->oom_score_adj != PROGRAM_UNSET ||
	    found->has_lowered;
	if (score != found->oom_score_adj) {
		snprintf(start->score, sizeof(start->score), "%d", score);
		plan->oom_score_adj = start->score;
	}
}

static int
prepare_groups(struct start *start)
{
	const struct program *program = start->plan.program;
	size_t count = (size_t)program->group_count + EXEC_GROUPS_MORE;

	if (!program->set_groups)
		return 0;
	start->plan.group_room = scratch_alloc(&start->scratch,
	    count * sizeof(*start->plan.group_room));
	if (!start->plan.group_room)
		return start_fail(start, SPAWN_PREPARE, ENOMEM, NULL);
	return 0;
}

int
start_go_on(struct start *start)
{
	if (prepare_environment(start) == -1 || prepare_command(start) == -1)
		return -1;
	return prepare_candidates(start);
}

/* Prepare what needs no file. */
static int
prepare_first(struct start *start)
{
	prepare_priority(start);
	env_begin(&start->env, &start->vars, &start->scratch, start->program,
	    start->context);
	return prepare_groups(start) == -1 || prepare_reads(start) == -1 ?
	    -1 : 0;
}

int
start_prepare(struct start *start)
{
	if (!fork_can_ask(&start->place))
		return start_prepare_whole(start);
	if (prepare_first(start) == -1)
		return -1;
	return start->plan.read_count > 0 ? 0 : start_go_on(start);
}

int
start_prepare_whole(struct start *start)
{
	size_t count;
	int rc;

	if (prepare_first(start) == -1)
		return -1;
	count = start->plan.read_count;
	for (size_t i = 0; i < count; i++)
		exec_read_file(&start->plan.reads[i]);
	rc = start_go_on(start);
	start->plan.read_count = 0;	/* the child need not */
	return rc;
}
