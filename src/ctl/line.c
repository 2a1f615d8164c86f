/* The command line of reevectl. */
#include "config.h"

#include "ctl/line.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "config/value.h"

static const char *const group_titles[CMD_GROUP_COUNT] = {
	[CMD_LOOK] = "verbs that read:",
	[CMD_CHANGE] = "verbs that change:",
	[CMD_OFFLINE] = "verbs without a daemon:",
};

/* Print the help of an option: "  -n, --lines lines  how many lines". */
static void
print_option(FILE *out, enum option_id id)
{
	const struct option_row *row = &option_rows[id];
	char text[64];
	char letter[] = { '-', row->letter, ',', '\0' };

	snprintf(text, sizeof(text), "--%s%s%s", row->name,
	    row->value ? " " : "", row->value ? row->value : "");
	fprintf(out, "  %-3s %-20s %s\n", row->letter ? letter : "", text,
	    row->what);
}

static void
print_help(FILE *out)
{
	fputs("usage: reevectl [-s socket] verb [option ...] [argument ...]\n",
	    out);
	for (enum cmd_group group = 0; group < CMD_GROUP_COUNT; group++) {
		fprintf(out, "%s\n", group_titles[group]);
		for (const struct cmd *const *cmd = cmdtable; *cmd; cmd++)
			if ((*cmd)->group == group)
				fprintf(out, "  %-16s %s\n", (*cmd)->name,
				    (*cmd)->what);
	}
	fputs("options:\n", out);
	for (enum option_id id = 0; id <= OPTION_JSON; id++)
		print_option(out, id);
	fputs("See reevectl(1).\n", out);
}

/* Print an option in a line of usage: "[-n lines]". */
static void
print_usage_option(FILE *out, const struct option_row *row)
{
	if (row->letter)
		fprintf(out, " [-%c", row->letter);
	else
		fprintf(out, " [--%s", row->name);
	fprintf(out, "%s%s]", row->value ? " " : "",
	    row->value ? row->value : "");
}

static void
print_usage(FILE *out, const struct cmd *cmd)
{
	int count = 0;

	fprintf(out, "usage: reevectl %s", cmd->name);
	for (enum option_id id = 0; id < OPTION_COUNT; id++) {
		if (!(cmd->options & 1u << id))
			continue;
		if (++count > 3) {	/* the line is full */
			fputs("\n   ", out);
			count = 1;
		}
		print_usage_option(out, &option_rows[id]);
	}
	fprintf(out, "%s%s%s\n", *cmd->usage ? " " : "", cmd->usage,
	    cmd->takes_command ? " [-- word ...]" : "");
}

static void
print_cmd_help(FILE *out, const struct cmd *cmd)
{
	print_usage(out, cmd);
	fprintf(out, "  %s\n", cmd->what);
	for (enum option_id id = 0; id < OPTION_COUNT; id++)
		if (cmd->options & 1u << id)
			print_option(out, id);
	if (cmd->waits)
		fputs("It waits until this is done.\n", out);
}

/* Refuse the command line, after the reason has been said. */
static _Noreturn void
fail_usage(const struct cmd *cmd)
{
	if (cmd)
		print_usage(stderr, cmd);
	else
		fputs("usage: reevectl [-s socket] verb [option ...] "
		    "[argument ...]\n"
		    "'reevectl --help' lists the verbs\n", stderr);
	exit(CMD_USAGE);
}

/* Refuse an unknown verb, and suggest one that is similar. */
static _Noreturn void
fail_unknown(const char *name)
{
	struct suggestion suggestion;
	char text[256];

	suggest_start(&suggestion, name);
	for (const struct cmd *const *cmd = cmdtable; *cmd; cmd++)
		suggest_consider(&suggestion, (*cmd)->name);
	fprintf(stderr, "reevectl: unknown verb '%s'%s%s%s\n", show_safe(name,
	    text, sizeof(text)), suggestion.best ? ", did you mean '" : "",
	    suggestion.best ? suggestion.best : "",
	    suggestion.best ? "'?" : "");
	fail_usage(NULL);
}

/* Take the value of --env. */
static void
add_environment(struct cmd_args *args, const char *value)
{
	if (!args->environment)
		args->environment = json_array();
	if (json_array_append_new(args->environment, json_string(value)) < 0) {
		fprintf(stderr, "reevectl: --env: the value is not UTF-8\n");
		exit(CMD_USAGE);
	}
}

