/* One start in the making: everything of it that is memory. */
#include "config.h"

#include "process/start.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/command.h"
#include "process/env.h"

/* No system has files with longer names. */
#define NAME_SIZE_MAX 4096

void
start_init(struct start *start, const struct program *program,
    const struct spawn_context *context, struct spawn_result *ret_result)
{
	const struct spawner *spawner = context->spawner;

	*ret_result = (struct spawn_result){ .pidfd = -1, .ready_fd = -1 };
	*start = (struct start){
		.spawner = context->spawner,
		.context = context,
		.result = ret_result,
		.plan = {
			.program = program,
			.parent = spawner->pid,
			.signals = spawner->signals,
			.restore = spawner->restore,
			.restore_count = spawner->restore_count,
			.record = context->record,
			.moves = start->moves,
		},
	};
}

void
start_release(struct start *start)
{
	free(start->expanded);
}

int
start_fail(struct start *start, enum spawn_step step, int error,
    const char *detail)
{
	start->result->step = step;
	start->result->error = error;
	free(start->result->detail);
	start->result->detail = detail ? strdup(detail) : NULL;
	return -1;
}

static int
prepare_command(struct start *start)
{
	struct exec_plan *plan = &start->plan;
	const struct program *program = plan->program;
	char *name = NULL;
	int error;

	if (env_build(&start->vars, &start->spawner->scratch, program,
	    start->context, start->result) == -1)
		return -1;
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
	struct scratch *scratch = &start->spawner->scratch;
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
	struct scratch *scratch = &start->spawner->scratch;
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
	start->plan.group_room = scratch_alloc(&start->spawner->scratch,
	    count * sizeof(*start->plan.group_room));
	if (!start->plan.group_room)
		return start_fail(start, SPAWN_PREPARE, ENOMEM, NULL);
	return 0;
}

int
start_prepare(struct start *start)
{
	scratch_reset(&start->spawner->scratch);
	prepare_priority(start);
	if (prepare_command(start) == -1 || prepare_candidates(start) == -1)
		return -1;
	return prepare_groups(start);
}
