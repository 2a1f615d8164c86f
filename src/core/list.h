/*
 * Intrusive doubly linked lists.
 *
 * A list is a struct list used as its head: an empty one points at itself. A
 * link that is in no list points at itself as well, so list_is_linked() can
 * tell and list_remove() is harmless twice. Nothing is allocated. A
 * struct that embeds a link says beside it which list the link is in.
 */
#ifndef REEVE_CORE_LIST_H
#define REEVE_CORE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next;
	struct list *prev;
};

/* The struct of the given type that embeds the link as the given member. */
#define list_entry(link, type, member) \
	((type *)(void *)((char *)(link) - offsetof(type, member)))

/* The same for a link that may only be looked at. */
#define list_const_entry(link, type, member) \
	((const type *)(const void *)((const char *)(link) - \
	    offsetof(type, member)))

/* Make a head empty, or a link belong to no list. */
static inline void
list_init(struct list *list)
{
	list->next = list->prev = list;
}

/* Tell whether a head has nothing in it. */
static inline bool
list_is_empty(const struct list *head)
{
	return head->next == head;
}

/* Tell whether a link is in some list. */
static inline bool
list_is_linked(const struct list *link)
{
	return link->next != link;
}

/* Put a link that is in no list before another one; the head: last. */
static inline void
list_insert_before(struct list *place, struct list *link)
{
	link->prev = place->prev;
	link->next = place;
	place->prev->next = link;
	place->prev = link;
}

/* Put a link that is in no list at the end of one. */
static inline void
list_append(struct list *head, struct list *link)
{
	list_insert_before(head, link);
}

/* Take a link out of its list, if it is in one. */
static inline void
list_remove(struct list *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	list_init(link);
}

/* Take the first link out of a list and return it; NULL if it is empty. */
static inline struct list *
list_pop(struct list *head)
{
	struct list *first = head->next;

	if (first == head)
		return NULL;
	list_remove(first);
	return first;
}

#endif
