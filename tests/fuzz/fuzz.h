/* One fuzz target: what libFuzzer, or replay.c, calls with each input. */
#ifndef REEVE_TESTS_FUZZ_H
#define REEVE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Work on an input; abort if something is wrong with what comes out. */
int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
