/*
 * Play scenarios to the real daemon, and compare what it does with what
 * Erlang/OTP did.
 *
 *	drive [-j N] [-v] REEVED ACTOR FILE.scn ...
 *
 * N are played at a time (2). Those that cannot be played are counted, with the
 * reason for it; -v names them. It fails if one differs.
 */
#include "drive/drive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenario/compare.h"

enum {
	REASONS_MAX = 16,
	SECONDS_MAX = 300,	/* of one scenario */
	LOG_SHOWN = 4096,
};

struct director {
	const char *reeved;
	const char *actor;
	bool verbose;
	unsigned places;	/* for those that are played at once */
	unsigned playing;
	unsigned agree;
	unsigned differ;
	unsigned left_out;
	size_t unasked;		/* questions that are left out */
	const char *reasons[REASONS_MAX];
	unsigned counts[REASONS_MAX];
};

/* Show the end of the daemon's log. */
static void
show_log(const struct drive *drive)
{
	static char text[LOG_SHOWN + 1];
	char path[128];
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/log", drive->dir);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fseek(file, -LOG_SHOWN, SEEK_END) < 0)
		rewind(file);
	size = fread(text, 1, LOG_SHOWN, file);
	text[size] = '\0';
	fclose(file);
	printf("the end of the daemon's log:\n%s", text);
}

/* Play a scenario that has been read, and compare. */
static bool
play(const struct director *director, struct scenario *scenario,
    const char *file, const struct lines *lines, const struct lines *expected)
{
	struct drive drive = {
		.arena = scenario->arena,
		.scenario = scenario,
		.expected = expected,
		.reeved = director->reeved,
		.actor = director->actor,
	};
	struct lines ours, theirs;
	bool good;

	drive_play(&drive);
	ours = drive_order(drive.arena, &drive.trace);
	theirs = drive_order(drive.arena, expected);
	good = compare_traces(drive.arena, file, lines, &theirs, &ours);
	if (!good)
		show_log(&drive);
	daemon_close(&drive);
	return good;
}

/* Count one that is left out. */
static void
count_reason(struct director *director, const char *file, const char *why)
{
	unsigned i = 0;

	while (i < REASONS_MAX - 1 && director->reasons[i] &&
	    strcmp(director->reasons[i], why) != 0)
		i++;
	director->reasons[i] = why;
	director->counts[i]++;
	director->left_out++;
	if (director->verbose)
		printf("%s: left out: %s\n", file, why);
}

/* Wait until one is through. */
static void
reap(struct director *director)
{
	int status;

	while (wait(&status) < 0)
		if (errno != EINTR)
			exit(EXIT_FAILURE);
	director->playing--;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		director->agree++;
		return;
	}
	director->differ++;
	if (WIFSIGNALED(status))
		printf("a scenario has ended its player: %s\n",
		    strsignal(WTERMSIG(status)));
}

/* Play a scenario in a process of its own. */
static void
begin(struct director *director, struct scenario *scenario, const char *file,
    const struct lines *lines, const struct lines *expected)
{
	pid_t pid;

	if (director->playing == director->places)
		reap(director);
	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		exit(EXIT_FAILURE);
	}
	if (pid > 0) {
		director->playing++;
		return;
	}
	alarm(SECONDS_MAX);
	/* what it says comes in one piece */
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	exit(play(director, scenario, file, lines, expected) ? EXIT_SUCCESS :
	    EXIT_FAILURE);
}

/* Read a scenario and its trace, and have it played if that can be. */
static void
take_file(struct director *director, const char *file)
{
	struct arena arena = { 0 };
	struct lines lines, expected;
	struct scenario scenario;
	const char *why, *beside = arena_printf(&arena, "%.*s.trace",
	    (int)(strlen(file) - strlen(".scn")), file);

	if (!lines_read(&arena, file, true, &lines) ||
	    !lines_read(&arena, beside, false, &expected) ||
	    scn_parse(&arena, &lines, &scenario)) {
		printf("%s: cannot be read\n", file);
		exit(EXIT_FAILURE);
	}
	why = skip_reason(&scenario, &expected);
	if (why) {
		count_reason(director, file, why);
	} else {
		director->unasked += skip_questions(&scenario, &expected);
		begin(director, &scenario, file, &lines, &expected);
	}
	arena_release(&arena);
}

/* Say how many were played, and why others were not. */
static void
print_totals(const struct director *director)
{
	printf("%u played: %u agree, %u differ; %u left out\n",
	    director->agree + director->differ, director->agree,
	    director->differ, director->left_out);
	for (unsigned i = 0; i < REASONS_MAX && director->reasons[i]; i++)
		printf("%4u  %s\n", director->counts[i], director->reasons[i]);
	printf("%zu questions to a busy supervisor left out of those: reeve "
	    "answers at once,\nOTP in its turn\n", director->unasked);
}

int
main(int argc, char **argv)
{
	struct director director = { .places = 2 };
	int option;

	while ((option = getopt(argc, argv, "j:v")) != -1) {
		if (option == 'j')
			director.places = (unsigned)strtoul(optarg, NULL, 10);
		else if (option == 'v')
			director.verbose = true;
		else
			return 64;
	}
	if (argc - optind < 3 || director.places == 0) {
		fputs("usage: drive [-j N] [-v] REEVED ACTOR FILE.scn ...\n",
		    stderr);
		return 64;
	}
	umask(022);
	director.reeved = argv[optind++];
	director.actor = argv[optind++];
	for (; optind < argc; optind++)
		take_file(&director, argv[optind]);
	while (director.playing > 0)
		reap(&director);
	print_totals(&director);
	return director.differ == 0 && director.agree > 0 ? EXIT_SUCCESS :
	    EXIT_FAILURE;
}
