/*
 * Calls of the system that are refused, one after the other, while the daemon's
 * parts do what they are for: files are opened, locked, mapped and appended to,
 * sockets are made, processes are started, watched and ended, clients are
 * served. Each time all is done or it is said that it is not, nothing is half
 * done that looks whole, no descriptor and no process is left, and when calls
 * succeed again the same works.
 */
#include "config.h"

#include "faults/refused.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "base/log.h"
#include "base/socketfile.h"
#include "config/conf.h"
#include "daemon/pidfile.h"
#include "faults/calls.h"
#include "os/os.h"
#include "process/runfile.h"

#define EACH	200

const char *
refused_path(struct refused *refused, const char *name)
{
	snprintf(refused->path, sizeof(refused->path), "%s/%s", refused->dir,
	    name);
	return refused->path;
}

void
refused_write(struct refused *refused, const char *name, const char *text)
{
	FILE *file = fopen(refused_path(refused, name), "we");

	if (!file || fputs(text, file) == EOF || fclose(file) == EOF) {
		perror(refused->path);
		exit(1);
	}
}

const char *
refused_read(struct refused *refused, const char *name)
{
	FILE *file = fopen(refused_path(refused, name), "re");
	size_t size = 0;

	if (file) {
		size = fread(refused->text, 1, sizeof(refused->text) - 1,
		    file);
		fclose(file);
	}
	refused->text[size] = '\0';
	return refused->text;
}

void
refused_remove(struct refused *refused, const char *name)
{
	calls_pause();
	unlink(refused_path(refused, name));
	calls_resume();
}

/* A run file is made, filled and opened again. */
static enum wrap_end
run_runfile(void *arg)
{
	struct refused *refused = arg;
	enum wrap_end end = WRAP_SHORTAGE;
	struct runfile *runfile;
	uint32_t record;
	struct runfile_mark *mark;

	refused_remove(refused, "record");
	runfile = runfile_open(refused_path(refused, "record"));
	if (runfile && runfile_reserve(runfile, 5000) == 0) {
		record = runfile_prepare(runfile, 0, "web/app", &mark);
		end = record == RUNFILE_NONE ? WRAP_WRONG : WRAP_RIGHT;
		runfile_drop(runfile, record);
	}
	runfile_close(runfile);
	calls_let_succeed();
	runfile = runfile_open(refused_path(refused, "record"));
	if (!runfile || runfile_reserve(runfile, 5000) == -1 ||
	    runfile_end_leftovers(runfile, 0) != 0)
		end = WRAP_WRONG;
	runfile_close(runfile);
	return end;
}

/* Tell whether a descriptor appends and is not passed on. */
static bool
appends(int fd)
{
	bool right;

	calls_pause();
	right = fcntl(fd, F_GETFL) & O_APPEND && fcntl(fd, F_GETFD) &
	    FD_CLOEXEC;
	calls_resume();
	return right;
}

/* A file is appended to, but not one with another name. */
static enum wrap_end
run_append(void *arg)
{
	struct refused *refused = arg;
	enum wrap_end end = WRAP_SHORTAGE;
	int fd = appendfile_open(refused_path(refused, "new.log"),
	    (uid_t)-1);

	if (fd != -1) {
		end = appends(fd) ? WRAP_RIGHT : WRAP_WRONG;
		close(fd);
	}
	fd = appendfile_open_read(refused_path(refused, "new.log"),
	    geteuid());
	if (fd != -1)
		close(fd);
	else if (end == WRAP_RIGHT)
		end = WRAP_SHORTAGE;
	fd = appendfile_open(refused_path(refused, "twin"), geteuid());
	if (fd != -1) {
		end = WRAP_WRONG;
		close(fd);
	}
	refused_remove(refused, "new.log");
	return end;
}

/* The pid file is locked, written and removed. */
static enum wrap_end
run_pidfile(void *arg)
{
	struct refused *refused = arg;
	enum wrap_end end = WRAP_SHORTAGE;
	pid_t holder;
	int fd = pidfile_open(refused_path(refused, "pid"), &holder);

	if (fd != -1 && pidfile_write(fd, 4711) == 0)
		end = strcmp(refused_read(refused, "pid"), "4711\n") == 0 ?
		    WRAP_RIGHT : WRAP_WRONG;
	if (fd != -1)
		pidfile_close(fd, refused_path(refused, "pid"));
	calls_let_succeed();
	fd = pidfile_open(refused_path(refused, "pid"), &holder);
	if (fd == -1)
		return WRAP_WRONG;
	pidfile_close(fd, refused_path(refused, "pid"));
	return end;
}

