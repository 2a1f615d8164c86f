/* What can be seen of a file that cannot be executed: why that is. */
#ifndef REEVE_PROCESS_HINT_H
#define REEVE_PROCESS_HINT_H

#define HINT_INTERPRETER_SIZE 256

enum hint_kind {
	HINT_NONE,		/* there is nothing to add */
	HINT_DIRECTORY,		/* it is one */
	HINT_NOT_EXECUTABLE,	/* no plain file, or without an x */
	HINT_NOEXEC,		/* its file system is mounted so */
	HINT_EMPTY,
	HINT_NO_PROGRAM,	/* neither of this machine nor a script */
	HINT_BAD_INTERPRETER,	/* that is not executable */
	HINT_NO_INTERPRETER,	/* that is not there */
	HINT_COUNT
};

struct hint {
	enum hint_kind kind;
	char interpreter[HINT_INTERPRETER_SIZE]; /* or "" */
};

/* Look at a file that execve() has refused with an error. It only makes system
 * calls, which may hang as those of execve() may: so this is for a child. */
void	hint_look(const char *path, int error, struct hint *ret_hint);

#endif
