/* The environment of a worker. */
#include "config.h"

#include "process/env.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"

#define PATH_ROOT "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define PATH_USER "/usr/local/bin:/usr/bin:/bin"

/* Put a variable in, "NAME=value", over one of the same name. The environment
 * keeps the pointer; NULL is for a shortage, which scratch remembers. */
static void
put_var(struct env *env, char *var)
{
	if (!var || env->error)
		return;
	env->error = vars_put(env->vars, var);
	if (env->error)
		env->refused = var;
}

/* Put a variable in from a name and a value; NULL: none. */
static void
put_value(struct env *env, const char *name, const char *value)
{
	if (value)
		put_var(env, scratch_join(env->scratch, name, "=", value));
}

/* Make a variable of a number. By hand: in a daemon that has slept, the code of
 * printf() alone takes as long to fetch as all the rest of an environment. */
static char *
number_var(struct env *env, const char *name, uint32_t number)
{
	char text[16], *at = &text[sizeof(text) - 1];

	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	return scratch_join(env->scratch, name, "=", at);
}

/* Put in who it is. */
static void
put_identity(struct env *env)
{
	for (size_t i = 0; i < LENGTH(env->identity); i++)
		put_var(env, env->identity[i]);
}

/* Make the variables that say who it is. */
static void
make_identity(struct env *env, const struct spawn_context *context)
{
	struct scratch *scratch = env->scratch;

	env->identity[0] = scratch_join(scratch, "REEVE_PATH", "=",
	    context->path);
	env->identity[1] = scratch_join(scratch, "REEVE_NAME", "=",
	    context->name);
	env->identity[2] = number_var(env, "REEVE_RESTARTS",
	    context->restarts);
}

/* Put in what is inherited of the daemon's own environment, in the order of the
 * names. It is read once, however many names there are. */
static void
put_inherited(struct env *env, char *const *names)
{
	struct wordset wanted = {.scratch = env->scratch, .max = WORDSET_MAX};
	char **found = NULL;
	size_t index;

	for (char *const *name = names; name && *name && !env->error; name++) {
		env->error = wordset_put(&wanted, *name, strlen(*name), &index);
		env->refused = *name;
	}
	found = scratch_alloc(env->scratch,
	    (wanted.count + 1) * sizeof(*found));
	if (!found)
		return;
	memset(found, 0, (wanted.count + 1) * sizeof(*found));
	for (char **var = environ; var && *var; var++) {
		index = wordset_find(&wanted, *var, strcspn(*var, "="));
		/* of variables of one name, getenv() takes the first */
		if (index != WORDSET_NONE && !found[index])
			found[index] = *var;
	}
	for (index = 0; index < wanted.count; index++)
		put_var(env, found[index]);
}

/* Put in what the daemon itself gives. */
static void
put_own(struct env *env, const struct program *program,
    const struct spawn_context *context)
{
	put_inherited(env, context->inherit);
	if (program->user_name) {
		put_value(env, "HOME", program->home);
		put_value(env, "USER", program->user_name);
		put_value(env, "LOGNAME", program->user_name);
		put_value(env, "SHELL", program->shell);
	}
	put_identity(env);
}

/* Tell whether a text begins with NAME=. */
static bool
has_name(const char *text)
{
	const char *at = text;

	if (!isalpha((unsigned char)*at) && *at != '_')
		return false;
	while (isalnum((unsigned char)*at) || *at == '_')
		at++;
	return *at == '=';
}

/* Take the quotes off a value, in place; false if they are not closed. */
static bool
unquote(char *value)
{
	char quote = *value;
	char *in = value + 1, *out = value;

	if (quote != '\'' && quote != '"')
		return true;
	while (*in && *in != quote) {
		if (quote == '"' && *in == '\\' && in[1])
			in++;
		*out++ = *in++;
	}
	if (*in != quote || in[1])
		return false;
	*out = '\0';
	return true;
}

/* Put in the variable of a line, which is changed in place. False: the line is
 * neither a variable nor a comment, or the variable is one too many. */
static bool
put_line(struct env *env, char *line)
{
	char *end, *value;

	line += strspn(line, " \t");
	end = line + strlen(line);
	while (end > line && isspace((unsigned char)end[-1]))
		*--end = '\0';
	if (!*line || *line == '#' || *line == ';')
		return true;
	if (!has_name(line))
		return false;
	value = strchr(line, '=') + 1;
	memmove(value, value + strspn(value, " \t"),
	    strlen(value + strspn(value, " \t")) + 1);
	if (!unquote(value) || ++env->of_file > ENV_FILE_VARS_MAX)
		return false;
	put_var(env, line);
	return true;
}

/* Put in the lines of a file's text. Returns the number of a wrong one, or
 * 0. */
static int
put_lines(struct env *env, char *text, size_t size)
{
	char *end = text + size;

	for (int number = 1; text < end; number++) {
		size_t length = strcspn(text, "\n");

		if (text + length < end && text[length] == '\0')
			return number;
		text[length] = '\0';
		if (!put_line(env, text))
			return number;
		text += length + 1;
	}
	return 0;
}

/* Fill in a failure about a file, and a line of it if not 0. */
static void
fail_file(struct spawn_result *result, int error, const char *path, int line)
{
	char number[24] = "";
	size_t size = strlen(path) + sizeof(number);

	if (line)
		snprintf(number, sizeof(number), ":%d", line);
	result->step = SPAWN_ENV_FILE;
	result->error = error;
	result->detail = malloc(size);
	if (result->detail)
		snprintf(result->detail, size, "%s%s", path, number);
}

int
env_add_file(struct env *env, const struct exec_file *file,
    struct spawn_result *ret_result)
{
	int line;

	if (file->may_be_missing && file->error == ENOENT)
		return 0;
	if (file->error) {
		fail_file(ret_result, file->error, file->path, 0);
		return -1;
	}
	env->of_file = 0;
	line = put_lines(env, file->bytes, file->size);
	if (line == 0)
		return 0;
	fail_file(ret_result, env->of_file > ENV_FILE_VARS_MAX ? E2BIG : EINVAL,
	    file->path, line);
	return -1;
}

/* Fill in a failure about the environment as a whole. */
static void
fail_whole(const struct env *env, struct spawn_result *result)
{
	if (env->scratch->failed || env->error == ENOMEM) {
		result->step = SPAWN_PREPARE;
		result->error = ENOMEM;
		return;
	}
	result->step = SPAWN_ENVIRONMENT;
	result->error = env->error;
	result->detail = strndup(env->refused, strcspn(env->refused, "="));
}

void
env_begin(struct env *env, struct vars *vars, struct scratch *scratch,
    const struct program *program, const struct spawn_context *context)
{
	*env = (struct env){.scratch = scratch, .vars = vars};
	vars_init(vars, scratch);
	make_identity(env, context);
	put_own(env, program, context);
}

int
env_end(struct env *env, const struct program *program,
    struct spawn_result *ret_result)
{
	for (char **var = program->env; var && *var; var++)
		put_var(env, *var);
	/* once more, over what a file or a client says; but in its old place,
	 * where it is found however large the environment is */
	put_identity(env);
	if (!vars_get(env->vars, "PATH", strlen("PATH")))
		put_value(env, "PATH", geteuid() == 0 ? PATH_ROOT : PATH_USER);
	if (!env->error && !env->scratch->failed)
		return 0;
	fail_whole(env, ret_result);
	return -1;
}
