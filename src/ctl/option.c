/* The table of options. */
#include "config.h"

#include "ctl/option.h"

#include <string.h>

#define LONG_BASE	256	/* what getopt returns for the first long one */

const struct option_row option_rows[OPTION_COUNT] = {
	[OPTION_SOCKET] = { "socket", 's', "socket", "/", NULL,
	    "where reeved listens" },
	[OPTION_TIMEOUT] = { "timeout", 0, "time", "infinity", NULL,
	    "how long reeved may be silent" },
	[OPTION_COMPLETE] = { "complete", 0, "word ...", NULL, NULL,
	    "what the last of these words can become" },
	[OPTION_HELP] = { "help", 'h', NULL, NULL, NULL,
	    "this text, or that of a verb" },
	[OPTION_VERSION] = { "version", 'V', NULL, NULL, NULL, "the version" },
	[OPTION_JSON] = { "json", 0, NULL, NULL, NULL, "answer in JSON" },
	[OPTION_FOLLOW] = { "follow", 'f', NULL, NULL, "follow",
	    "tell also what comes" },
	[OPTION_LINES] = { "lines", 'n', "lines", NULL, NULL,
	    "how many lines" },
	[OPTION_ID] = { "id", 0, "name", NULL, "id", "the name of the child" },
	[OPTION_RESTART] = { "restart", 0, "type",
	    "permanent transient temporary", "restart", "its restart type" },
	[OPTION_SHUTDOWN] = { "shutdown", 0, "time", "infinity brutal_kill",
	    "shutdown", "how long it may take to stop" },
	[OPTION_SIGNIFICANT] = { "significant", 0, NULL, NULL, "significant",
	    "its end may end the supervisor" },
	[OPTION_ENV] = { "env", 0, "name=value", NULL, NULL,
	    "a variable of its environment; may be repeated" },
	[OPTION_DRY_RUN] = { "dry-run", 0, NULL, NULL, "dry_run",
	    "only tell what would be done" },
	[OPTION_NOW] = { "now", 0, NULL, NULL, "now", "kill, do not wait" },
};

void
option_getopt(struct option ret_long[OPTION_COUNT + 1],
    char ret_letters[OPTION_LETTERS_SIZE])
{
	char *letter = ret_letters;

	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = &option_rows[i];

		ret_long[i] = (struct option){
			.name = row->name,
			.has_arg = row->value ? required_argument :
			    no_argument,
			.val = LONG_BASE + i,
		};
		if (!row->letter)
			continue;
		*letter++ = row->letter;
		if (row->value)
			*letter++ = ':';
	}
	*letter = '\0';
	ret_long[OPTION_COUNT] = (struct option){ .name = NULL };
}

enum option_id
option_of(int found)
{
	if (found >= LONG_BASE)
		return (enum option_id)(found - LONG_BASE);
	for (int i = 0; i < OPTION_COUNT; i++)
		if (option_rows[i].letter == found)
			return (enum option_id)i;
	return OPTION_COUNT;
}

enum option_id
option_find(const char *word)
{
	if (word[0] == '-' && word[1] != '-' && word[1] && !word[2])
		return option_of(word[1]);
	for (int i = 0; i < OPTION_COUNT; i++)
		if (strncmp(word, "--", 2) == 0 &&
		    strcmp(option_rows[i].name, word + 2) == 0)
			return (enum option_id)i;
	return OPTION_COUNT;
}
