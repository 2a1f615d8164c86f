/* From a configuration to the supervision tree. */
#include "config.h"

#include "engine/build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/worker.h"

/* A supervisor as the daemon holds it. */
struct supervisor {
	struct sup sup;		/* first: a boss is found from its supervisor */
	struct supervisor_template template; /* of a dynamic one */
	char name[];
};

/* The supervisor as the daemon holds it. */
static struct supervisor *
boss_of(struct sup *sup)
{
	return (struct supervisor *)(void *)sup;
}

const struct supervisor_template *
supervisor_template(const struct sup *sup)
{
	const struct supervisor *boss =
	    (const struct supervisor *)(const void *)sup;

	return boss->template.program ? &boss->template : NULL;
}

uint64_t
supervisor_take_number(struct sup *sup)
{
	return ++boss_of(sup)->template.taken;
}

/* Free one supervisor, not what is below it. */
static void
free_boss(struct supervisor *boss)
{
	free(boss->sup.window.times_ms);
	free(boss->sup.definition);
	program_free(boss->template.program);
	free(boss);
}

int64_t *
supervisor_ring(const struct spec_flags *flags, uint32_t *ret_size)
{
	size_t size = (size_t)flags->max_restarts + 1;
	int64_t *ring = malloc(size * sizeof(ring[0]));

	if (ring)
		*ret_size = (uint32_t)size;
	return ring;
}

/* Make the supervisor that a node describes; NULL with errno. */
static struct sup *
new_boss(struct tree *tree, struct conf_node *node)
{
	size_t name_size = strlen(node->name) + 1;
	struct supervisor *boss = calloc(1, sizeof(*boss) + name_size);
	uint32_t ring_size = 0;
	int64_t *ring = supervisor_ring(&node->flags, &ring_size);

	if (!boss || !ring) {
		free(boss);
		free(ring);
		return NULL;
	}
	memcpy(boss->name, node->name, name_size);
	sup_init(&boss->sup, tree, boss->name, node->spec.type, ring,
	    ring_size);
	boss->sup.self.spec = node->spec;
	boss->sup.flags = node->flags;
	boss->template = (struct supervisor_template){
		.program = node->program,
		.spec = node->template,
		.allow_arguments = node->allow_arguments,
	};
	node->program = NULL;
	return &boss->sup;
}

/* Make the child that a node describes; NULL with errno. */
static struct child *
new_child(struct tree *tree, struct conf_node *node)
{
	struct worker *worker;
	struct sup *sup;

	if (node->spec.type != SPEC_WORKER) {
		sup = new_boss(tree, node);
		return sup ? &sup->self : NULL;
	}
	worker = worker_new(node->name, node->program);
	if (!worker)
		return NULL;
	node->program = NULL;
	worker->child.spec = node->spec;
	return &worker->child;
}

int
build_reserve(struct tree *tree, size_t more)
{
	size_t need = tree->child_count + more, count = 64;
	struct child **buckets;

	while (count < need)
		count *= 2;
	if (count <= tree->bucket_count)
		return 0;
	buckets = malloc(count * sizeof(buckets[0]));
	if (!buckets)
		return -1;
	free(names_set_buckets(tree, buckets, count));
	return 0;
}

/* Free a child with everything below it; takes names out of the table. */
static void
free_below(struct child *child)
{
	struct sup *sup = sup_of(child);

	if (!child_is_sup(child)) {
		worker_free(worker_of(child));
		return;
	}
	sup_undefine(sup);
	for (uint32_t i = 0; i < sup->definition_count; i++)
		free_below(sup->definition[i]);
	free_boss(boss_of(sup));
}

/* Give a new supervisor room for the children of its node. */
static int
make_definition(struct sup *sup, const struct conf *conf, size_t node)
{
	size_t count = 0;

	for (int i = conf->nodes[node].first; i != -1; i = conf->nodes[i].next)
		count++;
	if (count == 0)
		return 0;
	sup->definition = calloc(count, sizeof(sup->definition[0]));
	return sup->definition ? 0 : -1;
}

/* Make everything below a new supervisor, in file order. */
static int
make_below(struct tree *tree, struct conf *conf, size_t node, struct sup *sup)
{
	if (make_definition(sup, conf, node) < 0)
		return -1;
	for (int i = conf->nodes[node].first; i != -1;
	    i = conf->nodes[i].next) {
		struct child *child = build_child(tree, conf, (size_t)i, true);

		if (!child)
			return -1;
		sup->definition[sup->definition_count++] = child;
	}
	if (sup_define(sup, sup->definition, sup->definition_count) == 0)
		return 0;
	errno = EINVAL;		/* conf.c checks the same rules */
	return -1;
}

struct child *
build_child(struct tree *tree, struct conf *conf, size_t node, bool below_too)
{
	struct child *child;
	int saved;

	if (build_reserve(tree, conf->node_count) < 0)
		return NULL;
	child = new_child(tree, &conf->nodes[node]);
	if (!child || !below_too || !child_is_sup(child) ||
	    make_below(tree, conf, node, sup_of(child)) == 0)
		return child;
	saved = errno;
	free_below(child);
	errno = saved;
	return NULL;
}

int
build_tree(struct tree *tree, struct conf *conf)
{
	struct child *root = build_child(tree, conf, 0, true);

	if (!root)
		return -1;
	tree->root = sup_of(root);
	return 0;
}

void
build_describe(const struct child *child, struct conf_node *ret_node)
{
	const struct supervisor *boss =
	    (const struct supervisor *)(const void *)child;

	*ret_node = (struct conf_node){
		.spec = child->spec,
		.parent = child->parent ? 0 : -1,
	};
	if (!child_is_sup(child)) {
		const struct worker *worker = worker_of_const(child);

		ret_node->program = worker->fresh ?
		    worker->fresh : worker->program;
		return;
	}
	ret_node->flags = boss->sup.flags;
	ret_node->template = boss->template.spec;
	ret_node->program = boss->template.program;
	ret_node->allow_arguments = boss->template.allow_arguments;
}

/*
 * What a slot that an upgrade has left over says of its child is the child's
 * now: at once, or, if another thing is to run, from the next start on.
 */
static void
give_to_twin(struct child *child)
{
	struct supervisor *from = boss_of(sup_of(child)), *to;

	if (!child_is_sup(child)) {
		worker_replace_program(worker_of(child->twin),
		    worker_of(child));
		return;
	}
	to = boss_of(sup_of(child->twin));
	program_free(to->template.program);
	to->template.program = from->template.program;
	to->template.spec = from->template.spec;
	to->template.allow_arguments = from->template.allow_arguments;
	from->template.program = NULL;
}

void
build_release(struct child *child)
{
	if (child->twin)
		give_to_twin(child);
	free_below(child);
}

void
build_free(struct tree *tree)
{
	if (tree->root)
		build_release(&tree->root->self);
	free(tree->buckets);
	tree->root = NULL;
	tree->buckets = NULL;
	tree->bucket_count = 0;
}
