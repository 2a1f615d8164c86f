/* reevectl: asks and changes a running reeved from the command line. */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "ctl/cmd.h"

enum {
	OPT_ID = 256,
	OPT_RESTART,
	OPT_SHUTDOWN,
	OPT_SIGNIFICANT,
	OPT_ENV,
	OPT_DRY_RUN,
	OPT_NOW,
	OPT_JSON,
};

static const struct option long_options[] = {
	{ "socket", required_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "follow", no_argument, NULL, 'f' },
	{ "lines", required_argument, NULL, 'n' },
	{ "id", required_argument, NULL, OPT_ID },
	{ "restart", required_argument, NULL, OPT_RESTART },
	{ "shutdown", required_argument, NULL, OPT_SHUTDOWN },
	{ "significant", no_argument, NULL, OPT_SIGNIFICANT },
	{ "env", required_argument, NULL, OPT_ENV },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "now", no_argument, NULL, OPT_NOW },
	{ NULL, 0, NULL, 0 },
};

/* The command line, read. */
struct line {
	struct cmd_args args;
	const char *socket;
	const struct cmd *verb;
	unsigned options;	/* given: bits of enum ctl_option */
};

/* Say how the program is used. */
static void
print_usage(FILE *out)
{
	fputs("usage: reevectl [-s socket] verb [option ...] [argument ...]\n",
	    out);
	for (size_t i = 0; i < ctlverb_count; i++)
		fprintf(out, "  %-16s %s\n", ctlverbs[i].name,
		    ctlverbs[i].what);
	fputs("options:\n"
	    "  -s, --socket PATH  where reeved listens\n"
	    "      --json         answer in JSON\n"
	    "  -h, --help         this text, or that of a verb\n"
	    "  -V, --version      the version\n"
	    "See reevectl(1).\n", out);
}

/* Say how a verb is used. */
static void
print_verb_usage(FILE *out, const struct cmd *verb)
{
	fprintf(out, "usage: reevectl %s%s%s%s\n  %s\n", verb->name,
	    verb->options & CTL_JSON ? " [--json]" : "",
	    *verb->usage ? " " : "", verb->usage, verb->what);
}

/* Refuse the command line. */
static _Noreturn void
bad_usage(const struct cmd *verb)
{
	if (verb)
		print_verb_usage(stderr, verb);
	else
		fputs("usage: reevectl [-s socket] verb [option ...] "
		    "[argument ...]\n"
		    "'reevectl --help' lists the verbs\n", stderr);
	exit(CMD_USAGE);
}

/* A word of the command line, safe to be shown; returns ret_text. */
static char *
safe(const char *word, char *ret_text, size_t size)
{
	return text_sanitise(word, strlen(word), ret_text, size);
}