/* A socket is made, in place of one without a listener. */
static enum wrap_end
run_socket(void *arg)
{
	struct refused *refused = arg;
	struct socketfile file = {.fd = -1}, again = {.fd = -1};
	enum wrap_end end = WRAP_RIGHT;
	struct stat st;

	calls_pause();
	if (socketfile_open(&file, refused_path(refused, "socket"), 0600,
	    (gid_t)-1) == -1)
		end = WRAP_WRONG;
	close(file.fd);			/* and there is no listener */
	calls_resume();
	if (socketfile_open(&again, refused_path(refused, "socket"), 0666,
	    getegid()) == -1)
		return end == WRAP_WRONG || again.fd != -1 ? WRAP_WRONG :
		    WRAP_SHORTAGE;
	if (lstat(refused->path, &st) == 0 && (!S_ISSOCK(st.st_mode) ||
	    (st.st_mode & 0777) != 0666))
		end = WRAP_WRONG;
	/* a group that the file does not have; only root may give it */
	if (socketfile_change(&again, refused->path, 0660,
	    getegid() + (geteuid() == 0)) == 0 &&
	    lstat(refused->path, &st) == 0 && (st.st_mode & 0777) != 0660)
		end = WRAP_WRONG;
	socketfile_close(&again, refused_path(refused, "socket"));
	refused_remove(refused, "socket");
	return end;
}

/* A file of the configuration is read, and those that it includes. */
static enum wrap_end
run_conf(void *arg)
{
	static const struct conf_machine machine = {0, 0, NULL, NULL};
	struct refused *refused = arg;
	struct conf *conf = conf_load_for(refused_path(refused, "reeve.conf"),
	    &machine);
	enum wrap_end end = WRAP_SHORTAGE;

	if (!conf)
		return WRAP_SHORTAGE;
	if (conf->error_count == 0)
		end = conf->node_count == 4 ? WRAP_RIGHT : WRAP_WRONG;
	conf_free(conf);
	return end;
}

/* Messages go to a file, which is rotated. */
static enum wrap_end
run_log(void *arg)
{
	struct refused *refused = arg;
	unsigned long lost = log_lost();
	enum wrap_end end = WRAP_SHORTAGE;
	const char *text;

	if (log_open(LOG_TO_FILE, refused_path(refused, "messages")) == 0) {
		log_error("the first");
		end = log_reopen() == 0 ? WRAP_RIGHT : WRAP_SHORTAGE;
		log_error("the second");
		lost = log_lost() - lost;
		text = refused_read(refused, "messages");
		if (lost == 0 && (!strstr(text, "the first\n") ||
		    !strstr(text, "the second\n")))
			end = WRAP_WRONG;
		if (lost > 0 && end == WRAP_RIGHT)
			end = WRAP_SHORTAGE;
	}
	calls_let_succeed();
	if (log_open(LOG_TO_FILE, refused_path(refused, "messages")) == -1)
		end = WRAP_WRONG;
	log_error("the last");
	if (!strstr(refused_read(refused, "messages"), "the last\n"))
		end = WRAP_WRONG;
	log_open(LOG_TO_STDERR, NULL);
	refused_remove(refused, "messages");
	return end;
}

/* Remove the directory. */
static void
tear_down(struct refused *refused)
{
	DIR *dir = opendir(refused->dir);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlink(refused_path(refused, entry->d_name));
	if (dir)
		closedir(dir);
	rmdir(refused->dir);
}

/* Make the directory, and the files that are only read. */
static void
set_up(struct refused *refused)
{
	char other[REFUSED_PATH];

	umask(022);
	snprintf(refused->dir, sizeof(refused->dir),
	    "/tmp/reeve-refused-XXXXXX");
	if (!mkdtemp(refused->dir)) {
		perror(refused->dir);
		exit(1);
	}
	refused_write(refused, "twin", "");
	snprintf(other, sizeof(other), "%s", refused->path);
	if (link(other, refused_path(refused, "other")) == -1)
		exit(1);
	refused_write(refused, "reeve.conf", "[reeve]\ninclude = *.inc\n"
	    "include = more\n[worker:a]\ncommand = /a\n");
	refused_write(refused, "one.inc", "[supervisor:s]\n");
	refused_write(refused, "more", "[worker:s/c]\ncommand = /c\n");
}

/* With POSIX alone each start closes all descriptors one by one, up to the
 * limit. */
static void
lower_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur <= 1024)
		return;
	limit.rlim_cur = 1024;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int
main(void)
{
	struct refused refused = { 0 };
	const struct calls_case cases[] = {
		{{"run file", run_runfile, &refused}, EACH},
		{{"append", run_append, &refused}, EACH},
		{{"pid file", run_pidfile, &refused}, EACH},
		{{"socket", run_socket, &refused}, EACH},
		{{"conf", run_conf, &refused}, EACH},
		{{"log", run_log, &refused}, EACH},
		{{"start", refused_start, &refused}, EACH},
		{{"leftover", refused_leftover, &refused}, 8},
		{{"process", refused_process, &refused}, 24},
		{{"control", refused_control, &refused}, EACH},
	};
	size_t passed = 0, failed = 0;

	lower_limit();
	set_up(&refused);
	os_harden();
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t before = passed + failed;

		calls_fail_each(&cases[i], &passed, &failed);
		fprintf(stderr, "%s: %zu points\n", cases[i].test.name,
		    passed + failed - before);
	}
	tear_down(&refused);
	printf("refused: %zu passed, %zu failed, 0 skipped\n", passed, failed);
	return failed > 0;
}
