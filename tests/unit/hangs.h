/*
 * Functions of the C library that hang when a test says so: what a disk, a
 * mount or a name service does that gives no answer. The linker puts these in
 * the places of those (HANG_WRAP in tests.mk).
 */
#ifndef REEVE_TESTS_UNIT_HANGS_H
#define REEVE_TESTS_UNIT_HANGS_H

/*
 * The one that hangs; NULL: none. glob, getpwnam_r, lseek; stat: of the path
 * /changed alone.
 */
extern const char *hangs;

/* How long chdir uses the processor before it does what it is called for. */
extern int busy_ms;

#endif
