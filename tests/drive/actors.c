/* The processes of the workers, and what they are told. */
#include "drive/drive.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void tell(const struct actor *actor, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* Tell an actor what to do; one that has just been killed hears nothing. */
static void
tell(const struct actor *actor, const char *format, ...)
{
	char line[64];
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (send(actor->fd, line, (size_t)size, MSG_NOSIGNAL) != size)
		errno = 0;
}

void
actors_accept(struct drive *drive)
{
	struct actor *actor;
	int fd = accept(drive->door, NULL, NULL);

	if (fd < 0)
		return;
	actor = calloc(1, sizeof(*actor));
	if (!actor)
		abort();
	actor->fd = fd;
	list_init(&actor->link);
	list_append(&drive->actors, &actor->link);
}

void
actors_drop(struct actor *actor)
{
	list_remove(&actor->link);
	close(actor->fd);
	free(actor);
}

void
actors_end(struct drive *drive, struct actor *actor, const char *reason)
{
	actor->held = ACTOR_FREE;
	if (strcmp(reason, "normal") == 0)
		tell(actor, "exit 0\n");
	else if (strcmp(reason, "shutdown") == 0 ||
	    strcmp(reason, "obey") == 0)
		tell(actor, "die %d\n", SIGTERM);
	else if (strncmp(reason, "shutdown:", 9) == 0)
		tell(actor, "exit %u\n", confile_code(drive, reason + 9));
	else if (strncmp(reason, "code:", 5) == 0)
		tell(actor, "exit %s\n", reason + 5);
	else if (strncmp(reason, "delay:", 6) == 0)
		tell(actor, "delay %s\n", reason + 6);
	else if (strcmp(reason, "killed") == 0)
		kill(actor->pid, SIGKILL);
	else
		abort();
}

void
actors_release(struct drive *drive, struct actor *actor, const char *how)
{
	if (actor->held == ACTOR_HELD_STOP) {
		actors_end(drive, actor, *how ? how : "shutdown");
		return;
	}
	actor->held = ACTOR_FREE;
	if (strcmp(how, "fail") == 0)
		tell(actor, "exit 1\n");
	else if (strcmp(how, "ignore") == 0)
		tell(actor, "exit 0\n");
	else
		tell(actor, "ready\n");
}

struct actor *
actors_held(const struct drive *drive, const char *name)
{
	struct list *link;

	for (link = drive->actors.prev; link != &drive->actors;
	    link = link->prev) {
		struct actor *actor = list_entry(link, struct actor, link);

		if (actor->held != ACTOR_FREE &&
		    strcmp(actor->role->name, name) == 0)
			return actor;
	}
	return NULL;
}

struct actor *
actors_of(const struct drive *drive, const struct role *role)
{
	struct list *link;

	for (link = drive->actors.prev; link != &drive->actors;
	    link = link->prev) {
		struct actor *actor = list_entry(link, struct actor, link);

		if (actor->role == role)
			return actor;
	}
	return NULL;
}

/* If the process has come of a call, it is what the call says. */
static void
take_settings(struct drive *drive, struct role *role)
{
	struct list *link;

	for (link = drive->calls.next; link != &drive->calls;
	    link = link->next) {
		struct asked *asked = list_entry(link, struct asked, link);

		if (asked->used || strcmp(asked->verb, "start_child") != 0 ||
		    strcmp(asked->path, role->path) != 0)
			continue;
		role->settings = asked->settings;
		asked->used = true;
		return;
	}
}

/* A process is started: it does what the steps have prepared. */
static void
on_start(struct drive *drive, struct actor *actor)
{
	char *blank = strchr(actor->line, ' ');
	struct def *def;

	if (!blank)
		abort();
	*blank = '\0';
	actor->pid = (pid_t)strtol(blank + 1, NULL, 10);
	actor->role = role_at(drive, actor->line);
	take_settings(drive, actor->role);
	def = actor->role->def;
	if (def->hold) {
		def->hold = false;
		actor->held = ACTOR_HELD_START;
		events_take_all(drive);
		emit(drive, "held %s start", actor->role->name);
	} else if (def->ignores != 0) {
		def->ignores -= def->ignores > 0;
		tell(actor, "exit 0\n");
	} else if (def->fails != 0) {
		def->fails -= def->fails > 0;
		tell(actor, "exit 1\n");
	} else {
		tell(actor, "ready\n");
	}
}

/* A process has been told to stop. */
static void
on_term(struct drive *drive, struct actor *actor)
{
	struct role *role = actor->role;
	const char *word = role->def->on_term;

	if (!word)
		word = settings_get(&role->settings, "on_term");
	if (!word)
		word = "obey";
	if (strcmp(word, "ignore") == 0)
		return;
	if (strcmp(word, "hold") == 0) {
		actor->held = ACTOR_HELD_STOP;
		events_take_all(drive);
		emit(drive, "held %s stop", role->name);
	} else {
		actors_end(drive, actor, word);
	}
}

bool
actors_hear(struct drive *drive, struct actor *actor)
{
	for (;;) {
		char byte;
		ssize_t n = recv(actor->fd, &byte, 1, MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		if (n <= 0)
			return false;
		if (byte != '\n') {
			if (actor->length + 1 == sizeof(actor->line))
				abort();
			actor->line[actor->length++] = byte;
			continue;
		}
		actor->line[actor->length] = '\0';
		actor->length = 0;
		if (actor->role)
			on_term(drive, actor);
		else
			on_start(drive, actor);
	}
}