/* Take the value of --timeout. */
static void
read_timeout(struct cmd_args *args, const char *value)
{
	const char *wrong = NULL;
	char text[256];

	if (strcmp(value, "infinity") == 0)
		args->timeout_ms = CLIENT_FOREVER;
	else
		wrong = value_duration(value, &args->timeout_ms);
	if (!wrong && args->timeout_ms > 0)
		return;
	fprintf(stderr, "reevectl: --timeout '%s': %s\n", show_safe(value,
	    text, sizeof(text)), wrong ? wrong : "must not be 0");
	exit(CMD_USAGE);
}

/* Take an option; whether the verb takes it is checked later. */
static void
take_option(struct cmd_args *args, enum option_id id)
{
	switch (id) {
	case OPTION_VERSION:
		puts("reevectl " PACKAGE_VERSION);
		exit(CMD_DONE);
	case OPTION_COMPLETE:	/* it is the first one: see main.c */
	case OPTION_COUNT:
		fail_usage(args->cmd);
	case OPTION_TIMEOUT:
		read_timeout(args, optarg);
		break;
	case OPTION_ENV:
		add_environment(args, optarg);
		break;
	default:
		break;
	}
	args->options[id] = optarg ? optarg : "";
}

/*
 * Cut off what stands after the first "--" behind the verb: arguments of a
 * command, which are no options. Returns how many words are left.
 */
static int
cut_command(int argc, char **argv, struct cmd_args *args)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		args->command = &argv[i + 1];
		return i;
	}
	return argc;
}

/* Refuse a word that JSON cannot carry; NULL is fine. */
static void
check_word(const char *word)
{
	char text[PATH_MAX];

	if (!word || text_is_utf8(word, strlen(word)))
		return;
	fprintf(stderr, "reevectl: '%s' is not UTF-8\n", show_safe(word, text,
	    sizeof(text)));
	exit(CMD_USAGE);
}

/* Check the words that are sent: left out, they would make another call. */
static void
check_words(const struct cmd_args *args)
{
	for (int id = OPTION_GLOBAL_COUNT; id < OPTION_COUNT; id++)
		check_word(args->options[id]);
	for (size_t i = 0; i < args->count; i++)
		check_word(args->words[i]);
	for (char *const *word = args->command; word && *word; word++)
		check_word(*word);
}

/* Check the words and options against what the verb takes. */
static void
check_line(const struct cmd_args *args)
{
	const struct cmd *cmd = args->cmd;
	size_t count = args->count;
	char word[CMD_WORD_SIZE];
	bool is_optional;

	if (!cmd)
		fail_usage(NULL);
	for (int id = OPTION_GLOBAL_COUNT; id < OPTION_COUNT; id++) {
		if (!args->options[id] || cmd->options & 1u << id)
			continue;
		fprintf(stderr, "reevectl: %s does not take --%s\n", cmd->name,
		    option_rows[id].name);
		fail_usage(cmd);
	}
	if (args->command && !cmd->takes_command) {
		fprintf(stderr, "reevectl: %s takes nothing after --\n",
		    cmd->name);
		fail_usage(cmd);
	}
	if (count > 0 && !*cmd_word(cmd, count - 1, word, NULL))
		fail_usage(cmd);	/* there are too many words */
	cmd_word(cmd, count, word, &is_optional);
	if (!is_optional)
		fail_usage(cmd);	/* one is missing */
	if (cmd->group != CMD_OFFLINE)
		check_words(args);
}

/* Find the verb that the first word behind the options names. */
static void
find_verb(struct cmd_args *args, int argc, char **argv)
{
	if (optind >= argc)
		return;
	args->cmd = cmd_find(argv[optind]);
	if (!args->cmd)
		fail_unknown(argv[optind]);
	optind++;
}

void
line_read(int argc, char **argv, struct cmd_args *ret_args)
{
	struct option options[OPTION_COUNT + 1];
	char letters[OPTION_LETTERS_SIZE];
	int found;

	*ret_args = (struct cmd_args){ .timeout_ms = CMD_TIMEOUT_MS };
	option_getopt(options, letters);
	argc = cut_command(argc, argv, ret_args);
	argv[0] = (char[]){ "reevectl" };	/* for getopt's messages */
	while ((found = getopt_long(argc, argv, letters, options, NULL)) != -1)
		take_option(ret_args, option_of(found));
	find_verb(ret_args, argc, argv);
	if (ret_args->options[OPTION_HELP]) {
		if (ret_args->cmd)
			print_cmd_help(stdout, ret_args->cmd);
		else
			print_help(stdout);
		exit(CMD_DONE);
	}
	ret_args->words = &argv[optind];
	ret_args->count = (size_t)(argc - optind);
	argv[argc] = NULL;	/* where "--" stood, if it did */
	check_line(ret_args);
}
