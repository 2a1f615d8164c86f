# reeve: the build. `make help' lists the targets; files are listed below, in
# one place each. Objects and programs go below $(BUILD), nothing else does.

BUILD = build

CORE_SRC = \
	src/core/child.c \
	src/core/heap.c \
	src/core/names.c \
	src/core/op.c \
	src/core/request.c \
	src/core/spec.c \
	src/core/stop.c \
	src/core/sup.c \
	src/core/tree.c \
	src/core/upgrade.c \
	src/core/window.c
# Everything else but the files with main(), which make a program each.
MAIN_SRC = \
	src/main.c \
	src/reevectl.c
SRC = \
	src/appendfile.c \
	src/build.c \
	src/bytes.c \
	src/call.c \
	src/childtext.c \
	src/clients.c \
	src/clock.c \
	src/command.c \
	src/conf.c \
	src/confchild.c \
	src/confcreds.c \
	src/confdaemon.c \
	src/confdiff.c \
	src/conferror.c \
	src/conffile.c \
	src/confheader.c \
	src/confkeys.c \
	src/confpath.c \
	src/confprint.c \
	src/confread.c \
	src/confsection.c \
	src/confset.c \
	src/confuser.c \
	src/confvalue.c \
	src/confworker.c \
	src/control.c \
	src/ctlcall.c \
	src/ctlclient.c \
	src/ctlnew.c \
	src/ctlshow.c \
	src/ctlverbs.c \
	src/daemon.c \
	src/detach.c \
	src/eventnote.c \
	src/events.c \
	src/eventtext.c \
	src/evloop.c \
	src/forklinux.c \
	src/forkposix.c \
	src/hosting.c \
	src/hygiene.c \
	src/journal.c \
	src/jsonread.c \
	src/leftover.c \
	src/live.c \
	src/lockfile.c \
	src/log.c \
	src/logpath.c \
	src/loopthread.c \
	src/orphan.c \
	src/notify.c \
	src/oslinux.c \
	src/osposix.c \
	src/pattern.c \
	src/peer.c \
	src/pending.c \
	src/pidfile.c \
	src/plan.c \
	src/plancheck.c \
	src/planjudge.c \
	src/planstep.c \
	src/proc.c \
	src/procend.c \
	src/procfs.c \
	src/procsignal.c \
	src/program.c \
	src/quota.c \
	src/reload.c \
	src/runfile.c \
	src/scratch.c \
	src/session.c \
	src/signals.c \
	src/signame.c \
	src/socketfile.c \
	src/spawn.c \
	src/spawncheck.c \
	src/spawnchild.c \
	src/spawnenv.c \
	src/spawnopen.c \
	src/spawnwhy.c \
	src/strlist.c \
	src/suggest.c \
	src/utf8.c \
	src/varlink.c \
	src/verbs.c \
	src/verbschange.c \
	src/verbsevents.c \
	src/verbslogs.c \
	src/verbslook.c \
	src/verbsreload.c \
	src/verbsservice.c \
	src/verbsstart.c \
	src/verbsstatus.c \
	src/worker.c
# What is served of itself, made into C.
INTERFACE = src/io.reeve.Control.varlink
# Unit tests are listed in suites.h; this is what they share.
UNIT_SRC = \
	tests/unit/asker.c \
	tests/unit/booth.c \
	tests/unit/conftext.c \
	tests/unit/main.c \
	tests/unit/model.c \
	tests/unit/stage.c \
	tests/unit/tale.c \
	tests/unit/yard.c
# A fake world around the core; random runs in it, no allocation in a step.
SIM_SRC = \
	tests/sim/ask.c \
	tests/sim/dice.c \
	tests/sim/grow.c \
	tests/sim/guard.c \
	tests/sim/invariants.c \
	tests/sim/life.c \
	tests/sim/main.c \
	tests/sim/state.c
WORLD_SRC = \
	tests/sim/queue.c \
	tests/sim/story.c \
	tests/sim/world.c
