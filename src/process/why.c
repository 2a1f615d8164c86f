/* A failed start in words. */
#include "config.h"

#include <assert.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

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

/* Copy the interpreter's path from a first line that begins with #!. */
static void
read_script(const char *head, char *interpreter, size_t size)
{
	const char *from = head + 2 + strspn(head + 2, " \t");

	snprintf(interpreter, size, "%.*s", (int)strcspn(from, " \t\r\n"),
	    from);
}

/* Copy the loader's path from a 64-bit ELF file of this machine's order. */
static void
read_elf(int fd, const char *head, char *interpreter, size_t size)
{
	Elf64_Ehdr file;
	Elf64_Phdr part;

	memcpy(&file, head, sizeof(file));
	for (unsigned i = 0; i < file.e_phnum && i < 64; i++) {
		off_t at = (off_t)(file.e_phoff + i * sizeof(part));

		if (pread(fd, &part, sizeof(part), at) != sizeof(part))
			return;
		if (part.p_type != PT_INTERP || part.p_filesz >= size)
			continue;
		if (pread(fd, interpreter, part.p_filesz,
		    (off_t)part.p_offset) != (ssize_t)part.p_filesz)
			part.p_filesz = 0;	/* it is cut off */
		interpreter[part.p_filesz] = '\0';
		return;
	}
}

/* Find out which interpreter a file needs; "": nothing is known. */
static void
read_interpreter(const char *path, char *interpreter, size_t size)
{
	char head[256] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	*interpreter = '\0';
	if (fd == -1)
		return;
	if (read(fd, head, sizeof(head) - 1) > (ssize_t)sizeof(Elf64_Ehdr) &&
	    memcmp(head, ELFMAG, SELFMAG) == 0 && head[EI_CLASS] == ELFCLASS64)
		read_elf(fd, head, interpreter, size);
	else if (memcmp(head, "#!", 2) == 0)
		read_script(head, interpreter, size);
	close(fd);
}

/* Explain why a file that is there cannot be executed. */
static void
explain_denied(const char *path, const struct stat *st, char *hint)
{
	char interpreter[256];
	struct statvfs fs;
	struct stat other;

	if (S_ISDIR(st->st_mode)) {
		write_hint(hint, " (it is a directory)");
		return;
	}
	if (!S_ISREG(st->st_mode) || !(st->st_mode & 0111)) {
		write_hint(hint, " (it is not an executable file)");
		return;
	}
#ifdef ST_NOEXEC
	if (statvfs(path, &fs) == 0 && fs.f_flag & ST_NOEXEC) {
		write_hint(hint, " (its file system is mounted noexec)");
		return;
	}
#else
	(void)fs;
#endif
	read_interpreter(path, interpreter, sizeof(interpreter));
	if (*interpreter && stat(interpreter, &other) == 0 &&
	    (!S_ISREG(other.st_mode) || !(other.st_mode & 0111)))
		write_hint(hint, " (its interpreter '%s' is not an executable "
		    "file)", interpreter);
}

/* Explain a refused exec, as far as the file tells. */
static void
explain_exec(const char *path, int error, char *hint)
{
	char interpreter[256];
	struct stat st;

	if (stat(path, &st) == -1)
		return;
	if (error == EACCES)
		explain_denied(path, &st, hint);
	if (error == ENOEXEC)
		write_hint(hint, st.st_size == 0 ? " (it is empty)" :
		    " (it is neither a program of this machine nor a script "
		    "that begins with #!)");
	if (error != ENOENT)
		return;
	read_interpreter(path, interpreter, sizeof(interpreter));
	if (*interpreter)
		write_hint(hint, " (its interpreter '%s' is missing)",
		    interpreter);
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
explain_failure(const struct program *program,
    const struct spawn_result *result, char *hint)
{
	char path[HINT_MAX];
	const char *dir = program_directory(program);

	*hint = '\0';
	if (result->error == E2BIG)
		explain_bound(result, hint);
	if (result->error == EINVAL)
		explain_wrong(result, hint);
	if (result->step != SPAWN_EXEC || !result->detail)
		return;
	if (!strchr(result->detail, '/')) {
		if (result->error == ENOENT)
			write_hint(hint, " (there is none in its PATH)");
		return;
	}
	snprintf(path, sizeof(path), "%s%s%s",
	    *result->detail == '/' ? "" : dir,
	    *result->detail == '/' ? "" : "/", result->detail);
	explain_exec(path, result->error, hint);
}

void
spawn_describe(const struct program *program,
    const struct spawn_result *result, char *ret_text, size_t size)
{
	enum spawn_step step =
	    result->step < SPAWN_STEP_COUNT ? result->step : SPAWN_NONE;
	char hint[HINT_MAX];

	explain_failure(program, result, hint);
	if (step == SPAWN_EXPAND && result->error == ENOENT)
		snprintf(ret_text, size, "expanding the command: there is no "
		    "'%s' in its environment",
		    result->detail ? result->detail : "variable");
	else if (result->detail)
		snprintf(ret_text, size, "%s '%s': %s%s", doing[step],
		    result->detail, strerror(result->error), hint);
	else
		snprintf(ret_text, size, "%s: %s%s", doing[step],
		    strerror(result->error), hint);
}
