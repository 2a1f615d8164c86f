/* Looking for what a start would need, before anything is stopped for it. */
#include "config.h"

#include "process/spawn.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/start.h"

/* Tell whether an error of stat() would be one of the start as well. On a
 * remote file system root may see less than another user. */
static bool
is_certain(int error)
{
	return error == ENOENT || error == ENOTDIR ||
	    (error == EACCES && geteuid() != 0);
}

static int
check_directory(struct start *start)
{
	const char *directory = program_directory(start->plan.program);
	struct stat status;

	if (stat(directory, &status) == 0)
		return S_ISDIR(status.st_mode) ? 0 :
		    start_fail(start, SPAWN_DIRECTORY, ENOTDIR, directory);
	if (!is_certain(errno))
		return 0;
	return start_fail(start, SPAWN_DIRECTORY, errno, directory);
}

static int
check_program(struct start *start)
{
	char *const *candidates = start->plan.candidates;
	const char *found = NULL;
	int error = ENOENT;

	for (size_t i = 0; candidates[i]; i++) {
		struct stat status;

		if (candidates[i][0] != '/')
			return 0;	/* relative to where it would run */
		if (stat(candidates[i], &status) == -1) {
			if (!is_certain(errno))
				return 0;
			error = candidates[1] ? ENOENT : errno;
			if (errno != EACCES)
				continue;
		} else if (S_ISREG(status.st_mode) &&
		    (status.st_mode & 0111)) {
			return 0;
		}
		if (!found)	/* the first one is what exec tells of */
			found = candidates[i];
	}
	if (found)
		error = EACCES;
	else
		found = start->plan.argv[0];
	hint_look(found, error, &start->result.hint);
	return start_fail(start, SPAWN_EXEC, error, found);
}

int
spawn_check(struct program *program,
    const struct spawn_context *context, struct spawn_result *ret_result)
{
	struct start start = {.place.report_fd = -1};
	int rc;

	start_init(&start, program, context);
	rc = start_prepare_whole(&start);
	if (rc == 0)
		rc = check_directory(&start);
	if (rc == 0)
		rc = check_program(&start);
	*ret_result = start.result;
	start_release(&start);
	scratch_release(&start.scratch);
	return rc;
}
