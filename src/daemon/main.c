/*
 * reeved: from the command line to a running daemon.
 *
 * In order: clean up what the launcher left, read the options and the file,
 * detach if asked, take the lock, end what an earlier daemon left behind, run.
 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loopthread.h"
#include "config/conf.h"
#include "config/places.h"
#include "daemon/daemon.h"
#include "daemon/detach.h"
#include "daemon/pidfile.h"
#include "daemon/signals.h"
#include "daemon/upstream.h"
#include "process/hygiene.h"
#include "process/runfile.h"

/* How long what an earlier daemon left may take to go. */
#define LEFTOVERS_MS	5000

struct options {
	const char *config;
	bool test;
	bool print;
	bool detach;
};

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "test", no_argument, NULL, 't' },
	{ "print", no_argument, NULL, 'p' },
	{ "keys", no_argument, NULL, 'k' },
	{ "daemon", no_argument, NULL, 'd' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void
print_usage(FILE *out)
{
	fprintf(out,
	    "usage: reeved [-dt] [-c file] [--print | --keys]\n"
	    "  -c, --config FILE  configuration (%s/reeve/reeve.conf)\n"
	    "  -t, --test         check the configuration and exit\n"
	    "      --print        print the effective configuration and exit\n"
	    "      --keys         list the keys of the configuration and exit\n"
	    "  -d, --daemon       detach; return when the tree is up or not\n"
	    "  -h, --help         this text\n"
	    "  -V, --version      the version\n"
	    "See reeved(8), reeve.conf(5) and reeve(7).\n", REEVE_SYSCONFDIR);
}

/* Read the options; exits on those that want nothing else, and on bad ones. */
static void
read_options(int argc, char **argv, struct options *ret_options)
{
	int option;

	while ((option = getopt_long(argc, argv, "c:tdhV", long_options,
	    NULL)) != -1) {
		switch (option) {
		case 'c':
			ret_options->config = optarg;
			break;
		case 't':
			ret_options->test = true;
			break;
		case 'p':
			ret_options->print = true;
			break;
		case 'k':
			conf_print_keys(stdout);
			exit(fflush(stdout) == 0 ? EXIT_SUCCESS : EX_IOERR);
		case 'd':
			ret_options->detach = true;
			break;
		case 'h':
			print_usage(stdout);
			exit(EXIT_SUCCESS);
		case 'V':
			puts("reeved " PACKAGE_VERSION);
			exit(EXIT_SUCCESS);
		default:
			print_usage(stderr);
			exit(EX_USAGE);
		}
	}
	if (optind == argc)
		return;
	fprintf(stderr, "reeved: unexpected argument '%s'\n", argv[optind]);
	print_usage(stderr);
	exit(EX_USAGE);
}

/* Read the configuration; exits after printing all errors if it has any. */
static struct conf *
read_conf(const char *path)
{
	struct conf *conf = conf_load(path);

	if (!conf) {
		fprintf(stderr, "reeved: out of memory\n");
		exit(EX_OSERR);
	}
	if (conf->error_count == 0)
		return conf;
	conf_print_errors(conf, stderr);
	conf_free(conf);
	exit(EX_CONFIG);
}

/* Do what --test and --print ask for. */
static int
show_conf(const struct conf *conf, const struct options *options)
{
	size_t workers = 0;

	for (size_t i = 0; i < conf->node_count; i++)
		workers += conf->nodes[i].spec.type == SPEC_WORKER;
	if (options->print)
		conf_print(conf, stdout);
	else
		printf("%s: fine: %zu supervisors, %zu workers\n",
		    options->config, conf->node_count - workers, workers);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EX_IOERR;
}

static int
open_log(const struct conf *conf, bool detached)
{
	const char *log = conf->daemon.log;

	if (!log)
		log = detached ? CONF_LOG_SYSLOG : CONF_LOG_STDERR;
	if (strcmp(log, CONF_LOG_SYSLOG) == 0)
		return log_open(LOG_TO_SYSLOG, NULL);
	if (strcmp(log, CONF_LOG_STDERR) == 0)
		return log_open(LOG_TO_STDERR, NULL);
	if (log_open(LOG_TO_FILE, log) == 0)
		return 0;
	log_error("cannot open the log '%s': %s", log, strerror(errno));
	return -1;
}

/* Make a directory of the daemon's if it is missing. */
static int
make_directory(const char *path, const char *what)
{
	struct stat st;

	if (mkdir(path, 0755) == 0)
		return 0;
	if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	log_error("cannot make %s '%s': %s", what, path, strerror(errno));
	return -1;
}

/*
 * Make the run directory. One that is there must be root's or the daemon's
 * own, or other users could put files in the place of the lock and the socket.
 */
static int
make_run_dir(const char *path)
{
	struct stat st;

	if (make_directory(path, "the run directory") == -1)
		return -1;
	if (stat(path, &st) == 0 &&
	    (st.st_uid == 0 || st.st_uid == geteuid()) &&
	    (st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
		return 0;
	log_error("the run directory '%s' must belong to root or the daemon's "
	    "user, and other users must not write to it", path);
	errno = EACCES;
	return -1;
}

/* What the daemon holds for its life, and where it reports how it starts. */
struct startup {
	struct conf *conf;
	struct daemon_options daemon;
	char *log_dir;		/* its own: a reload replaces the conf */
	int pid_file;		/* its lock; -1: none */
	struct detached parent;	/* is told how it starts */
	bool is_awaited;	/* detached, and the parent waits */
};

/* Take the lock that makes this the only daemon here, and the pid file. */
static int
take_locks(struct startup *startup)
{
	const char *path = startup->conf->daemon.pid_file;
	pid_t holder = 0;

	startup->pid_file = pidfile_open(path, &holder);
	if (startup->pid_file == -1 && errno == EWOULDBLOCK) {
		if (holder > 0)
			log_error("another reeved is running here, pid %d: it "
			    "holds '%s'", (int)holder, path);
		else	/* it has not come to writing its pid yet */
			log_error("another reeved is running here: it holds "
			    "'%s'", path);
		return -1;
	}
	if (startup->pid_file == -1 ||
	    pidfile_write(startup->pid_file, getpid()) == -1) {
		log_error("cannot take the pid file '%s': %s", path,
		    strerror(errno));
		return -1;
	}
	return 0;
}

/* End what a daemon that died has left running, before anything is started. */
static int
end_leftovers(struct startup *startup)
{
	const char *run_dir = startup->conf->daemon.run_dir;
	struct runfile *runfile = NULL;
	char path[PATH_MAX];
	size_t left;

	if ((size_t)snprintf(path, sizeof(path), "%s/reeved.run", run_dir) >=
	    sizeof(path))
		errno = ENAMETOOLONG;
	else
		runfile = runfile_open(path);
	if (!runfile) {
		log_error("cannot take the run file '%s': %s", path,
		    errno == EWOULDBLOCK ? "another reeved holds it" :
		    strerror(errno));
		return -1;
	}
	startup->daemon.engine.runfile = runfile;
	left = runfile_end_leftovers(runfile, LEFTOVERS_MS);
	if (left == 0)
		return 0;
	log_error("left over by an earlier reeved, and do not end or cannot be "
	    "seen: %zu; a start would run them twice", left);
	errno = EBUSY;
	return -1;
}

/* Decide where the output of children with `log' goes. */
static int
choose_log_dir(struct startup *startup)
{
	const char *log_dir = startup->conf->daemon.log_dir;

	if (!log_dir && startup->is_awaited)
		log_dir = places_log(geteuid());
	if (!log_dir)
		return 0;
	startup->log_dir = strdup(log_dir);
	if (!startup->log_dir) {
		log_error("cannot remember the log directory: %s",
		    strerror(errno));
		return -1;
	}
	startup->daemon.engine.log_dir = startup->log_dir;
	return make_directory(startup->log_dir, "the log directory");
}

/* Tell the parent that waits for it how the start came out. */
static void
report_start(struct startup *startup, int exit_code)
{
	log_tee(-1);
	if (startup->is_awaited)
		detach_report(&startup->parent, exit_code);
	startup->is_awaited = false;
}

/* The tree is up: an init script may go on, and messages go only to the log. */
static void
on_up(void *arg)
{
	report_start(arg, EXIT_SUCCESS);
}

static int
run_daemon(void *arg)
{
	struct startup *startup = arg;

	return daemon_run(startup->conf, &startup->daemon);
}

/* Run until the tree ends; returns the exit code. */
static int
run_startup(struct startup *startup)
{
	int exit_code = EX_OSERR;

	errno = 0;
	if (open_log(startup->conf, startup->is_awaited) == 0 &&
	    make_run_dir(startup->conf->daemon.run_dir) == 0 &&
	    take_locks(startup) == 0 && end_leftovers(startup) == 0 &&
	    choose_log_dir(startup) == 0) {
		/* a pidfd each, and some more */
		loopthread_reserve(startup->conf->node_count + 64);
		exit_code = loopthread_run(run_daemon, startup);
	} else if (errno == EACCES || errno == EPERM) {
		exit_code = EX_NOPERM;
	}
	upstream_close(startup->daemon.upstream);
	runfile_close(startup->daemon.engine.runfile);
	if (startup->pid_file >= 0)
		pidfile_close(startup->pid_file,
		    startup->conf->daemon.pid_file);
	report_start(startup, exit_code);	/* the next one may start now */
	return exit_code;
}

static void
detach_or_exit(struct startup *startup)
{
	if (detach(&startup->parent) == -1) {
		fprintf(stderr, "reeved: cannot detach: %s\n",
		    strerror(errno));
		exit(EX_OSERR);
	}
	startup->is_awaited = true;
	log_tee(startup->parent.messages);
}

/* Make a path one that holds in any directory; exits if that is impossible. */
static char *
absolute_path(const char *path)
{
	char directory[PATH_MAX], *absolute = NULL;

	if (*path == '/')
		absolute = strdup(path);
	else if (!getcwd(directory, sizeof(directory)) ||
	    asprintf(&absolute, "%s/%s", directory, path) < 0)
		absolute = NULL;
	if (absolute)
		return absolute;
	fprintf(stderr, "reeved: cannot tell where '%s' is: %s\n", path,
	    strerror(errno));
	exit(EX_OSERR);
}

int
main(int argc, char **argv)
{
	struct options options = { .config = REEVE_SYSCONFDIR
	    "/reeve/reeve.conf" };
	struct startup startup = { .pid_file = -1 };
	char *conf_file;
	int exit_code;

	signals_look(&startup.daemon.launch);
	if (hygiene_clean() < 0)
		return EX_OSERR;	/* and nowhere to say so */
	signals_hold();
	read_options(argc, argv, &options);
	startup.conf = read_conf(options.config);
	if (options.test || options.print) {
		exit_code = show_conf(startup.conf, &options);
		conf_free(startup.conf);
		return exit_code;
	}
	conf_file = absolute_path(options.config);
	startup.daemon.conf_file = conf_file;
	if (options.detach) {
		detach_or_exit(&startup);
		startup.daemon.launch = (struct signals_launch){ 0 };
	} else if (startup.conf->daemon.log &&
	    strcmp(startup.conf->daemon.log, CONF_LOG_STDERR) != 0) {
		log_tee(STDERR_FILENO);	/* until the tree is up */
	}
	hygiene_harden(&startup.daemon.engine.found);
	startup.daemon.upstream = upstream_open();
	startup.daemon.up = on_up;
	startup.daemon.up_arg = &startup;
	exit_code = run_startup(&startup);
	free(startup.log_dir);
	conf_free(startup.conf);
	free(conf_file);
	return exit_code;
}
