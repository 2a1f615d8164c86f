/*
 * What a supervisor needs to know of a child and of itself, and the rules
 * that say which values are legal. These are OTP's child specification and
 * supervisor flags; supervisor(3erl), "Child specification" and "Supervisor
 * flags", is where the rules come from.
 *
 * All durations are milliseconds in an int64_t.
 */
#ifndef REEVE_CORE_SPEC_H
#define REEVE_CORE_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#define SPEC_PATH_SIZE		1100	/* the deepest path, and its NUL, fit */

#define SPEC_INFINITY		INT64_MAX	/* no bound: time or number */
#define SPEC_BRUTAL_KILL	((int64_t)-1)	/* of shutdown_ms: kill, do not
						   ask */

enum spec_type {
	SPEC_WORKER,		/* a process */
	SPEC_SUPERVISOR,	/* children named in its definition */
	SPEC_DYNAMIC,		/* children started at run time, always
				   one_for_one */
	SPEC_TYPE_COUNT
};

enum spec_restart {
	SPEC_PERMANENT,		/* restarted whenever it ends */
	SPEC_TRANSIENT,		/* restarted when it ends abnormally */
	SPEC_TEMPORARY,		/* never restarted, forgotten when it ends */
	SPEC_RESTART_COUNT
};

enum spec_strategy {
	SPEC_ONE_FOR_ONE,	/* restart the child that ended */
	SPEC_ONE_FOR_ALL,	/* restart all */
	SPEC_REST_FOR_ONE,	/* restart it and those started after it */
	SPEC_STRATEGY_COUNT
};

enum spec_auto_shutdown {
	SPEC_NEVER,
	SPEC_ANY_SIGNIFICANT,	/* end when one significant child has ended */
	SPEC_ALL_SIGNIFICANT,	/* end when the last of them has */
	SPEC_AUTO_SHUTDOWN_COUNT
};

enum spec_shutdown_order {
	SPEC_SEQUENTIAL,	/* one by one, last started first: OTP's */
	SPEC_CONCURRENT,	/* all told at once */
	SPEC_SHUTDOWN_ORDER_COUNT
};

/* The words of each enum, as files and answers spell them, in enum order. */
extern const char *const spec_type_names[SPEC_TYPE_COUNT];
extern const char *const spec_restart_names[SPEC_RESTART_COUNT];
extern const char *const spec_strategy_names[SPEC_STRATEGY_COUNT];
extern const char *const spec_auto_shutdown_names[SPEC_AUTO_SHUTDOWN_COUNT];
extern const char *const spec_shutdown_order_names[SPEC_SHUTDOWN_ORDER_COUNT];

/* A child, as its supervisor sees it. */
struct spec {
	int64_t shutdown_ms;	/* told to killed; or SPEC_INFINITY,
				   SPEC_BRUTAL_KILL */
	int64_t start_timeout_ms; /* started to ready; or SPEC_INFINITY */
	int64_t restart_delay_ms; /* 0: at once, as OTP */
	int64_t restart_delay_max_ms; /* where doubling the delay ends */
	enum spec_restart restart;
	enum spec_type type;
	bool significant;	/* its end may end the supervisor: auto_shutdown
				   */
};

/* A supervisor of either type. */
struct spec_flags {
	int64_t max_seconds_ms;	/* the period of the intensity, > 0 */
	int64_t max_restarts;	/* >= 0; the caller sizes the window after it */
	int64_t max_children;	/* >= 0 or SPEC_INFINITY; dynamic only */
	enum spec_strategy strategy;
	enum spec_auto_shutdown auto_shutdown;
	enum spec_shutdown_order shutdown_order;
};

/* Why a spec or flags are refused; OTP's names. SPEC_OK is 0. */
enum spec_error {
	SPEC_OK,
	SPEC_INVALID_RESTART_TYPE,
	SPEC_INVALID_SIGNIFICANT, /* never found here: a bool is always valid */
	SPEC_INVALID_SHUTDOWN,
	SPEC_BAD_COMBINATION,	/* significant, with permanent or auto_shutdown
				   = never */
	SPEC_INVALID_STRATEGY,
	SPEC_INVALID_INTENSITY,
	SPEC_INVALID_PERIOD,
	SPEC_INVALID_AUTO_SHUTDOWN,
	SPEC_INVALID_MAX_CHILDREN,
	SPEC_DUPLICATE_CHILD_NAME,
	SPEC_ERROR_COUNT
};
extern const char *const spec_error_names[SPEC_ERROR_COUNT];

/* Fill in the defaults: Elixir's flags, OTP's child of the given type. */
void	spec_init(struct spec *spec, enum spec_type type);
void	spec_flags_init(struct spec_flags *flags);

/*
 * Check a child spec under the flags of the supervisor it is for; the first
 * fault in OTP's order: restart, significant, shutdown, combination. Enum
 * values that are no member of their enum are faults, not undefined.
 */
enum spec_error	spec_check(const struct spec *spec,
		    const struct spec_flags *flags);

/* Check the flags of a supervisor or dynamic supervisor, in OTP's order. */
enum spec_error	spec_flags_check(const struct spec_flags *flags,
		    enum spec_type type);

/* How a definition answers when its supervisor starts: OTP's init/1. */
enum spec_init_answer {
	SPEC_INIT_OK,
	SPEC_INIT_IGNORE,	/* no supervisor this time */
	SPEC_INIT_ERROR,	/* a fault says why */
};

/*
 * The classes of an end, OTP's exit reasons. Which exit codes and signals
 * fall into which is said by the file (exit_normal, exit_shutdown); the core
 * only sees the class.
 */
enum spec_end {
	SPEC_END_NORMAL,	/* normal */
	SPEC_END_SHUTDOWN,	/* shutdown */
	SPEC_END_SHUTDOWN_TERM,	/* {shutdown, Term} */
	SPEC_END_ABNORMAL,	/* anything else */
	SPEC_END_KILLED,	/* killed: abnormal, and what brutal_kill
				   expects */
	SPEC_END_COUNT
};

/* Tell whether an end is clean: normal, shutdown or {shutdown, Term}. */
static inline bool
spec_end_is_clean(enum spec_end end)
{
	return end <= SPEC_END_SHUTDOWN_TERM;
}

/* How a process ended, raw. The core carries it for the shell, and does not
 * look at it. */
enum spec_how {
	SPEC_HOW_NONE,		/* has not ended, or was no process */
	SPEC_HOW_EXITED,	/* number: its exit code */
	SPEC_HOW_SIGNALLED,	/* number: the signal */
	SPEC_HOW_LOST,		/* gone, and it is not known how */
};

/* An end, and the class it has in both cases: unasked, and asked for. */
struct spec_outcome {
	uint8_t how;		/* enum spec_how */
	uint8_t number;		/* exit code or signal, as how says */
	uint8_t end;		/* enum spec_end, if it was not asked for */
	uint8_t end_stopped;	/* enum spec_end, if the supervisor asked */
};

#endif
