# The tests: what is compiled and linked for them, and the targets that run them.
# The Makefile includes this file.

UNIT_SRC = $(wildcard tests/unit/*.c)
# A fake world around the core, and random runs in it, without an allocation in
# a step.
WORLD_SRC = $(patsubst %,tests/sim/%.c,queue trace world)
SIM_SRC = $(filter-out $(WORLD_SRC),$(wildcard tests/sim/*.c))
# Programs that the tests use, each of one file.
HELPERS = $(patsubst tests/helpers/%.c,%,$(wildcard tests/helpers/*.c))
# Targets of the fuzzer; in `make check' each replays its corpus.
FUZZ = $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
# Programs of the benchmark: the tools that measure, each of one file and util.c;
# the floor; and the child that all contenders run.
BENCH_TOOLS = ask cage kick timecmd
TEST_SRC = $(UNIT_SRC) $(foreach folder,helpers sim scenario drive \
	fuzz faults bench/src,$(wildcard tests/$(folder)/*.c))
CHECKS = headers rooms core globals config man docs catalogue
LINTS = $(CHECKS) words stems text shape banned cloexec shell services clang hardening \
	dist tidy cppcheck

TESTS = $(BUILD)/unit $(BUILD)/scenario $(BUILD)/drive $(BUILD)/sim $(BUILD)/oom \
	$(BUILD)/short $(BUILD)/refused $(BUILD)/lifecycle $(BUILD)/faults.so \
	$(FUZZ:%=$(BUILD)/fuzz_%) $(HELPERS:%=$(BUILD)/%)
BENCH = $(BENCH_TOOLS:%=$(BUILD)/bench/%) $(BUILD)/bench/child $(BUILD)/bench/floor

.PHONY: bench chaos check check-asan check-deb check-nolinux check-valgrind \
	count-coverage coverage faults fuzz fuzz-all lint mcdc mutants otp sim \
	soak tests under-valgrind
#: To test it
tests: all $(TESTS)		## build the tests as well

$(PROGRAMS) $(TESTS) $(BENCH): Makefile tests/tests.mk
$(BUILD)/tests/%.o: INCLUDES += -Itests $(CHECK_CFLAGS)
GUARD = $(foreach name,malloc calloc realloc free,-Wl,--wrap=$(name))
OOM_WRAP = $(GUARD) $(foreach name,strdup strndup asprintf vasprintf \
	__asprintf_chk __vasprintf_chk,-Wl,--wrap=$(name))
# The calls of tests/faults/calls.c.
REFUSED_WRAP = $(foreach name,read pread write pwrite send recv fstat stat lstat fstatat \
	access lseek ftruncate posix_fallocate mkdir unlink flock \
	readlink mkostemp opendir pipe2 socket bind listen connect \
	accept4 getsockopt lchown mmap mprotect kill waitid setsid \
	chdir dup2 execve fork close open openat fcntl prctl clone \
	syscall __read_chk __pread_chk,-Wl,--wrap=$(name))
# Those of tests/unit/hangs.c.
HANG_WRAP = $(foreach name,chdir glob getpwnam_r lseek stat,-Wl,--wrap=$(name))
# A folder among what a program is made of: it changes when a file goes.
$(BUILD)/unit: $(call obj,$(UNIT_SRC) $(WORLD_SRC)) $(ARCHIVES) tests/unit
	$(call say,LINK)$(LINK) $(HANG_WRAP) $(CHECK_LIBS) $(INIH_LIBS) \
	$(EV_LIBS) $(JANSSON_LIBS)
$(BUILD)/sim: $(call obj,$(SIM_SRC) $(WORLD_SRC)) $(BUILD)/libcore.a tests/sim
	$(call say,LINK)$(LINK) $(GUARD)
$(BUILD)/oom: $(call obj,$(patsubst %,tests/faults/%.c,oom wrap)) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(OOM_WRAP) $(INIH_LIBS)
$(BUILD)/short: $(call obj,tests/faults/control.c tests/faults/wrap.c \
	tests/unit/model.c) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(OOM_WRAP) $(INIH_LIBS) $(EV_LIBS) \
	$(JANSSON_LIBS)
$(BUILD)/refused: $(call obj,tests/faults/calls.c tests/faults/refused.c \
	tests/faults/refusedproc.c tests/unit/model.c) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(REFUSED_WRAP) $(INIH_LIBS) $(EV_LIBS) \
	$(JANSSON_LIBS)
$(BUILD)/lifecycle: $(addprefix $(BUILD)/tests/faults/,children.o lifecycle.o \
	client.o)
	$(call say,LINK)$(LINK) $(JANSSON_LIBS)
# It replaces functions of the C library, so that library alone is linked.
$(BUILD)/faults.so: $(BUILD)/tests/faults/nth.o
	$(call say,LINK)$(CC) $(CFLAGS) -shared -o $@ $< -ldl
$(BUILD)/tests/faults/nth.o: EXTRA_CFLAGS = -fPIC
# With FUZZER set, the main program is libFuzzer's.
$(FUZZ:%=$(BUILD)/fuzz_%): $(BUILD)/%: $(BUILD)/tests/fuzz/%.o \
	$(if $(FUZZER),,$(BUILD)/tests/fuzz/replay.o) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(FUZZER) $(INIH_LIBS) $(EV_LIBS) $(JANSSON_LIBS)
$(BUILD)/fuzz_tree: $(call obj,$(filter-out %/main.c %/no_malloc.c,$(SIM_SRC)) $(WORLD_SRC))
$(BUILD)/fuzz_control: $(call obj,tests/fuzz/checking_client.c tests/unit/model.c)
$(BUILD)/scenario: $(call obj,$(wildcard tests/scenario/*.c) $(WORLD_SRC)) \
	$(BUILD)/libcore.a tests/scenario
	$(call say,LINK)$(LINK)
$(BUILD)/drive: $(call obj,$(wildcard tests/drive/*.c) \
	$(patsubst %,tests/scenario/%.c,arena compare scn)) $(ARCHIVES) tests/drive
	$(call say,LINK)$(LINK) $(JANSSON_LIBS)
# They are no part of what is tested, and are started often: without sanitizers.
$(HELPERS:%=$(BUILD)/tests/helpers/%.o) $(HELPERS:%=$(BUILD)/%): \
	EXTRA_CFLAGS := $(filter-out -fsanitize=%,$(EXTRA_CFLAGS))
$(HELPERS:%=$(BUILD)/%): $(BUILD)/%: $(BUILD)/tests/helpers/%.o
	$(call say,LINK)$(LINK)

$(BENCH_TOOLS:%=$(BUILD)/bench/%): $(BUILD)/bench/%: \
	$(BUILD)/tests/bench/src/%.o $(BUILD)/tests/bench/src/util.o
	$(call say,LINK)mkdir -p $(@D) && $(LINK)
$(BUILD)/bench/floor: $(addprefix $(BUILD)/tests/bench/src/,floor.o floorlog.o util.o)
	$(call say,LINK)mkdir -p $(@D) && $(CC) $(CFLAGS) -static -o $@ $(filter %.o,$^)
# It links nothing, so that it costs no more than the system's part.
$(BUILD)/bench/child: $(BUILD)/tests/bench/src/child.o
	$(call say,LINK)mkdir -p $(@D) && $(CC) -static -nostdlib -Wl,--build-id=none \
	-Wl,-z,noseparate-code -o $@ $(filter %.o,$^)
$(BUILD)/tests/bench/src/child.o: EXTRA_CFLAGS = -ffreestanding -fno-pie \
	-fno-stack-protector -fno-asynchronous-unwind-tables

# It ends what a unit test that fails leaves behind: a process of it would keep
# the output open for ever.
JAIL = $(BUILD)/jail 1800
BESIDE = "& tests/tally beside '$(UNIT_ENV) $(JAIL) $(BUILD)/unit' \
	$(BUILD)/refused"
INTEGRATION = $(patsubst tests/integration/%.sh,%,$(wildcard tests/integration/*.sh))
check: tests			## run all tests
	@tests/tally reeve $(if $(CHECKS),"tests/lint/run $(CHECKS)") $(BESIDE) \
	"$(BUILD)/scenario --all tests/scenarios/*/" $(BUILD)/sim \
	$(foreach name,$(FUZZ),"$(BUILD)/fuzz_$(name) tests/fuzz/corpus/$(name)") \
	$(BUILD)/oom $(BUILD)/short \
	"tests/integration/run $(INTEGRATION)"
lint: tests			## check how the code is written
	@tests/tally reeve "tests/lint/run $(LINTS)"
# To check it once more, compiled in another way: without what that changes
# nothing of, which is the text, what is installed, and the scripts; and without
# what shows only that much of something is no burden.
AGAIN = CHECKS= INTEGRATION="$(or $(ONLY),$(filter-out completion deps init install \
	lesson order bomb no-syscalls pid-reuse storm tormentor reload-many \
	reload-steady reload-when services,$(INTEGRATION)))" check
# A look for leaks at the end of every unit test takes longer than the test:
# valgrind does that, and here the daemon and reevectl do when they end.
check-asan:			## check with ASan and UBSan
	@$(MAKE) --no-print-directory BUILD=build/asan CONFIGURE_FLAGS=--enable-sanitize \
	UNIT_ENV='ASAN_OPTIONS=$$$$ASAN_OPTIONS:detect_leaks=0 UNIT_FORK=suite' \
	$(AGAIN)
# What POSIX alone changes is how processes are made, watched, told of and ended.
check-nolinux: ONLY = bad-launcher container crash credentials descriptors detach \
	exec exit-codes hang-start leftovers many pid1 ready reload reload-ended \
	reload-fails scenarios shortage shutdown signals stopped strategies stubborn \
	term-early term-starting terminal unkillable
POSIX = BUILD=build/nolinux CONFIGURE_FLAGS="--disable-linux --disable-hardening"
check-nolinux:			## check with POSIX alone
	@$(MAKE) --no-print-directory $(POSIX) $(AGAIN)
check-valgrind:			## check a part, under valgrind
	@$(MAKE) --no-print-directory $(POSIX) under-valgrind
# With POSIX alone, as valgrind does not know CLONE_PIDFD; and without tests of
# what it gets wrong: fortified memmove(), exec() that fails, limits, and time.
# The unit tests in two halves that take about as long, at once; the first has
# those that start processes.
HALF = aside proc starthang
VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full \
	--suppressions=$(CURDIR)/tests/valgrind.supp
UNIT_HALF = UNIT_FORK=suite $(JAIL) $(VALGRIND) $(BUILD)/unit
under-valgrind: tests
	@tests/tally reeve \
	"tests/tally unit '& $(UNIT_HALF) $(HALF)' \
	'$(UNIT_HALF) -spawnf -spawnuser $(HALF:%=-%)'" \
	"$(VALGRIND) $(BUILD)/scenario --all tests/scenarios/*/" \
	"REEVED='$(VALGRIND) $(BUILDDIR)/reeved' tests/integration/run \
	bad-conf exit-codes options reload-ended reload-fails signals strategies"
check-deb: configure		## build two packages, try them on Debian
	@VERSION=$(VERSION) tests/deb/run

#: To test it for long
# The integration tests that have a size, each with a large one.
SOAK = 'COUNT=5000 many' 'COUNT=10000 many' 'COUNT=200 term-early' \
	'COUNT=2000 chaos' 'COUNT=10000 reload-many' 'LATENCY=500 hostile' \
	'BOUND=1 reload-hangs' 'COUNT=5000 pid-reuse'
soak: tests			## run much of everything, with real processes
	@for test in $(SOAK); do set -- $$test; env $$1 TIMEOUT=1200 JOBS=1 \
	tests/integration/run $$2 && cat $(BUILD)/integration/$$2/log || \
	exit 1; done
# Disorder for MINUTES=, by SEED=, with CLIENTS=.
MINUTES = 15
chaos: tests			## make disorder with real processes; MINUTES=, SEED=
	@$(if $(SEED),SEED=$(SEED)) MINUTES=$(MINUTES) \
	CLIENTS=$(or $(CLIENTS),6) TIMEOUT=$$(($(MINUTES) * 60 + 600)) \
	tests/integration/run chaos; status=$$?; \
	cat $(BUILD)/integration/chaos/log; exit $$status
faults: tests			## run the daemon with the n-th call failing
	@tests/faults/run
STEPS = 100000000
sim: $(BUILD)/sim		## simulate at random for long; STEPS=, SEED=
	@$(if $(SEED),SEED=$(SEED)) $(BUILD)/sim $(STEPS)
# COUNT= scenarios by SEED=; needs erlang-base and elixir.
otp: $(BUILD)/scenario		## play random scenarios to Erlang/OTP; COUNT=, SEED=
	@$(if $(COUNT),COUNT=$(COUNT)) $(if $(SEED),SEED=$(SEED)) \
	BUILDDIR=$(BUILDDIR) tests/otp/run || [ $$? -eq 77 ]
mutants:			## break rules of the core; some test must notice
	@CC="$(CC)" CHECK_CFLAGS="$(CHECK_CFLAGS)" CHECK_LIBS="$(CHECK_LIBS)" \
	tests/mutants/run
TIME = 60
fuzz:				## look for new inputs, with clang; TIME=
	@$(MAKE) --no-print-directory BUILD=build/fuzz FUZZER=-fsanitize=fuzzer \
	CONFIGURE_FLAGS="CC=clang CFLAGS='-g -O1 -fsanitize=fuzzer-no-link' \
	--enable-sanitize" fuzz-all
fuzz-all: $(FUZZ:%=$(BUILD)/fuzz_%)
	@for name in $(FUZZ); do mkdir -p $(BUILD)/corpus/$$name && \
	echo "fuzz_$$name" && $(BUILD)/fuzz_$$name -verbosity=0 \
	$$(ls tests/fuzz/$$name.dict 2>/dev/null | sed s/^/-dict=/) \
	-artifact_prefix=$(BUILD)/ \
	-max_total_time=$(TIME) $(BUILD)/corpus/$$name \
	tests/fuzz/corpus/$$name || exit 1; done

#: To measure
# Without the optimiser, which moves lines; without assertions, whose other side
# never runs; and without gcc's own execve(), as the worker's side of a start
# shares the daemon's memory, and its counters. A process that detaches ends with
# _exit(), which would not write its counters: so it is exit(). Processes of
# several users write the same files, so the files exist before. Runs in which a
# call fails count as well, every FAULTS-th; only `make faults' tells whether they
# are right, since the counters make calls of their own.
FAULTS = 40
coverage:			## count what the tests run of src/
	@$(MAKE) --no-print-directory BUILD=build/coverage count-coverage \
	CONFIGURE_FLAGS="--enable-coverage --disable-werror \
	CPPFLAGS='-DNDEBUG -D_exit=exit' CFLAGS='-g -O0 -fno-builtin-execve'"
count-coverage: tests
	@for notes in `find $(BUILD) -name '*.gcno'`; do \
	: >"$${notes%no}da" && chmod a+rw "$${notes%no}da" || exit 1; done
	@$(MAKE) --no-print-directory check; status=$$?; \
	tests/faults/run $(FAULTS) >/dev/null; tests/coverage/run && exit $$status
mcdc:				## count decisions of the core, with clang 18
	@CHECK_CFLAGS="$(CHECK_CFLAGS)" CHECK_LIBS="$(CHECK_LIBS)" \
	tests/coverage/mcdc
# What it does: tests/bench/README.md. BENCH_FLAGS are options of run.py.
bench: $(PROGRAMS) $(BENCH)	## measure reeve beside other supervisors
	@tests/bench/run.py $(BENCH_FLAGS)
