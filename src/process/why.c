/* A failed start in words. */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/command.h"
#include "process/env.h"
#include "process/start.h"

#define HINT_MAX 512

/* What each step was doing. */
static const char *const doing[] = {
#define X(name, words)	[SPAWN_##name] = (words),
	SPAWN_STEPS(X)
#undef X
};

/* Write a hint in parentheses. */
#define write_hint(hint, ...) snprintf(hint, HINT_MAX, __VA_ARGS__)

/* What is seen of a file that cannot be executed. */
static const char *const hints[HINT_COUNT] = {
	[HINT_NONE] = "",
	[HINT_DIRECTORY] = " (it is a directory)",
	[HINT_NOT_EXECUTABLE] = " (it is not an executable file)",
	[HINT_NOEXEC] = " (its file system is mounted noexec)",
	[HINT_EMPTY] = " (it is empty)",
	[HINT_NO_PROGRAM] = (" (it is neither a program of this machine nor a "
	    "script that begins with #!)"),
	[HINT_BAD_INTERPRETER] = "' is not an executable file)",
	[HINT_NO_INTERPRETER] = "' is missing)",
};

/* Say what was seen of the file. */
static void
explain_file(const struct hint *seen, char *hint)
{
	bool of_interpreter = seen->kind == HINT_BAD_INTERPRETER ||
	    seen->kind == HINT_NO_INTERPRETER;

	write_hint(hint, "%s%s%s",
	    of_interpreter ? " (its interpreter '" : "",
	    of_interpreter ? seen->interpreter : "", hints[seen->kind]);
}

/* Explain what is too much for a start, or too many. */
static void
explain_bound(const struct spawn_result *result, char *hint)
{
	if (result->step == SPAWN_ENV_FILE)
		write_hint(hint, " (it may have %d variables)",
		    ENV_FILE_VARS_MAX);
	if (result->step == SPAWN_ENVIRONMENT)
		write_hint(hint, " (it may have %d variables and %d bytes)",
		    VARS_MAX, VARS_SIZE_MAX);
	if (result->step == SPAWN_EXPAND)
		write_hint(hint, " (it may have %d bytes)", COMMAND_SIZE_MAX);
	if (result->step == SPAWN_PATH)
		write_hint(hint, " (PATH may have %d directories)",
		    START_PATH_MAX);
	if (result->step == SPAWN_EXEC)
		write_hint(hint, " (its arguments and its environment are more "
		    "than the system takes)");
}

/* Explain what is wrong with a value. */
static void
explain_wrong(const struct spawn_result *result, char *hint)
{
	if (result->step == SPAWN_ENV_FILE)
		write_hint(hint, " (it must be a plain file with lines of "
		    "NAME=value)");
	if (result->step == SPAWN_ENVIRONMENT || result->step == SPAWN_PATH)
		write_hint(hint, " (the hashes of too many names are alike)");
	if (result->step == SPAWN_STDOUT || result->step == SPAWN_STDERR)
		write_hint(hint, " (it is not a plain file)");
}

/* Explain a failure in parentheses; "": there is nothing to add. */
static void
explain_failure(const struct spawn_result *result, char *hint)
{
	*hint = '\0';
	if (result->hangs)
		return;
	if (result->error == E2BIG)
		explain_bound(result, hint);
	if (result->error == EINVAL)
		explain_wrong(result, hint);
	if (result->step != SPAWN_EXEC || !result->detail)
		return;
	if (result->hint.kind != HINT_NONE)
		explain_file(&result->hint, hint);
	else if (result->error == ENOENT && !strchr(result->detail, '/'))
		write_hint(hint, " (there is none in its PATH)");
}

void
spawn_describe(const struct spawn_result *result, char *ret_text, size_t size)
{
	enum spawn_step step =
	    result->step < SPAWN_STEP_COUNT ? result->step : SPAWN_NONE;
	const char *what = result->hangs ? "it hangs there" :
	    strerror(result->error);
	char hint[HINT_MAX];

	explain_failure(result, hint);
	if (step == SPAWN_EXPAND && result->error == ENOENT)
		snprintf(ret_text, size, "expanding the command: there is no "
		    "'%s' in its environment",
		    result->detail ? result->detail : "variable");
	else if (result->detail)
		snprintf(ret_text, size, "%s '%s': %s%s", doing[step],
		    result->detail, what, hint);
	else
		snprintf(ret_text, size, "%s: %s%s", doing[step], what, hint);
}
