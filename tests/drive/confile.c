/* A scenario's tree as a configuration. */
#include "drive/drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_CODE = 64,	/* of those that stand for {shutdown, WORD} */
	LAST_CODE = 95,
	PERIOD_FACTOR = 20,	/* a slow machine is as good as a fast one */
	SHORT_MS = 100,
	LONG_MS = 30000,
};

unsigned
confile_code(struct drive *drive, const char *word)
{
	unsigned i = 0;

	while (i < drive->word_count && strcmp(drive->words[i], word) != 0)
		i++;
	if (i == sizeof(drive->words) / sizeof(drive->words[0]))
		abort();
	if (i == drive->word_count)
		drive->words[drive->word_count++] = word;
	return FIRST_CODE + i;
}

const char *
confile_word(const struct drive *drive, unsigned code)
{
	return code >= FIRST_CODE && code < FIRST_CODE + drive->word_count ?
	    drive->words[code - FIRST_CODE] : "?";
}

/* Tell whether a text is a number. */
static bool
is_number(const char *text)
{
	return text && text[strspn(text, "0123456789")] == '\0' && *text;
}

/* Tell whether a step makes a child deaf to its stop signal, or slow, or asks
 * for its specification. */
static bool
needs_its_time(const struct drive *drive, const char *name)
{
	const struct scenario *scenario = drive->scenario;

	for (size_t i = 0; i < scenario->step_count; i++) {
		char **words = scenario->steps[i].words;

		if (strcmp(words[0], "get_childspec") == 0 &&
		    strcmp(words[2], name) == 0)
			return true;
		if (strcmp(words[0], "on_term") == 0 &&
		    strcmp(words[1], name) == 0 &&
		    (strcmp(words[2], "ignore") == 0 ||
		    strncmp(words[2], "delay:", 6) == 0))
			return true;
	}
	return false;
}

/*
 * A child that obeys has all the time that a slow machine may need; one that is
 * deaf need not be waited for. What comes of it is the same; so it is as it was
 * said where a step makes one deaf or slow, or asks for its specification.
 */
const char *
confile_shutdown(struct drive *drive, const struct settings *settings,
    const char *name)
{
	const char *word = settings_get(settings, "shutdown");
	const char *on_term = settings_get(settings, "on_term");
	long ms = word ? strtol(word, NULL, 10) : 5000;

	if (word && !is_number(word))
		return word;
	if (needs_its_time(drive, name))
		return arena_printf(drive->arena, "%ldms", ms);
	if (on_term && strcmp(on_term, "ignore") == 0)
		ms = ms > SHORT_MS ? SHORT_MS : ms;
	else if (!on_term || strncmp(on_term, "delay:", 6) != 0 ||
	    strtol(on_term + 6, NULL, 10) < ms)
		ms = ms > 0 && ms < LONG_MS ? LONG_MS : ms;
	return arena_printf(drive->arena, "%ldms", ms);
}

/* Write a key with the setting of another name, if it is there. */
static void
put(FILE *file, const char *key, const struct settings *settings,
    const char *name, const char *otherwise)
{
	const char *value = settings_get(settings, name);

	if (value || otherwise)
		fprintf(file, "%s = %s\n", key, value ? value : otherwise);
}

/* Write what every child may have. */
static void
put_child(struct drive *drive, FILE *file, const struct def *def)
{
	const char *significant = settings_get(&def->settings, "significant");

	put(file, "restart", &def->settings, "restart", NULL);
	if (significant)
		fprintf(file, "significant = %s\n",
		    strcmp(significant, "true") == 0 ? "yes" : "no");
	if (def->type == SPEC_WORKER ||
	    settings_get(&def->settings, "shutdown"))
		fprintf(file, "shutdown = %s\n", confile_shutdown(drive,
		    &def->settings, def->name));
}

/* Write the intensity of a supervisor. */
static void
put_intensity(FILE *file, const struct def *def, const char *intensity)
{
	const char *period = settings_get(&def->settings, "period");

	put(file, "max_restarts", &def->settings, "intensity", intensity);
	fprintf(file, "max_seconds = %lds\n", PERIOD_FACTOR *
	    (period ? strtol(period, NULL, 10) : 5));
}

/* Write the command of a worker. */
static void
put_command(const struct drive *drive, FILE *file)
{
	fprintf(file, "command = %s %s/door 3\n", drive->actor, drive->dir);
}

/* Write a dynamic supervisor; what its children are is said when they come. */
static void
put_dynamic(struct drive *drive, FILE *file, const struct def *def)
{
	put_intensity(file, def, "3");
	put(file, "max_children", &def->settings, "max_children", NULL);
	put_command(drive, file);
}

/* Write a supervisor; its sort goes without saying for the root. */
static void
put_sup(FILE *file, const struct def *def)
{
	put(file, "strategy", &def->settings, "strategy", NULL);
	put(file, "auto_shutdown", &def->settings, "auto_shutdown", NULL);
	put_intensity(file, def, "1");
}

static void put_below(struct drive *drive, FILE *file, const char *above,
	    const struct def *def);

/* Write a child with all that is below it. */
static void
put_section(struct drive *drive, FILE *file, const char *above,
    const struct def *def)
{
	static const char *const kinds[] = {
		[SPEC_WORKER] = "worker",
		[SPEC_SUPERVISOR] = "supervisor",
		[SPEC_DYNAMIC] = "dynamic",
	};
	const char *path = arena_printf(drive->arena, "%s%s", above, def->name);

	fprintf(file, "[%s:%s]\n", kinds[def->type], path);
	if (def->type == SPEC_WORKER) {
		put_child(drive, file, def);
		put_command(drive, file);
	} else if (def->type == SPEC_DYNAMIC) {
		put_dynamic(drive, file, def);
	} else {
		put_child(drive, file, def);
		put_sup(file, def);
		put_below(drive, file,
		    arena_printf(drive->arena, "%s/", path), def);
	}
}

/* Write what is below a supervisor. */
static void
put_below(struct drive *drive, FILE *file, const char *above,
    const struct def *def)
{
	for (size_t i = 0; i < def->child_count; i++)
		put_section(drive, file, above,
		    scn_find(drive->scenario, def->children[i]));
}

/* Write what all workers have. */
static void
put_defaults(FILE *file)
{
	fprintf(file, "[worker]\nready = fd:3\nstart_timeout = infinity\n"
	    "stdout = null\nstderr = null\n"
	    "exit_shutdown = TERM %d-%d\nexit_stopped =\n",
	    FIRST_CODE, LAST_CODE);
}

void
confile_write(struct drive *drive)
{
	const char *path = arena_printf(drive->arena, "%s/reeve.conf",
	    drive->dir);
	const struct def *root = drive->top->def;
	FILE *file = fopen(path, "we");

	if (!file) {
		perror(path);
		abort();
	}
	fprintf(file, "[reeve]\nrun_dir = %s/run\n", drive->dir);
	put_defaults(file);
	if (drive->wrapped) {
		/* it gives up as soon as the story's root has ended */
		fprintf(file, "[supervisor]\nmax_restarts = 0\n"
		    "[dynamic:%s]\n", root->name);
		put_dynamic(drive, file, root);
	} else {
		fprintf(file, "[supervisor]\n");
		put_sup(file, root);
		put_below(drive, file, "", root);
	}
	if (fclose(file) != 0)
		abort();
}