/* Refuse a verb that there is not, with one that is alike. */
static _Noreturn void
unknown_verb(const char *name)
{
	struct suggestion suggestion;
	char text[256];

	suggest_start(&suggestion, name);
	for (size_t i = 0; i < ctlverb_count; i++)
		suggest_consider(&suggestion, ctlverbs[i].name);
	fprintf(stderr, "reevectl: unknown verb '%s'%s%s%s\n", safe(name, text,
	    sizeof(text)), suggestion.best ? ", did you mean '" : "",
	    suggestion.best ? suggestion.best : "",
	    suggestion.best ? "'?" : "");
	bad_usage(NULL);
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

/* Take one option; options that belong to some verbs only are noted. */
static void
take_option(struct line *line, int option)
{
	switch (option) {
	case 's':
		line->socket = optarg;
		break;
	case 'V':
		puts("reevectl " PACKAGE_VERSION);
		exit(CMD_DONE);
	case OPT_JSON:
		line->args.json = true;
		line->options |= CTL_JSON;
		break;
	case 'f':
		line->args.follow = true;
		line->options |= CTL_FOLLOW;
		break;
	case 'n':
		line->args.lines = optarg;
		line->options |= CTL_LINES;
		break;
	case OPT_DRY_RUN:
		line->args.dry_run = true;
		line->options |= CTL_DRY_RUN;
		break;
	case OPT_NOW:
		line->args.now = true;
		line->options |= CTL_NOW;
		break;
	default:
		bad_usage(line->verb);
	}
}

/* Take an option of start-child; false if it is none. */
static bool
take_spec_option(struct line *line, int option)
{
	struct cmd_args *args = &line->args;

	switch (option) {
	case OPT_ID:
		args->id = optarg;
		break;
	case OPT_RESTART:
		args->restart = optarg;
		break;
	case OPT_SHUTDOWN:
		args->shutdown = optarg;
		break;
	case OPT_SIGNIFICANT:
		args->significant = true;
		break;
	case OPT_ENV:
		add_environment(args, optarg);
		break;
	default:
		return false;
	}
	line->options |= CTL_SPEC;
	return true;
}

/*
 * Cut off what stands after the first "--" behind the verb: arguments that are
 * nobody's options. Returns how many words are left.
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

/* Read the command line; exits on what needs no daemon and on mistakes. */
static void
read_line(int argc, char **argv, struct line *ret_line)
{
	struct line *line = ret_line;
	bool help = false;
	int option;

	argc = cut_command(argc, argv, &line->args);
	argv[0] = (char[]){ "reevectl" };	/* for getopt's messages */
	while ((option = getopt_long(argc, argv, "s:hVfn:", long_options,
	    NULL)) != -1) {
		if (option == 'h')
			help = true;
		else if (!take_spec_option(line, option))
			take_option(line, option);
	}
	if (optind < argc) {
		line->verb = cmd_find(argv[optind]);
		if (!line->verb)
			unknown_verb(argv[optind]);
		optind++;
	}
	if (help) {
		if (line->verb)
			print_verb_usage(stdout, line->verb);
		else
			print_usage(stdout);
		exit(CMD_DONE);
	}
	line->args.words = &argv[optind];
	line->args.count = (size_t)(argc - optind);
	argv[argc] = NULL;	/* where "--" stood, if it did */
}

/* Refuse a word that the protocol cannot carry; NULL is fine. */
static void
check_word(const char *word)
{
	char text[PATH_MAX];

	if (!word || text_is_utf8(word, strlen(word)))
		return;
	fprintf(stderr, "reevectl: '%s' is not UTF-8\n", safe(word, text,
	    sizeof(text)));
	exit(CMD_USAGE);
}

/* Check the words that are sent: without one, a call may be another call. */
static void
check_words(const struct cmd_args *args)
{
	check_word(args->id);
	check_word(args->restart);
	check_word(args->shutdown);
	for (size_t i = 0; i < args->count; i++)
		check_word(args->words[i]);
	for (char *const *word = args->command; word && *word; word++)
		check_word(*word);
}

/* Check the words and options against what the verb takes. */
static void
check_line(const struct line *line)
{
	const struct cmd *verb = line->verb;

	if (!verb)
		bad_usage(NULL);
	if (line->options & ~verb->options) {
		fprintf(stderr, "reevectl: %s takes no such option\n",
		    verb->name);
		bad_usage(verb);
	}
	if (line->args.command && !(verb->options & CTL_SPEC)) {
		fprintf(stderr, "reevectl: %s takes nothing after --\n",
		    verb->name);
		bad_usage(verb);
	}
	if (line->args.count < verb->min_words ||
	    line->args.count > verb->max_words)
		bad_usage(verb);
}

/*
 * Allocate for JSON, or end: the library forgets a failed allocation in the
 * midst of a text and goes on with one that has a gap, and a call that lacks
 * what there was no memory for would be another call.
 */
static void *
allocate(size_t size)
{
	void *memory = malloc(size);

	if (memory)
		return memory;
	fprintf(stderr, "reevectl: out of memory\n");
	exit(CMD_OUT_OF_MEMORY);
}

/* Connect, or say why not. */
static struct client *
connect_or_say(const char *path)
{
	struct client *client = client_open(path);
	char text[PATH_MAX];
	int error;

	if (client)
		return client;
	error = errno;
	safe(path, text, sizeof(text));
	if (error == EACCES)
		fprintf(stderr, "reevectl: not permitted to connect to '%s'\n",
		    text);
	else
		fprintf(stderr, "reevectl: no reeved at '%s': %s\n", text,
		    strerror(error));
	errno = error;
	return NULL;
}

/* The exit code when nobody could be asked. As that of an init script's status,
 * which it is with a path, 3 would mean that something does not run. */
static enum cmd_exit
code_unasked(const struct line *line, int error)
{
	if (error != EACCES)
		return CMD_NO_DAEMON;
	return strcmp(line->verb->name, "status") == 0 &&
	    line->args.count > 0 ? CMD_STATUS_UNKNOWN : CMD_NOT_PERMITTED;
}

int
main(int argc, char **argv)
{
	struct line line = { 0 };
	struct cmd_context ctl = { 0 };
	char socket[PATH_MAX];
	int exit_code;

	setlocale(LC_ALL, "");
	json_set_alloc_funcs(allocate, free);
	read_line(argc, argv, &line);
	check_line(&line);
	ctl.args = line.args;
	show_init(&ctl.show);
	if (!line.verb->offline) {
		check_words(&line.args);
		if (!line.socket)
			line.socket = client_default_socket(socket,
			    sizeof(socket));
		ctl.client = connect_or_say(line.socket);
		if (!ctl.client)
			return (int)code_unasked(&line, errno);
	}
	exit_code = (int)line.verb->run(&ctl);
	client_close(ctl.client);
	json_decref(line.args.environment);
	if ((fflush(stdout) != 0 || ferror(stdout)) && exit_code == CMD_DONE) {
		fprintf(stderr, "reevectl: cannot write all of it\n");
		exit_code = CMD_REFUSED;
	}
	return exit_code;
}
