/*
 * The options of reevectl: a row each. A verb says by name which ones it takes.
 */
#ifndef REEVE_CTL_OPTION_H
#define REEVE_CTL_OPTION_H

#include <getopt.h>

enum option_id {
	/* for every verb */
	OPTION_SOCKET,
	OPTION_TIMEOUT,
	OPTION_COMPLETE,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_GLOBAL_COUNT,
	/* for those verbs that take them */
	OPTION_JSON = OPTION_GLOBAL_COUNT,
	OPTION_FOLLOW,
	OPTION_LINES,
	OPTION_ID,
	OPTION_RESTART,
	OPTION_SHUTDOWN,
	OPTION_SIGNIFICANT,
	OPTION_ENV,
	OPTION_DRY_RUN,
	OPTION_NOW,
	OPTION_COUNT
};

/* A set of options. */
#define OPTION_BIT(name)	(1u << OPTION_##name)

struct option_row {
	const char *name;	/* long, without -- */
	char letter;		/* 0: none */
	const char *value;	/* what it takes; NULL: nothing */
	const char *choices;	/* the shells complete these words, or files if
				   it is "/"; NULL: nothing */
	const char *parameter;	/* of the method, that gets the value, or true;
				   NULL: none */
	const char *what;	/* one line of help */
};
extern const struct option_row option_rows[OPTION_COUNT];

/* The longest list of letters that getopt takes. */
#define OPTION_LETTERS_SIZE	(2 * OPTION_COUNT + 1)

/* Fill in what getopt_long() needs; the values it returns are for
 * option_of(). */
void	option_getopt(struct option ret_long[OPTION_COUNT + 1],
	    char ret_letters[OPTION_LETTERS_SIZE]);

/* The option that getopt_long() has found; OPTION_COUNT: none. */
enum option_id option_of(int found);

/* The option that a word of the command line is, with - or --; OPTION_COUNT:
 * none. */
enum option_id option_find(const char *word);

#endif
