# reeve: the build. `make help' lists the targets. Sources are found by room:
# each folder of src/ becomes an archive. Objects and programs go below $(BUILD),
# nothing else does. The rules of the tests are in tests/tests.mk.

BUILD = build

# The rooms, each above those that it may use; src/README says what they are.
ROOMS = ctl daemon control reload engine config process base os core
# The files with main() make a program each.
MAIN_SRC = src/daemon/main.c src/ctl/main.c
# The varlink interfaces, made into C.
INTERFACES = $(patsubst %,src/control/%.varlink,org.varlink.service \
	io.reeve.Control)
MAN = $(wildcard man/*.[1-8])
DOCS = LICENSE NEWS README
EXAMPLES = conf/demo.conf conf/reeve.conf $(wildcard conf/examples/*.conf \
	conf/examples/container/* conf/examples/lesson/* conf/examples/shop/*)
# How to run it under every kind of init; some are installed in their places.
SERVICES = conf/init/reeve.init.in conf/init/reeve.openrc.in \
	$(wildcard conf/init/runit/* conf/init/s6/*.in conf/init/s6/data/*) \
	conf/init/s6/notification-fd

# Goals that must work before anything is configured or installed.
BARE = deps deps-lint deps-deb help clean distclean check-asan check-nolinux \
	check-valgrind coverage fuzz
GOALS = $(or $(MAKECMDGOALS),all)

ifneq ($(and $(filter $(BARE),$(GOALS)),$(word 2,$(GOALS))),)
# `make deps run': make reads config.mk, and so needs autoconf, before the first
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

obj = $(patsubst %.c,$(BUILD)/%.o,$(filter %.c,$1))
sources = $(filter-out $(MAIN_SRC),$(wildcard src/$1/*.c))
SRC = $(foreach room,$(ROOMS),$(call sources,$(room)))
ARCHIVES = $(ROOMS:%=$(BUILD)/lib%.a)
PROGRAMS = $(BUILD)/reeved $(BUILD)/reevectl

# The core sees no config.h: it must not depend on the system.
INCLUDES = -I$(CONF) -Isrc $(EV_CFLAGS) $(INIH_CFLAGS) $(JANSSON_CFLAGS)
$(call obj,$(call sources,core)): INCLUDES = -Isrc
COMPILE = $(CC) -std=c11 $(CPPFLAGS) $(INCLUDES) $(WARN_CFLAGS) \
	$(EXTRA_CFLAGS) $(CFLAGS)
LINK = $(CC) $(EXTRA_CFLAGS) $(CFLAGS) $(EXTRA_LDFLAGS) $(LDFLAGS) -o $@ \
	$(filter %.o,$^) $(filter %.a,$^)

# `make V=1' shows the commands whole.
say = $(if $(V),,@printf '%-5s %s\n' $1 $@;)

.PHONY: all deb deps deps-deb deps-lint run install uninstall \
	dist clean distclean help
.DELETE_ON_ERROR:
.SUFFIXES:

#: To build and try it
all: $(PROGRAMS) $(ARCHIVES)	## build the programs
help:				## list these
	@awk '/^#: / { printf "%s%s:\n", gap, substr($$0, 4); gap = "\n" } \
	split($$0, part, /:.*\t## /) == 2 { \
	printf "  %-16s%s\n", part[1], part[2] }' Makefile tests/tests.mk
run: all			## show a tree at work; Ctrl-C ends it
	@conf/demo $(BUILD)/reeved

$(BUILD)/reeved: $(BUILD)/src/daemon/main.o $(ARCHIVES)
	$(call say,LINK)$(LINK) $(INIH_LIBS) $(EV_LIBS) $(JANSSON_LIBS)
$(BUILD)/reevectl: $(BUILD)/src/ctl/main.o $(ARCHIVES)
	$(call say,LINK)$(LINK) $(JANSSON_LIBS)

# A folder changes when a file is added or removed: its archive is made again.
archive = $(BUILD)/lib$1.a: $(call obj,$(call sources,$1)) src/$1
$(foreach room,$(ROOMS),$(eval $(call archive,$(room))))
$(BUILD)/libbase.a: $(BUILD)/interface_texts.o
$(BUILD)/libctl.a: $(BUILD)/cmdtable.o
$(BUILD)/libcontrol.a: $(BUILD)/interface_methods.o
$(ARCHIVES): Makefile
	$(call say,AR)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)
OBJ = $(call obj,$(SRC) $(MAIN_SRC) $(TEST_SRC))
include tests/tests.mk
$(OBJ): $(BUILD)/%.o: %.c $(CONF)/config.mk
	$(call say,CC)mkdir -p $(@D) && $(COMPILE) -MMD -MP -c -o $@ $<
-include $(OBJ:.o=.d)
MADE = $(patsubst %,$(BUILD)/%.c,interface_texts interface_methods cmdtable)
$(BUILD)/interface_%.c: src/control/interface.awk $(INTERFACES)
	$(call say,AWK)mkdir -p $(@D) && LC_ALL=C awk -v rows=$* -f $^ >$@
# A verb of reevectl is a file src/ctl/cmd_<name>.c.
CMDS = $(basename $(notdir $(sort $(wildcard src/ctl/cmd_*.c))))
$(BUILD)/cmdtable.c: src/ctl
	$(call say,MAKE)mkdir -p $(@D) && { echo '#include "ctl/cmd.h"'; \
	printf 'extern const struct cmd %s;\n' $(CMDS); \
	echo 'const struct cmd *const cmdtable[] = {'; \
	printf '\t&%s,\n' $(CMDS); echo '	NULL'; echo '};'; } >$@
$(MADE:.c=.o): %.o: %.c $(CONF)/config.mk
	$(call say,CC)$(COMPILE) -MMD -MP -c -o $@ $<
-include $(MADE:.c=.d)

configure: configure.ac
	@command -v autoconf >/dev/null || { echo >&2 \
	"autoconf is missing: 'make deps' installs it"; exit 1; }
	$(call say,AUTO)rm -f configure config.h.in && autoheader && autoconf && \
	rm -rf autom4te.cache
# A second run keeps the options of the first.
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

# Mode, file and place of each; conf/install fills in the places in files named
# .in.
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
# The configuration is the administrator's: a file that exists stays, and is
# removed only if it is unchanged.
confdir = $(sysconfdir)/reeve
SETTINGS = \
	644 conf/reeve.conf $(confdir)/reeve.conf \
	$(if $(and $(defaultdir),$(filter lsb,$(initscript))), \
	644 conf/init/reeve.default.in $(defaultdir)/reeve) \
	$(if $(logrotatedir),644 conf/init/reeve.logrotate.in $(logrotatedir)/reeve)
FILLED = bindir sbindir sysconfdir defaultdir
INSTALL = DESTDIR='$(DESTDIR)' $(foreach name,$(FILLED),$(name)='$($(name))') \
	conf/install
#: To install and pack it
install: all			## install below DESTDIR and prefix
	@$(INSTALL) put $(INSTALLED)
	@$(INSTALL) add $(SETTINGS)
uninstall:			## remove what install put there
	@$(INSTALL) remove $(INSTALLED)
	@$(INSTALL) withdraw $(SETTINGS)
	@rmdir $(DESTDIR)$(confdir) 2>/dev/null || :
	@[ ! -d $(DESTDIR)$(docdir) ] || find $(DESTDIR)$(docdir) -depth -type d \
	-exec rmdir {} \; 2>/dev/null || :
deb: configure			## build a Debian package of the last commit
	@VERSION=$(VERSION) conf/deb/build
NAME = reeve-$(VERSION)
dist: configure			## pack the last commit and configure
	rm -rf $(BUILD)/dist && mkdir -p $(BUILD)/dist
	git archive --prefix=$(NAME)/ HEAD | tar -x -C $(BUILD)/dist
	cd $(BUILD)/dist/$(NAME) && autoheader && autoconf && \
	rm -rf autom4te.cache
	tar -c -C $(BUILD)/dist --sort=name --owner=0 --group=0 --numeric-owner \
	--mtime=@$$(git log -1 --format=%ct) $(NAME) | \
	gzip -9n >$(BUILD)/$(NAME).tar.gz

#: To clean up
clean:				## remove what was built
	rm -rf build
distclean: clean		## remove what was configured as well
	rm -rf autom4te.cache config.h config.h.in config.log config.mk \
	config.status configure

endif