# Plays the scenarios of OTP to the core.
SCENARIO_SRC = \
	tests/scenario/arena.c \
	tests/scenario/compare.c \
	tests/scenario/main.c \
	tests/scenario/parts.c \
	tests/scenario/play.c \
	tests/scenario/print.c \
	tests/scenario/scn.c \
	tests/scenario/stage.c
# Plays them to the daemon; reading and comparing is done as there.
DRIVE_SRC = \
	tests/drive/actors.c \
	tests/drive/calls.c \
	tests/drive/confile.c \
	tests/drive/hear.c \
	tests/drive/house.c \
	tests/drive/leave.c \
	tests/drive/main.c \
	tests/drive/story.c \
	tests/drive/wire.c
# Programs that the tests use, each of one file.
HELPERS = \
	tests/actor.c \
	tests/catcher.c \
	tests/crowd.c \
	tests/deny.c \
	tests/dirty.c \
	tests/hostile.c \
	tests/jail.c \
	tests/probe.c \
	tests/puppet.c \
	tests/standin.c \
	tests/swap.c
# Targets of the fuzzer; in `make check' each replays its corpus.
FUZZ = command conf control tree value
FUZZ_SRC = \
	$(FUZZ:%=tests/fuzz/fuzz_%.c) \
	tests/fuzz/replay.c \
	tests/fuzz/witness.c
# Under LD_PRELOAD the n-th call of the daemon fails; and lives in which one
# does, see tests/faults/run.
FAULTS_SRC = \
	tests/faults/cast.c \
	tests/faults/life.c \
	tests/faults/nth.c \
	tests/faults/talk.c
# Memory that runs out, at each allocation in turn.
OOM_SRC = \
	tests/faults/calls.c \
	tests/faults/control.c \
	tests/faults/refused.c \
	tests/faults/refusedproc.c \
	tests/faults/wrap.c \
	tests/oom.c
# Programs of the benchmark: the floor, the child that all contenders have, and
# what measures, each of one file and util.c.
BENCH_TOOLS = ask cage kick timecmd
BENCH_SRC = \
	tests/bench/src/ask.c \
	tests/bench/src/cage.c \
	tests/bench/src/child.c \
	tests/bench/src/floor.c \
	tests/bench/src/floorlog.c \
	tests/bench/src/kick.c \
	tests/bench/src/timecmd.c \
	tests/bench/src/util.c
MAN = \
	man/reeve.7 \
	man/reeve.conf.5 \
	man/reevectl.1 \
	man/reeved.8
DOCS = LICENSE NEWS README
EXAMPLES = \
	conf/demo.conf \
	conf/reeve.conf \
	conf/examples/container/Containerfile \
	conf/examples/container/README \
	conf/examples/container/pod.yaml \
	conf/examples/container/reeve.conf \
	conf/examples/container/reeve.nomad \
	conf/examples/container/tick \
	conf/examples/lesson/README \
	conf/examples/lesson/agent \
	conf/examples/lesson/ask \
	conf/examples/lesson/reeve.conf \
	conf/examples/shop.conf \
	conf/examples/shop/clerk \
	conf/examples/shop/nginx.conf \
	conf/examples/shop/pages \
	conf/examples/shop/room
# How to run it under every kind of init; some are installed in their places.
SERVICES = \
	conf/init/reeve.init.in \
	conf/init/reeve.openrc.in \
	conf/init/runit/check.in \
	conf/init/runit/finish.in \
	conf/init/runit/run.in \
	conf/init/s6/data/check.in \
	conf/init/s6/finish.in \
	conf/init/s6/notification-fd \
	conf/init/s6/run.in
CHECKS = headers core globals config man docs catalogue
LINTS = $(CHECKS) text shape banned cloexec shell services clang hardening \
	dist tidy cppcheck

# Goals that must work before anything is configured or installed.
BARE = deps deps-lint deps-deb help clean distclean check-asan check-nolinux \
	check-valgrind coverage fuzz
GOALS = $(or $(MAKECMDGOALS),all)

