/*
 * Programs: making, copying and freeing them, and how their ends count.
 */
#include "config.h"

#include "process/program.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/strlist.h"

const char *const program_ready_names[READY_COUNT] = {
	[READY_EXEC] = "exec",
	[READY_FD] = "fd",
	[READY_EXIT] = "exit",
};

char *
program_show_ready(const struct program *program,
    char ret_text[PROGRAM_READY_SIZE])
{
	const char *name = program_ready_names[program->ready];

	if (program->ready == READY_FD)
		snprintf(ret_text, PROGRAM_READY_SIZE, "%s:%u", name,
		    program->ready_fd);
	else
		snprintf(ret_text, PROGRAM_READY_SIZE, "%s", name);
	return ret_text;
}

struct program *
program_new(void)
{
	struct program *program = malloc(sizeof(*program));

	if (!program)
		return NULL;
	*program = (struct program){
		.uid = (uid_t)-1,
		.gid = (gid_t)-1,
		.oom_score_adj = PROGRAM_UNSET,
		.nice = PROGRAM_UNSET_NICE,
	};
	return program;
}

struct program *
program_hold(struct program *program)
{
	program->holds++;
	return program;
}

void
program_free(struct program *program)
{
	if (!program)
		return;
	if (program->holds > 0) {
		program->holds--;
		return;
	}
	free(program->argv);
	free(program->env);
	free(program->env_files);
	free(program->directory);
	free(program->stdin_text);
	free(program->user_name);
	free(program->home);
	free(program->shell);
	free(program->groups);
	free(program->limits);
	free(program->exits);
	free(program->out.path);
	free(program->err.path);
	free(program);
}

/* Copy a string, or the lack of one. */
static bool
copy_text(const char *text, char **ret_text)
{
	*ret_text = text ? strdup(text) : NULL;
	return !text || *ret_text;
}

/* Copy a NULL-ended list, or the lack of one. */
static bool
copy_list(char *const *list, char ***ret_list)
{
	*ret_list = list ? strlist_copy(list) : NULL;
	return !list || *ret_list;
}

/* Copy an array; an empty one is NULL. */
static bool
copy_array(const void *array, size_t size, void **ret_array)
{
	*ret_array = !array ? NULL : malloc(size == 0 ? 1 : size);
	if (!array)
		return true;
	if (*ret_array)
		memcpy(*ret_array, array, size);
	return *ret_array != NULL;
}

/* Copy what a program points to; every pointer of the copy is set, so that
 * it can be freed however far this came. */
static bool
copy_owned(const struct program *from, struct program *copy)
{
	void *groups, *limits, *exits;
	bool ok = true;

	ok &= copy_list(from->argv, &copy->argv);
	ok &= copy_list(from->env, &copy->env);
	ok &= copy_list(from->env_files, &copy->env_files);
	ok &= copy_text(from->directory, &copy->directory);
	ok &= copy_text(from->stdin_text, &copy->stdin_text);
	ok &= copy_text(from->user_name, &copy->user_name);
	ok &= copy_text(from->home, &copy->home);
	ok &= copy_text(from->shell, &copy->shell);
	ok &= copy_text(from->out.path, &copy->out.path);
	ok &= copy_text(from->err.path, &copy->err.path);
	ok &= copy_array(from->groups,
	    from->group_count * sizeof(*from->groups), &groups);
	ok &= copy_array(from->limits,
	    from->limit_count * sizeof(*from->limits), &limits);
	ok &= copy_array(from->exits, sizeof(*from->exits), &exits);
	copy->groups = groups;
	copy->limits = limits;
	copy->exits = exits;
	return ok;
}

struct program *
program_copy(const struct program *program)
{
	struct program *copy = malloc(sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *program;
	copy->holds = 0;
	if (copy_owned(program, copy))
		return copy;
	program_free(copy);
	return NULL;
}

const char *
program_directory(const struct program *program)
{
	return program->directory ? program->directory :
	    PROGRAM_DIRECTORY;
}

int
program_nice(const struct program *program)
{
	return program->nice == PROGRAM_UNSET_NICE ? 0 : program->nice;
}

int
program_oom_score_adj(const struct program *program)
{
	return program->oom_score_adj == PROGRAM_UNSET ? 0 :
	    program->oom_score_adj;
}

struct program_limit *
program_find_limit(const struct program *program, int resource)
{
	for (unsigned i = 0; i < program->limit_count; i++)
		if (program->limits[i].resource == resource)
			return &program->limits[i];
	return NULL;
}

void
program_exit_add_code(struct exit_set *set, unsigned code)
{
	set->codes[code / 64 % 4] |= UINT64_C(1) << code % 64;
}

void
program_exit_add_signal(struct exit_set *set, int number)
{
	set->signals |= UINT64_C(1) << (number - 1) % 64;
}

bool
program_exit_has_code(const struct exit_set *set, unsigned code)
{
	return code < 256 && (set->codes[code / 64] >> code % 64 & 1) != 0;
}

bool
program_exit_has_signal(const struct exit_set *set, int number)
{
	return number >= 1 && number <= 64 &&
	    (set->signals >> (number - 1) & 1) != 0;
}

/* Expect 0, the stop signal, and what a shell makes of it. */
static void
expect_stop_signal(struct exit_set *set, int stop_signal)
{
	*set = (struct exit_set){{ 0 }, 0};
	program_exit_add_code(set, 0);
	program_exit_add_code(set, 128 + (unsigned)stop_signal);
	program_exit_add_signal(set, stop_signal);
}

void
program_exits(const struct program *program, struct exit_classes *ret_exits)
{
	struct exit_classes exits = { 0 };

	if (program->exits) {
		exits = *program->exits;
	} else {
		program_exit_add_code(&exits.normal, 0);
		program_exit_add_signal(&exits.shutdown, SIGTERM);
	}
	if (!exits.stopped_set)
		expect_stop_signal(&exits.stopped, program->stop_signal);
	*ret_exits = exits;
}

/* Tell whether a set has what a process has ended with. */
static bool
has_outcome(const struct exit_set *set, const struct spec_outcome *outcome)
{
	if (outcome->how == SPEC_HOW_EXITED)
		return program_exit_has_code(set, outcome->number);
	return outcome->how == SPEC_HOW_SIGNALLED &&
	    program_exit_has_signal(set, outcome->number);
}

static bool
is_empty(const struct exit_set *set)
{
	return (set->codes[0] | set->codes[1] | set->codes[2] |
	    set->codes[3] | set->signals) == 0;
}

void
program_classify(const struct program *program, struct spec_outcome *outcome)
{
	struct exit_classes exits;

	program_exits(program, &exits);
	outcome->end = SPEC_END_ABNORMAL;
	outcome->end_stopped = SPEC_END_ABNORMAL;
	/* kill is killed, whatever the sets say */
	if (outcome->how == SPEC_HOW_SIGNALLED && outcome->number == SIGKILL)
		outcome->end = outcome->end_stopped = SPEC_END_KILLED;
	else if (has_outcome(&exits.normal, outcome))
		outcome->end = SPEC_END_NORMAL;
	else if (has_outcome(&exits.shutdown, outcome))
		outcome->end = outcome->how == SPEC_HOW_EXITED ?
		    SPEC_END_SHUTDOWN_TERM : SPEC_END_SHUTDOWN;
	if (is_empty(&exits.stopped))
		outcome->end_stopped = outcome->end;
	else if (outcome->end != SPEC_END_KILLED &&
	    has_outcome(&exits.stopped, outcome))
		outcome->end_stopped = SPEC_END_SHUTDOWN;
}
