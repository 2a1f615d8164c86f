/* From a configuration to the supervision tree. */
#include "config.h"

#include "engine/build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/supervisor.h"
#include "engine/worker.h"

/* Make the child that a node describes; NULL with errno. */
static struct child *
new_child(struct tree *tree, struct conf_node *node)
{
	struct supervisor *supervisor;
	struct worker *worker;

	if (node->spec.type != SPEC_WORKER) {
		supervisor = supervisor_new(tree, node);
		return supervisor ? &supervisor->sup.self : NULL;
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
	struct sup *sup;

	if (!child_is_sup(child)) {
		worker_free(worker_of(child));
		return;
	}
	sup = sup_of(child);
	sup_undefine(sup);
	for (uint32_t i = 0; i < sup->definition_count; i++)
		free_below(sup->definition[i]);
	supervisor_free(supervisor_of(sup));
}

size_t
build_child_count(const struct conf *conf, size_t node)
{
	size_t count = 0;

	for (int i = conf->nodes[node].first; i != -1; i = conf->nodes[i].next)
		count++;
	return count;
}

/* Make everything below a new supervisor, in file order. */
static int
make_below(struct tree *tree, struct conf *conf, size_t node, struct sup *sup)
{
	size_t count = build_child_count(conf, node);

	if (count > 0)
		sup->definition = calloc(count, sizeof(sup->definition[0]));
	if (count > 0 && !sup->definition)
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

	if (build_reserve(tree, conf->node_count) == -1)
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
	const struct supervisor *supervisor;
	const struct worker *worker;

	*ret_node = (struct conf_node){
		.spec = child->spec,
		.parent = child->parent ? 0 : -1,
	};
	if (!child_is_sup(child)) {
		worker = worker_of_const(child);
		ret_node->program = worker->next_program ?
		    worker->next_program : worker->program;
		return;
	}
	supervisor = supervisor_of_const(sup_of_const(child));
	ret_node->flags = supervisor->sup.flags;
	ret_node->template = supervisor->template.spec;
	ret_node->program = supervisor->template.program;
	ret_node->allow_arguments = supervisor->template.allow_arguments;
}

/*
 * What a slot that a code change has left over says of its child is the
 * child's now: at once, or, if another thing is to run, from the next start on.
 */
static void
give_to_replacement(struct child *child)
{
	if (child_is_sup(child))
		supervisor_replace_template(
		    supervisor_of(sup_of(child->replacement)),
		    supervisor_of(sup_of(child)));
	else
		worker_replace_program(worker_of(child->replacement),
		    worker_of(child));
}

void
build_release(struct child *child)
{
	if (child->replacement)
		give_to_replacement(child);
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