ifneq ($(and $(filter $(BARE),$(GOALS)),$(word 2,$(GOALS))),)
# `make deps run': make reads config.mk, and so wants autoconf, before the first
# goal has run. So each goal gets a make of its own, one after the other.
.PHONY: $(GOALS)
$(foreach goal,$(GOALS),$(eval $(goal): $(before))$(eval before := $(goal)))
$(GOALS):
	@$(MAKE) --no-print-directory $@
else

CONF = $(if $(filter build,$(BUILD)),.,$(BUILD))
ifneq ($(filter-out $(BARE),$(GOALS)),)
include $(CONF)/config.mk
endif

export SRCDIR := $(CURDIR)
export BUILDDIR := $(abspath $(BUILD))
export CC NM COMPILE PROGRAMS

SUITES := $(shell sed -n 's/^	X(\([a-z_]*\)).*/\1/p' tests/unit/suites.h)
UNIT_SRC += $(SUITES:%=tests/unit/test_%.c)

obj = $(patsubst %.c,$(BUILD)/%.o,$(filter %.c,$1))
CORE_OBJ = $(call obj,$(CORE_SRC))
ALL_OBJ = $(call obj,$(CORE_SRC) $(SRC) $(MAIN_SRC) $(UNIT_SRC) $(WORLD_SRC) $(SIM_SRC) \
	$(SCENARIO_SRC) $(DRIVE_SRC) $(HELPERS) $(BENCH_SRC) $(FUZZ_SRC) $(OOM_SRC) \
	$(FAULTS_SRC))
ARCHIVES = $(BUILD)/libreeve.a $(BUILD)/libcore.a
PROGRAMS = $(BUILD)/reeved $(BUILD)/reevectl
TESTS = $(BUILD)/unit $(BUILD)/scenario $(BUILD)/drive $(BUILD)/sim $(BUILD)/oom \
	$(BUILD)/short $(BUILD)/refused $(BUILD)/life $(BUILD)/faults.so \
	$(FUZZ:%=$(BUILD)/fuzz_%) $(HELPERS:tests/%.c=$(BUILD)/%)
BENCH = $(BENCH_TOOLS:%=$(BUILD)/bench/%) $(BUILD)/bench/child $(BUILD)/bench/floor

# The core sees no config.h: it must not depend on the system.
INCLUDES = -I$(CONF) -Isrc $(EV_CFLAGS) $(INIH_CFLAGS) $(JANSSON_CFLAGS)
$(CORE_OBJ): INCLUDES = -Isrc
$(BUILD)/tests/%.o: INCLUDES += -Itests $(CHECK_CFLAGS)
COMPILE = $(CC) -std=c11 $(CPPFLAGS) $(INCLUDES) $(WARN_CFLAGS) \
	$(EXTRA_CFLAGS) $(CFLAGS)
LINK = $(CC) $(EXTRA_CFLAGS) $(CFLAGS) $(EXTRA_LDFLAGS) $(LDFLAGS) -o $@ \
	$(filter %.o,$^) $(filter %.a,$^)
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
# `make V=1' shows the commands whole.
say = $(if $(V),,@printf '%-5s %s\n' $1 $@;)

.PHONY: all bench chaos check check-asan check-deb check-nolinux \
	check-valgrind count-coverage coverage deb deps deps-deb deps-lint \
	faults fuzz fuzz-all help lint mcdc mutants otp run sim soak tests \
	under-valgrind \
	install uninstall dist clean distclean
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(PROGRAMS) $(ARCHIVES)	## build everything
tests: all $(TESTS)		## build the tests as well

$(BUILD)/reeved: $(BUILD)/src/main.o $(ARCHIVES)
	$(call say,LINK)$(LINK) $(INIH_LIBS) $(EV_LIBS) $(JANSSON_LIBS)
$(BUILD)/reevectl: $(BUILD)/src/reevectl.o $(ARCHIVES)
	$(call say,LINK)$(LINK) $(JANSSON_LIBS)
