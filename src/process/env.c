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

#define PATH_ROOT "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define PATH_USER "/usr/local/bin:/usr/bin:/bin"

/* An environment in the making. */
struct env {
	struct scratch *scratch;
	struct vars *vars;
	size_t of_file;		/* variables of the file that is being read */
	int error;		/* why a variable was refused; 0: none */
	const char *refused;	/* that one; all after it are left out */
};

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
		fail_file(result, env->of_file > ENV_FILE_VARS_MAX ? E2BIG :
		    EINVAL, path, line);
		return -1;
	}
	return 0;
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

int
env_build(struct vars *vars, struct scratch *scratch,
    const struct program *program, const struct spawn_context *context,
    struct spawn_result *ret_result)
{
	struct env env = {.scratch = scratch, .vars = vars};

	vars_init(vars, scratch);
	put_own(&env, program, context);
	for (char **path = program->env_files; path && *path; path++)
		if (put_file(&env, *path, ret_result) == -1)
			return -1;
	for (char **var = program->env; var && *var; var++)
		put_var(&env, *var);
	/* once more, over what a file or a client says; but in its old place,
	 * where it is found however large the environment is */
	put_identity(&env, context);
	if (!vars_get(vars, "PATH", strlen("PATH")))
		put_value(&env, "PATH", geteuid() == 0 ? PATH_ROOT : PATH_USER);
	if (!env.error && !scratch->failed)
		return 0;
	fail_whole(&env, ret_result);
	return -1;
}
