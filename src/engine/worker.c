/* Workers: allocation and release. */
#include "config.h"

#include "engine/worker.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct worker *
worker_new(const char *name, struct program *program)
{
	size_t size = strlen(name) + 1;
	struct worker *worker = calloc(1, sizeof(*worker) + size);

	if (!worker)
		return NULL;
	memcpy(worker->name, name, size);
	child_init(&worker->child, worker->name, SPEC_WORKER);
	proc_init(&worker->proc);
	list_init(&worker->news);
	worker->program = program;
	return worker;
}

void
worker_replace_program(struct worker *worker, struct worker *from)
{
	bool later = worker->next_program ||
	    (from->needs_restart && worker->proc.pid != 0);
	struct program **place =
	    later ? &worker->next_program : &worker->program;

	assert(from->program && from != worker);
	program_free(*place);
	*place = from->program;
	from->program = NULL;
}

void
worker_refresh(struct worker *worker)
{
	if (!worker->next_program)
		return;
	program_free(worker->program);
	worker->program = worker->next_program;
	worker->next_program = NULL;
}

void
worker_free(struct worker *worker)
{
	if (!worker)
		return;
	assert(worker->proc.pid == 0);
	list_remove(&worker->news);
	program_free(worker->program);
	program_free(worker->next_program);
	free(worker->why);
	free(worker);
}
