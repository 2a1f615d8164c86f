/*
 * The environment of a worker. Later ones win over earlier ones:
 *
 *	of the daemon's own environment, what environment_inherit names
 *	HOME USER LOGNAME SHELL, where the worker has a user
 *	REEVE_PATH REEVE_NAME REEVE_RESTARTS
 *	each environment_file, in order
 *	each environment, in order
 *	PATH, if there is still none
 *
 * An environment_file has lines of NAME=value; empty ones and those that begin
 * with # or ; are comments. Blanks around a value are not part of it. A value
 * in '…' is taken as it is; in "…" a backslash makes the next byte ordinary.
 * Nothing is expanded.
 */
#ifndef REEVE_PROCESS_ENV_H
#define REEVE_PROCESS_ENV_H

#include "base/vars.h"
#include "process/exec.h"
#include "process/program.h"
#include "process/spawn.h"

/* Bounds of an environment_file: it may be another user's, and the daemon,
 * which takes it apart, has other things to do. Those of the whole are in
 * base/vars.h. */
#define ENV_FILE_MAX (1 << 20)	/* bytes */
#define ENV_FILE_VARS_MAX 4096	/* variables */

/* An environment in the making, in scratch memory. */
struct env {
	struct scratch *scratch;
	struct vars *vars;
	char *identity[3];	/* REEVE_PATH and so on */
	size_t of_file;		/* variables of the file that is being added */
	int error;		/* why a variable was refused; 0: none */
	const char *refused;	/* that one; all after it are left out */
};

/* Begin with what the daemon gives. */
void	env_begin(struct env *env, struct vars *vars, struct scratch *scratch,
	    const struct program *program, const struct spawn_context *context);

/*
 * Add a file that has been read; its bytes change, and belong to the
 * environment. 0; or -1 with step, error and detail in the result:
 * SPAWN_ENV_FILE, that of the file, or EINVAL for a line that is none, E2BIG
 * for one too many, with "file:line" as detail.
 */
int	env_add_file(struct env *env, const struct exec_file *file,
	    struct spawn_result *ret_result);

/*
 * Add what the program says, and end. 0; or -1 with step, error and detail in
 * the result: SPAWN_PREPARE, ENOMEM; SPAWN_ENVIRONMENT, with the name of a
 * variable as detail, E2BIG or EINVAL as vars_put() has them.
 */
int	env_end(struct env *env, const struct program *program,
	    struct spawn_result *ret_result);

#endif