$(BUILD)/unit: $(call obj,$(UNIT_SRC) $(WORLD_SRC)) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(CHECK_LIBS) $(INIH_LIBS) $(EV_LIBS) $(JANSSON_LIBS)
$(BUILD)/sim: $(call obj,$(SIM_SRC) $(WORLD_SRC)) $(BUILD)/libcore.a
	$(call say,LINK)$(LINK) $(GUARD)
$(BUILD)/oom: $(call obj,tests/oom.c tests/faults/wrap.c) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(OOM_WRAP) $(INIH_LIBS)
$(BUILD)/short: $(call obj,tests/faults/control.c tests/faults/wrap.c \
	tests/unit/model.c) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(OOM_WRAP) $(INIH_LIBS) $(EV_LIBS) \
	$(JANSSON_LIBS)
$(BUILD)/refused: $(call obj,tests/faults/calls.c tests/faults/refused.c \
	tests/faults/refusedproc.c tests/unit/model.c) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(REFUSED_WRAP) $(INIH_LIBS) $(EV_LIBS) \
	$(JANSSON_LIBS)
$(BUILD)/life: $(addprefix $(BUILD)/tests/faults/,cast.o life.o \
	talk.o)
	$(call say,LINK)$(LINK) $(JANSSON_LIBS)
# It is to interpose what the C library has, so it is no program of ours.
$(BUILD)/faults.so: $(BUILD)/tests/faults/nth.o
	$(call say,LINK)$(CC) $(CFLAGS) -shared -o $@ $< -ldl
$(BUILD)/tests/faults/nth.o: EXTRA_CFLAGS = -fPIC
# With FUZZER set, the main program is libFuzzer's.
$(FUZZ:%=$(BUILD)/fuzz_%): $(BUILD)/%: $(BUILD)/tests/fuzz/%.o \
	$(if $(FUZZER),,$(BUILD)/tests/fuzz/replay.o) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(FUZZER) $(INIH_LIBS) $(EV_LIBS) $(JANSSON_LIBS)
$(BUILD)/fuzz_tree: $(call obj,$(filter-out %/main.c %/guard.c,$(SIM_SRC)) $(WORLD_SRC))
$(BUILD)/fuzz_control: $(call obj,tests/fuzz/witness.c tests/unit/model.c)
$(BUILD)/scenario: $(call obj,$(SCENARIO_SRC) $(WORLD_SRC)) $(BUILD)/libcore.a
	$(call say,LINK)$(LINK)
$(BUILD)/drive: $(call obj,$(DRIVE_SRC) $(addprefix tests/scenario/,arena.c \
	compare.c scn.c)) $(ARCHIVES)
	$(call say,LINK)$(LINK) $(JANSSON_LIBS)
$(HELPERS:tests/%.c=$(BUILD)/%): $(BUILD)/%: $(BUILD)/tests/%.o
	$(call say,LINK)$(LINK)

$(BENCH_TOOLS:%=$(BUILD)/bench/%): $(BUILD)/bench/%: \
	$(BUILD)/tests/bench/src/%.o $(BUILD)/tests/bench/src/util.o
	$(call say,LINK)mkdir -p $(@D) && $(LINK)
$(BUILD)/bench/floor: $(addprefix $(BUILD)/tests/bench/src/,floor.o floorlog.o util.o)
	$(call say,LINK)mkdir -p $(@D) && $(CC) $(CFLAGS) -static -o $@ $(filter %.o,$^)
# It links nothing, so that what it costs is the system's part alone.
$(BUILD)/bench/child: $(BUILD)/tests/bench/src/child.o
	$(call say,LINK)mkdir -p $(@D) && $(CC) -static -nostdlib -Wl,--build-id=none \
	-Wl,-z,noseparate-code -o $@ $(filter %.o,$^)
$(BUILD)/tests/bench/src/child.o: EXTRA_CFLAGS = -ffreestanding -fno-pie \
	-fno-stack-protector -fno-asynchronous-unwind-tables

# What is made of lists changes with the lists.
$(PROGRAMS) $(TESTS) $(ARCHIVES) $(BENCH): Makefile
$(BUILD)/libcore.a: $(CORE_OBJ)
$(BUILD)/libreeve.a: $(call obj,$(SRC)) $(BUILD)/interface.o
$(ARCHIVES):
	$(call say,AR)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)
