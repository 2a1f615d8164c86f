/* Reading the configuration beside the loop. */
#include "config.h"

#include "reload/reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Send an entry of the record. */
static void
say_entry(void *arg, const void *entry, size_t size)
{
	const int *out = arg;

	aside_say(*out, entry, size);
}

/* In the process: read, and send what is learned of the system. */
static void
read_aside(void *arg, int out)
{
	const struct reading *reading = arg;
	struct conf_machine machine = reading->machine;
	struct world world = { .tell = say_entry, .arg = &out };
	struct conf *conf;

	machine.world = &world;
	conf = conf_load_for(reading->path, &machine);
	if (!conf || world.failed)
		_exit(1);	/* without memory there is no whole record */
	conf_free(conf);
}

/* Read from the record; NULL, and why not. */
static struct conf *
read_record(const struct reading *reading, const char **ret_why)
{
	struct conf_machine machine = reading->machine;
	struct world world = { .record = &reading->record };
	struct conf *conf;

	machine.world = &world;
	conf = conf_load_for(reading->path, &machine);
	if (conf && world_was_as_recorded(&world))
		return conf;
	*ret_why = conf ? "what was read of the files makes no sense" :
	    strerror(ENOMEM);
	conf_free(conf);
	return NULL;
}

/* The process has said all. */
static void
finish(struct reading *reading)
{
	const char *why = NULL;
	struct conf *conf = read_record(reading, &why);

	reading_end(reading);
	reading->done(reading->arg, conf, why);
}

/* It cannot be read: say where it stands. */
static void
give_up(struct reading *reading)
{
	char *question = world_record_question(&reading->record);
	char why[READING_WHY_SIZE];

	aside_describe(reading->aside, question ? question :
	    "reading the configuration", why, sizeof(why));
	free(question);
	reading_end(reading);
	reading->done(reading->arg, NULL, why);
}

/* Keep all entries that have come; false: there is no room for them. */
static bool
keep_entries(struct reading *reading)
{
	const char *entry;
	size_t size;

	while (aside_next(reading->aside, &entry, &size))
		if (!world_record_add(&reading->record, entry, size))
			return false;
	return true;
}

static void
on_news(void *arg)
{
	struct reading *reading = arg;

	if (!keep_entries(reading)) {
		reading_end(reading);
		reading->done(reading->arg, NULL, strerror(ENOMEM));
		return;
	}
	switch (aside_state(reading->aside)) {
	case ASIDE_RUNS:
		break;
	case ASIDE_DONE:
		finish(reading);
		break;
	default:
		give_up(reading);
		break;
	}
}

int
reading_begin(struct reading *reading, char ret_why[READING_WHY_SIZE])
{
	const struct aside_work work = {
		.kind = ASIDE_RELOAD,
		.run = read_aside,
		.news = on_news,
		.arg = reading,
		.patience_ms = reading->patience_ms,
	};
	char why[ASIDE_WHY_SIZE];

	conf_machine_get(&reading->machine);
	reading->aside = aside_start(reading->asides, &work, why);
	if (reading->aside)
		return 0;
	snprintf(ret_why, READING_WHY_SIZE, "cannot begin to read: %s", why);
	return -1;
}

void
reading_end(struct reading *reading)
{
	aside_end(reading->aside);
	reading->aside = NULL;
	world_record_release(&reading->record);
}
