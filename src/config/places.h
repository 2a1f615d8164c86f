/*
 * Where a daemon has its files by default, and where reevectl looks for the
 * socket.
 */
#ifndef REEVE_CONFIG_PLACES_H
#define REEVE_CONFIG_PLACES_H

#include <stddef.h>
#include <sys/types.h>

#define PLACES_RUN	"/run"		/* root's; others have their own */
#define PLACES_LOG	"/var/log"
#define PLACES_NAME	"reeve"		/* of a directory in these */
#define PLACES_SOCKET	"reeve.sock"	/* both in the run directory */
#define PLACES_PID_FILE	"reeved.pid"

/* The log directory of a user's daemon that detaches, if its file gives none;
 * NULL: there is none. */
static inline const char *
places_log(uid_t user)
{
	return user == 0 ? PLACES_LOG "/" PLACES_NAME : NULL;
}

/* The directory that the default run directory of a user is in; NULL: there is
 * none without XDG_RUNTIME_DIR. */
static inline const char *
places_run(uid_t user, const char *runtime_dir)
{
	if (user == 0)
		return PLACES_RUN;
	return runtime_dir && runtime_dir[0] == '/' ? runtime_dir : NULL;
}

#endif
