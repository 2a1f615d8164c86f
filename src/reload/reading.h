/*
 * Reading the configuration while the daemon runs: a process beside the loop
 * reads it, and the daemon takes it from the record of that (config/world.h).
 */
#ifndef REEVE_RELOAD_READING_H
#define REEVE_RELOAD_READING_H

#include "config/conf.h"
#include "config/world.h"
#include "process/aside.h"

#define READING_WHY_SIZE 2048

struct reading {
	/* The caller's to fill in: */
	struct asides *asides;
	const char *path;	/* of the file */
	int64_t patience_ms;	/* that one answer may take */
	void (*done)(void *arg, struct conf *conf, const char *why);
				/* The conf is the caller's, as of conf_load();
				   or NULL, and why there is none */
	void *arg;

	/* Its own, all zeros at first: */
	struct aside *aside;	/* NULL: it does not read */
	struct world_record record;
	struct conf_machine machine;
};

/* Begin to read; done is called from the loop, once. 0; or -1, and why not. */
int	reading_begin(struct reading *reading, char ret_why[READING_WHY_SIZE]);

/* Break off, if it reads, and forget what was read. */
void	reading_end(struct reading *reading);

#endif
