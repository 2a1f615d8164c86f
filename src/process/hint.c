/* What can be seen of a file that cannot be executed. */
#include "config.h"

#include "process/hint.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define HEAD_SIZE	256
#define PARTS_MAX	64	/* of an ELF file, that are looked at */

/* Copy the interpreter's path from a first line that begins with #!. */
static void
read_script(const char *head, char *interpreter)
{
	const char *from = head + 2 + strspn(head + 2, " \t");
	size_t size = strcspn(from, " \t\r\n");

	memcpy(interpreter, from, size);	/* a head is not longer */
	interpreter[size] = '\0';
}

/* Copy the loader's path from a 64-bit ELF file of this machine's order. */
static void
read_elf(int fd, const char *head, char *interpreter)
{
	Elf64_Ehdr file;
	Elf64_Phdr part;

	memcpy(&file, head, sizeof(file));
	for (unsigned i = 0; i < file.e_phnum && i < PARTS_MAX; i++) {
		off_t at = (off_t)(file.e_phoff + i * sizeof(part));

		if (pread(fd, &part, sizeof(part), at) != sizeof(part))
			return;
		if (part.p_type != PT_INTERP ||
		    part.p_filesz >= HINT_INTERPRETER_SIZE)
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
read_interpreter(const char *path, char *interpreter)
{
	char head[HEAD_SIZE] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	*interpreter = '\0';
	if (fd == -1)
		return;
	if (read(fd, head, sizeof(head) - 1) > (ssize_t)sizeof(Elf64_Ehdr) &&
	    memcmp(head, ELFMAG, SELFMAG) == 0 && head[EI_CLASS] == ELFCLASS64)
		read_elf(fd, head, interpreter);
	else if (memcmp(head, "#!", 2) == 0)
		read_script(head, interpreter);
	close(fd);
}

static bool
is_executable_file(const struct stat *st)
{
	return S_ISREG(st->st_mode) && (st->st_mode & 0111);
}

/* Tell whether nothing may be executed on a file's file system. */
static bool
is_mounted_noexec(const char *path)
{
#ifdef ST_NOEXEC
	struct statvfs fs;

	return statvfs(path, &fs) == 0 && fs.f_flag & ST_NOEXEC;
#else
	(void)path;
	return false;
#endif
}

/* Tell why a file that is there may not be executed. */
static enum hint_kind
look_at_denied(const char *path, const struct stat *st, char *interpreter)
{
	struct stat other;

	if (S_ISDIR(st->st_mode))
		return HINT_DIRECTORY;
	if (!is_executable_file(st))
		return HINT_NOT_EXECUTABLE;
	if (is_mounted_noexec(path))
		return HINT_NOEXEC;
	read_interpreter(path, interpreter);
	return *interpreter && stat(interpreter, &other) == 0 &&
	    !is_executable_file(&other) ? HINT_BAD_INTERPRETER : HINT_NONE;
}

void
hint_look(const char *path, int error, struct hint *ret_hint)
{
	struct stat st;

	ret_hint->kind = HINT_NONE;
	if (!strchr(path, '/') || stat(path, &st) == -1)
		return;
	switch (error) {
	case EACCES:
		ret_hint->kind = look_at_denied(path, &st,
		    ret_hint->interpreter);
		break;
	case ENOEXEC:
		ret_hint->kind = st.st_size == 0 ? HINT_EMPTY :
		    HINT_NO_PROGRAM;
		break;
	case ENOENT:
		read_interpreter(path, ret_hint->interpreter);
		if (*ret_hint->interpreter)
			ret_hint->kind = HINT_NO_INTERPRETER;
		break;
	default:
		break;
	}
}
