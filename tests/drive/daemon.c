/* The daemon of a scenario, and the directory that it has to itself. */
#include "drive/drive.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* End because a call failed that must not. */
static void
give_up(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

/* The path of a file of the scenario. */
static char *
path_of(const struct drive *drive, const char *name)
{
	return arena_printf(drive->arena, "%s/%s", drive->dir, name);
}

/* Listen for actors. */
static int
open_door(const struct drive *drive)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = path_of(drive, "door");
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		give_up(path);
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (fd < 0 || bind(fd, (const struct sockaddr *)(const void *)&address,
	    sizeof(address)) < 0 || listen(fd, 1024) < 0)
		give_up(path);
	return fd;
}

void
daemon_open(struct drive *drive)
{
	const char *tmp = getenv("TMPDIR");

	if (!tmp || strlen(tmp) > 20)
		tmp = "/tmp";
	snprintf(drive->dir, sizeof(drive->dir), "%s/reeve-drive-XXXXXX", tmp);
	if (!mkdtemp(drive->dir))
		give_up(drive->dir);
	drive->door = open_door(drive);
	drive->stream.fd = drive->look.fd = -1;
	confile_write(drive);
}

/* Be the daemon; does not return. */
static void
become_daemon(const struct drive *drive)
{
	int fd = open(path_of(drive, "log"), O_WRONLY | O_CREAT | O_APPEND |
	    O_CLOEXEC, 0644);

	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0 ||
	    dup2(fd, STDOUT_FILENO) < 0)
		_exit(126);
	execl(drive->reeved, drive->reeved, "-c",
	    path_of(drive, "reeve.conf"), (char *)NULL);
	_exit(127);
}

/* Tell whether the daemon has ended by itself before one could connect. */
static bool
has_ended(struct drive *drive)
{
	int status;

	if (waitpid(drive->daemon, &status, WNOHANG) != drive->daemon)
		return false;
	drive->daemon = 0;
	emit(drive, "ended with %d", WIFEXITED(status) ? WEXITSTATUS(status) :
	    -WTERMSIG(status));
	return true;
}

/* Connect as soon as the daemon listens; false: it has ended. */
static bool
dial(struct drive *drive, struct wire *wire)
{
	const char *path = path_of(drive, "run/reeve.sock");
	const struct timespec rest = { 0, 1000000 };

	while (!wire_open(wire, path)) {
		if (errno != ENOENT && errno != ECONNREFUSED)
			give_up(path);
		if (has_ended(drive))
			return false;
		nanosleep(&rest, NULL);
	}
	return true;
}

void
daemon_start(struct drive *drive)
{
	drive->heard = 0;
	drive->failed = drive->gave_up = false;
	drive->daemon = fork();
	if (drive->daemon < 0)
		give_up("fork");
	if (drive->daemon == 0)
		become_daemon(drive);
	if (!dial(drive, &drive->stream) || !dial(drive, &drive->look))
		return;
	wire_call(&drive->stream, "Events", json_pack("{sb si}", "follow", true,
	    "from", 1), true);
}

/* Forget the daemon: everybody in it is down. */
static void
forget(struct drive *drive)
{
	struct list *link;

	for (link = drive->roles.next; link != &drive->roles;
	    link = link->next) {
		struct role *role = list_entry(link, struct role, link);

		role->state = ROLE_DOWN;
		role->live = false;
	}
	wire_close(&drive->stream);
	wire_close(&drive->look);
	drive->daemon = 0;
}

void
daemon_reap(struct drive *drive)
{
	int want = drive->failed ? 2 : drive->gave_up ? 1 : 0;
	int status;

	if (!drive->daemon)
		return;
	while (waitpid(drive->daemon, &status, 0) != drive->daemon)
		if (errno != EINTR)
			give_up("waitpid");
	if (drive->wrapped && !drive->failed && !drive->stop &&
	    WIFEXITED(status) && WEXITSTATUS(status) == 1)
		want = 1;	/* its own root has given up */
	if (!WIFEXITED(status) || WEXITSTATUS(status) != want)
		emit(drive, "ended with status %#x and not with %d", status,
		    want);
	forget(drive);
}

void
daemon_kill(struct drive *drive)
{
	int status;

	if (!drive->daemon)
		return;
	kill(drive->daemon, SIGTERM);
	kill(drive->daemon, SIGINT);	/* the second: some may be held */
	while (waitpid(drive->daemon, &status, 0) != drive->daemon)
		if (errno != EINTR)
			give_up("waitpid");
	if (!WIFEXITED(status))
		emit(drive, "ended with status %#x", status);
	forget(drive);
}

void
daemon_close(struct drive *drive)
{
	static const char *const files[] = {
		"door", "log", "reeve.conf", "run/reeve.sock",
		"run/reeved.pid", "run/reeved.run", "run",
	};

	while (!list_is_empty(&drive->actors))
		actors_drop(list_entry(drive->actors.next, struct actor, link));
	close(drive->door);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		remove(path_of(drive, files[i]));
	rmdir(drive->dir);
}