$(ALL_OBJ): $(BUILD)/%.o: %.c $(CONF)/config.mk
	$(call say,CC)mkdir -p $(@D) && $(COMPILE) -MMD -MP -c -o $@ $<
-include $(ALL_OBJ:.o=.d)
$(BUILD)/interface.c: $(INTERFACE) Makefile
	$(call say,SED)mkdir -p $(@D) && { echo '#include "verbs.h"'; \
	echo 'const char interface_control[] ='; \
	sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $(INTERFACE); echo ';'; } >$@
$(BUILD)/interface.o: $(BUILD)/interface.c $(CONF)/config.mk
	$(call say,CC)$(COMPILE) -c -o $@ $<

configure: configure.ac
	@command -v autoconf >/dev/null || { echo >&2 \
	"autoconf is missing: 'make deps' installs it"; exit 1; }
	$(call say,AUTO)rm -f configure config.h.in && autoheader && autoconf && \
	rm -rf autom4te.cache
# A second run keeps what the first was asked for.
$(CONF)/config.mk: configure src/config.mk.in
	$(call say,CONF)mkdir -p $(CONF) && cd $(CONF) && \
	if [ -x config.status ]; then ./config.status -q --recheck && \
	./config.status -q; else $(CURDIR)/configure -q $(CONFIGURE_FLAGS); fi

deps:				## install what building and testing need
	@.ci/deps build
deps-lint:			## install what lint needs
	@.ci/deps lint
deps-deb:			## install what a Debian package needs
	@.ci/deps deb

run: all			## show a tree at work; Ctrl-C ends it
	@conf/demo $(BUILD)/reeved
# What a unit test that fails leaves behind would hold up who reads its output.
JAIL = $(BUILD)/jail 1800
check: tests			## run all tests
	@tests/tally reeve "tests/lint/run $(CHECKS)" "$(JAIL) $(BUILD)/unit" \
	"$(BUILD)/scenario --all tests/scenarios/*/" $(BUILD)/sim \
	$(foreach name,$(FUZZ),"$(BUILD)/fuzz_$(name) tests/fuzz/corpus/$(name)") \
	$(BUILD)/oom $(BUILD)/short $(BUILD)/refused \
	tests/integration/run
lint: tests			## check how the code is written
	@tests/tally reeve "tests/lint/run $(LINTS)"
# What it does: tests/bench/README.md. BENCH_FLAGS are options of run.py.
bench: $(PROGRAMS) $(BENCH)	## measure reeve beside other supervisors
	@tests/bench/run.py $(BENCH_FLAGS)
# The integration tests that take a size, each with a large one.
SOAK = 'COUNT=5000 many' 'COUNT=10000 many' 'COUNT=200 term-early' \
	'COUNT=2000 chaos' 'COUNT=10000 reload-many' 'LATENCY=500 hostile'
soak: tests			## much of everything, with real processes
	@for test in $(SOAK); do set -- $$test; env $$1 TIMEOUT=1200 JOBS=1 \
	tests/integration/run $$2 && cat $(BUILD)/integration/$$2/log || \
	exit 1; done
# Disorder for MINUTES=, by SEED=, with CLIENTS=.
MINUTES = 15
chaos: tests			## disorder with real processes; MINUTES=, SEED=
	@$(if $(SEED),SEED=$(SEED)) MINUTES=$(MINUTES) \
	CLIENTS=$(or $(CLIENTS),6) TIMEOUT=$$(($(MINUTES) * 60 + 600)) \
	tests/integration/run chaos; status=$$?; \
	cat $(BUILD)/integration/chaos/log; exit $$status
