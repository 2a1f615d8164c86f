/* Supervisors: allocation and release, and their templates. */
#include "config.h"

#include "engine/supervisor.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int64_t *
supervisor_ring(const struct spec_flags *flags, uint32_t *ret_size)
{
	size_t size = (size_t)flags->max_restarts + 1;
	int64_t *ring = malloc(size * sizeof(ring[0]));

	if (ring)
		*ret_size = (uint32_t)size;
	return ring;
}

struct supervisor *
supervisor_new(struct tree *tree, struct conf_node *node)
{
	size_t name_size = strlen(node->name) + 1;
	struct supervisor *supervisor =
	    calloc(1, sizeof(*supervisor) + name_size);
	uint32_t ring_size = 0;
	int64_t *ring = supervisor_ring(&node->flags, &ring_size);

	if (!supervisor || !ring) {
		free(supervisor);
		free(ring);
		return NULL;
	}
	memcpy(supervisor->name, node->name, name_size);
	sup_init(&supervisor->sup, tree, supervisor->name, node->spec.type,
	    ring, ring_size);
	supervisor->sup.self.spec = node->spec;
	supervisor->sup.flags = node->flags;
	supervisor->template = (struct supervisor_template){
		.program = node->program,
		.spec = node->template,
		.allow_arguments = node->allow_arguments,
	};
	node->program = NULL;
	return supervisor;
}

void
supervisor_free(struct supervisor *supervisor)
{
	free(supervisor->sup.window.times_ms);
	free(supervisor->sup.definition);
	program_free(supervisor->template.program);
	free(supervisor);
}

const struct supervisor_template *
supervisor_template(const struct sup *sup)
{
	const struct supervisor *supervisor = supervisor_of_const(sup);

	return supervisor->template.program ? &supervisor->template : NULL;
}

uint64_t
supervisor_take_number(struct sup *sup)
{
	assert(supervisor_template(sup));
	return ++supervisor_of(sup)->template.taken;
}

void
supervisor_replace_template(struct supervisor *supervisor,
    struct supervisor *from)
{
	struct supervisor_template *template = &supervisor->template;

	program_free(template->program);
	template->program = from->template.program;
	template->spec = from->template.spec;
	template->allow_arguments = from->template.allow_arguments;
	from->template.program = NULL;
}
