/* The environment of a worker. */
#include "config.h"

#include "process/env.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_ROOM 32

#define PATH_ROOT "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define PATH_USER "/usr/local/bin:/usr/bin:/bin"

/* An environment in the making. */
struct env {
	struct scratch *scratch;
	char **vars;		/* with room for a NULL behind */
	size_t count;
	size_t room;
	size_t of_file;		/* variables of the file that is being read */
};

/* Make room for one more variable and the NULL. */
static bool
make_room(struct env *env)
{
	size_t room = env->room ? env->room * 2 : FIRST_ROOM;
	char **vars;

	if (env->count + 1 < env->room)
		return true;
	vars = scratch_alloc(env->scratch, room * sizeof(*vars));
	if (!vars)
		return false;
	if (env->count > 0)
		memcpy(vars, env->vars, env->count * sizeof(*vars));
	env->vars = vars;
	env->room = room;
	return true;
}

/* Put a variable in, "NAME=value", over one of the same name. The environment
 * keeps the pointer; NULL is for a shortage, which scratch remembers. */
static void
put_var(struct env *env, char *var)
{
	size_t size;

	if (!var || !strchr(var, '='))
		return;
	size = (size_t)(strchr(var, '=') - var) + 1;
	for (size_t i = 0; i < env->count; i++) {
		if (strncmp(env->vars[i], var, size) == 0) {
			env->vars[i] = var;
			return;
		}
	}
	if (make_room(env))
		env->vars[env->count++] = var;
}

/* Put a variable in from a name and a value; NULL: none. */
static void
put_value(struct env *env, const char *name, const char *value)
{
	if (value)
		put_var(env, scratch_join(env->scratch, name, "=", value));
}

/* Put a number in. By hand: in a daemon that has slept, the code of printf()
 * alone takes as long to fetch as all the rest of an environment. */
static void
put_number(struct env *env, const char *name, uint32_t number)
{
	char text[16], *at = &text[sizeof(text) - 1];

	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	put_value(env, name, at);
}

static void
put_identity(struct env *env, const struct spawn_context *context)
{
	put_value(env, "REEVE_PATH", context->path);
	put_value(env, "REEVE_NAME", context->name);
	put_number(env, "REEVE_RESTARTS", context->restarts);
}

/* Put in what the daemon itself gives. */
static void
put_own(struct env *env, const struct program *program,
    const struct spawn_context *context)
{
	for (char *const *name = context->inherit; name && *name; name++)
		put_value(env, *name, getenv(*name));
	if (program->user_name) {
		put_value(env, "HOME", program->home);
		put_value(env, "USER", program->user_name);
		put_value(env, "LOGNAME", program->user_name);
		put_value(env, "SHELL", program->shell);
	}
	put_identity(env, context);
}

/* Read a plain file whole, ended by a NUL; NULL with errno. */
static char *
read_file(struct scratch *scratch, const char *path, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st = {.st_size = 0};
	size_t used = 0;
	ssize_t size = -1;
	char *text = NULL;

	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == -1)
		goto out;
	errno = S_ISREG(st.st_mode) ? EFBIG : EINVAL;
	if (!S_ISREG(st.st_mode) || st.st_size > ENV_FILE_MAX)
		goto out;
	errno = ENOMEM;
	text = scratch_alloc(scratch, (size_t)st.st_size + 1);
	if (!text)
		goto out;
	while (used < (size_t)st.st_size &&
	    (size = read(fd, text + used, (size_t)st.st_size - used)) > 0)
		used += (size_t)size;
	text[used] = '\0';
	*ret_size = used;
	if (size == -1 && used < (size_t)st.st_size)
		text = NULL;
out:
	close(fd);
	return text;
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
	if (!unquote(value) || ++env->of_file > ENV_VARS_MAX)
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

static int
put_file(struct env *env, const char *path, struct spawn_result *result)
{
	bool may_be_missing = *path == '-';
	size_t size;
	char *text;
	int line;

	path += may_be_missing;
	text = read_file(env->scratch, path, &size);
	if (!text) {
		if (may_be_missing && errno == ENOENT)
			return 0;
		fail_file(result, errno, path, 0);
		return -1;
	}
	env->of_file = 0;
	line = put_lines(env, text, size);
	if (line) {
		fail_file(result, env->of_file > ENV_VARS_MAX ? E2BIG : EINVAL,
		    path, line);
		return -1;
	}
	return 0;
}

char **
env_build(struct scratch *scratch, const struct program *program,
    const struct spawn_context *context, struct spawn_result *ret_result)
{
	struct env env = {.scratch = scratch};

	put_own(&env, program, context);
	for (char **path = program->env_files; path && *path; path++)
		if (put_file(&env, *path, ret_result) == -1)
			return NULL;
	for (char **var = program->env; var && *var; var++)
		put_var(&env, *var);
	/* once more, over what a file or a client says; but in its old place,
	 * where it is found however large the environment is */
	put_identity(&env, context);
	if (env.vars)
		env.vars[env.count] = NULL;
	if (env.vars && !env_get(env.vars, "PATH"))
		put_value(&env, "PATH", geteuid() == 0 ? PATH_ROOT : PATH_USER);
	if (!env.vars || scratch->failed) {
		ret_result->step = SPAWN_PREPARE;
		ret_result->error = ENOMEM;
		return NULL;
	}
	env.vars[env.count] = NULL;
	return env.vars;
}

const char *
env_get(char *const *env, const char *name)
{
	size_t size = strlen(name);

	for (; *env; env++)
		if (strncmp(*env, name, size) == 0 && (*env)[size] == '=')
			return *env + size + 1;
	return NULL;
}