# Without the optimiser, which moves lines about; without assertions, which have
# no other side; and without what gcc makes of execve(): the worker's side of a
# start shares the daemon's memory, and its counters. The processes that detach
# leave with _exit(), which would not write theirs. Processes of any user write
# the same files, so these are there before. Lives in which a call fails count,
# every so many-th; whether they are as they should be is said by `make faults':
# counters make calls of their own.
LIVES = 40
coverage:			## count what the tests run of src/
	@$(MAKE) --no-print-directory BUILD=build/coverage count-coverage \
	CONFIGURE_FLAGS="--enable-coverage --disable-werror \
	CPPFLAGS='-DNDEBUG -D_exit=exit' CFLAGS='-g -O0 -fno-builtin-execve'"
count-coverage: tests
	@for notes in `find $(BUILD) -name '*.gcno'`; do \
	: >"$${notes%no}da" && chmod a+rw "$${notes%no}da" || exit 1; done
	@$(MAKE) --no-print-directory check; status=$$?; \
	tests/faults/run $(LIVES) >/dev/null; tests/coverage/run && exit $$status
mcdc:				## count decisions of the core, with clang 18
	@CHECK_CFLAGS="$(CHECK_CFLAGS)" CHECK_LIBS="$(CHECK_LIBS)" \
	tests/coverage/mcdc
faults: tests			## lives of the daemon in which the n-th call fails
	@tests/faults/run
STEPS = 100000000
sim: $(BUILD)/sim		## a long random simulation; STEPS=, SEED=
	@$(if $(SEED),SEED=$(SEED)) $(BUILD)/sim $(STEPS)
# COUNT= stories by SEED=; needs erlang-base and elixir.
otp: $(BUILD)/scenario		## random scenarios with Erlang/OTP; COUNT=, SEED=
	@$(if $(COUNT),COUNT=$(COUNT)) $(if $(SEED),SEED=$(SEED)) \
	BUILDDIR=$(BUILDDIR) tests/otp/run || [ $$? -eq 77 ]
mutants:			## break rules of the core; some test must notice
	@CC="$(CC)" CHECK_CFLAGS="$(CHECK_CFLAGS)" CHECK_LIBS="$(CHECK_LIBS)" \
	tests/mutants/run
TIME = 60
fuzz:				## look for new inputs with clang; TIME=
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
check-asan:			## the same with ASan and UBSan
	@$(MAKE) --no-print-directory BUILD=build/asan CONFIGURE_FLAGS=--enable-sanitize check
check-nolinux:			## the same with POSIX alone
	@$(MAKE) --no-print-directory BUILD=build/nolinux CONFIGURE_FLAGS=--disable-linux check
check-valgrind:			## a part of it, under valgrind
	@$(MAKE) --no-print-directory BUILD=build/valgrind under-valgrind \
	CONFIGURE_FLAGS="--disable-linux --disable-hardening"
# With POSIX alone, for valgrind knows no CLONE_PIDFD; and without what it gets
# wrong: fortified memmove(), exec() that fails, limits, and time.
VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full
under-valgrind: tests
	@tests/tally reeve \
	"$(JAIL) $(VALGRIND) $(BUILD)/unit -spawnfail -spawnfile -spawnuser" \
	"$(VALGRIND) $(BUILD)/scenario --all tests/scenarios/*/" \
	"REEVED='$(VALGRIND) $(BUILDDIR)/reeved' tests/integration/run \
	bad-conf exit-codes options reload-ended reload-fails signals strategies"

# Mode, file, and where it goes. In those named .in the places are filled in.
INSTALLED = \
	755 $(BUILD)/reeved $(sbindir)/reeved \
	755 $(BUILD)/reevectl $(bindir)/reevectl \
	$(foreach page,$(MAN),644 $(page) \
	$(mandir)/man$(subst .,,$(suffix $(page)))/$(notdir $(page))) \
	$(foreach doc,$(DOCS),644 $(doc) $(docdir)/$(doc)) \
	$(foreach file,$(EXAMPLES),$(call mode,$(file)) $(file) \
	$(docdir)/examples/$(patsubst examples/%,%,$(file:conf/%=%))) \
	$(foreach file,$(SERVICES),$(call mode,$(file)) $(file) \
	$(docdir)/examples/$(patsubst %.in,%,$(file:conf/%=%))) \
	644 conf/completion/reevectl.bash \
	$(datarootdir)/bash-completion/completions/reevectl \
	644 conf/completion/_reevectl \
	$(datarootdir)/zsh/site-functions/_reevectl \
	644 conf/completion/reevectl.fish \
	$(datarootdir)/fish/vendor_completions.d/reevectl.fish \
	$(if $(and $(initdir),$(INITSCRIPT)),755 $(INITSCRIPT) $(initdir)/reeve) \
	$(if $(systemdunitdir),644 conf/init/reeve.service.in \
	$(systemdunitdir)/reeve.service) \
	$(if $(tmpfilesdir),644 conf/init/reeve.tmpfiles $(tmpfilesdir)/reeve.conf) \
	$(if $(sysusersdir),644 conf/init/reeve.sysusers $(sysusersdir)/reeve.conf)
INITSCRIPT = $(patsubst %,conf/init/reeve.%.in,$(patsubst lsb,init,$(initscript:no=)))
PLAIN = %/README %/Containerfile %/notification-fd
mode = $(if $(suffix $(1:.in=))$(filter $(PLAIN),$1),644,755)
# The configuration is the administrator's: what is there stays, and is removed
# only if it is as it came.
confdir = $(sysconfdir)/reeve
SETTINGS = \
	644 conf/reeve.conf $(confdir)/reeve.conf \
	$(if $(and $(defaultdir),$(filter lsb,$(initscript))), \
	644 conf/init/reeve.default.in $(defaultdir)/reeve) \
	$(if $(logrotatedir),644 conf/init/reeve.logrotate.in $(logrotatedir)/reeve)
FILLED = bindir sbindir sysconfdir defaultdir
each = fill() { case $$1 in *.in) sed $(foreach name,$(FILLED),\
	-e 's|@$(name)@|$($(name))|g') "$$1" ;; *) cat "$$1" ;; esac; }; \
	put() { echo "$$3" && mkdir -p "$${3%/*}" && rm -f "$$3" && \
	fill "$$2" >"$$3" && chmod "$$1" "$$3"; }; \
	set -- $1; while [ $$\# -gt 0 ]; do to=$(DESTDIR)$$3; \
	$2 || exit 1; shift 3; done
install: all			## install below DESTDIR and prefix
	@$(call each,$(INSTALLED),put "$$1" "$$2" "$$to")
	@$(call each,$(SETTINGS),{ [ -e "$$to" ] || put "$$1" "$$2" "$$to"; })
uninstall:			## remove what install put there
	@$(call each,$(INSTALLED),rm -f "$$to")
	@$(call each,$(SETTINGS),{ ! fill "$$2" | cmp -s - "$$to" || rm "$$to"; })
	@rmdir $(DESTDIR)$(confdir) 2>/dev/null || :
	@[ ! -d $(DESTDIR)$(docdir) ] || find $(DESTDIR)$(docdir) -depth -type d \
	-exec rmdir {} \; 2>/dev/null || :
deb: configure			## build a Debian package of the last commit
	@VERSION=$(VERSION) conf/deb/build
check-deb: configure		## build two, and try them on a clean Debian
	@VERSION=$(VERSION) tests/deb/run
NAME = reeve-$(VERSION)
dist: configure			## pack the last commit and configure
	rm -rf $(BUILD)/dist && mkdir -p $(BUILD)/dist
	git archive --prefix=$(NAME)/ HEAD | tar -x -C $(BUILD)/dist
	cd $(BUILD)/dist/$(NAME) && autoheader && autoconf && \
	rm -rf autom4te.cache
	tar -c -C $(BUILD)/dist --sort=name --owner=0 --group=0 --numeric-owner \
	--mtime=@$$(git log -1 --format=%ct) $(NAME) | \
	gzip -9n >$(BUILD)/$(NAME).tar.gz

clean:				## remove what was built
	rm -rf build
distclean: clean		## and what was configured
	rm -rf autom4te.cache config.h config.h.in config.log config.mk \
	config.status configure
help:				## this list
	@sed -n 's/^\([a-z-]*\):.*	## /\1	/p' Makefile | expand -t 16

endif
