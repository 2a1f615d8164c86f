# On a machine without autoconf, `make deps GOAL' installs it before make wants
# it to make what GOAL includes, however many goals may run at once.
. "$SRCDIR/tests/integration/lib"

command -v autoconf >/dev/null || skip "autoconf is missing"
mkdir -p bin tree/tests tree/.ci tree/src/core
cp "$SRCDIR/Makefile" tree
cp "$SRCDIR/src/config.mk.in" tree/src
cp "$SRCDIR/tests/tests.mk" tree/tests
touch tree/src/core/tree.h
# It looks for nothing on the machine, so that it is quick.
cat >tree/configure.ac <<'END'
AC_INIT([reeve],[0.0.0])
AC_ARG_ENABLE([linux],[],[],[enable_linux=yes])
AS_IF([test $enable_linux = yes], [linux=1], [linux=0])
AC_DEFINE_UNQUOTED([REEVE_LINUX], [$linux], [what only Linux has])
AC_CONFIG_HEADERS([config.h])
AC_CONFIG_FILES([config.mk:src/config.mk.in])
AC_OUTPUT
END

# Everything is there but autoconf, which deps "installs".
old_ifs=$IFS
IFS=:
for dir in $PATH; do
	ln -s "$dir"/* bin 2>/dev/null
done
IFS=$old_ifs
rm -f bin/autoconf
cat >tree/.ci/deps <<END
#!/bin/sh
sleep 0.2
ln -s $(command -v autoconf) $PWD/bin/autoconf
END
chmod +x tree/.ci/deps
cd tree || fail "no tree"
unset MAKEFLAGS MAKELEVEL MFLAGS
PATH=${PWD%/tree}/bin

make config.mk >said 2>&1 && fail "configured without autoconf"
grep -q "'make deps' installs it" said || fail "$(cat said)"
make -j4 deps config.mk >said 2>&1 || fail "$(cat said)"
[ -f config.mk ] || fail "there is no config.mk"
make -j4 distclean config.mk >said 2>&1 || fail "$(cat said)"
[ -f config.mk ] || fail "distclean came last"

# What configure is made of makes it anew, with what it was asked for.
make -j4 distclean >said 2>&1
make CONFIGURE_FLAGS=--disable-linux config.mk >said 2>&1 || fail "$(cat said)"
sed -i 's/^AC_INIT.*/AC_INIT([reeve],[7.8.9])/' configure.ac
make config.mk >said 2>&1 || fail "$(cat said)"
grep -q '^VERSION = 7.8.9$' config.mk || fail "not configured again"
grep -q 'REEVE_LINUX 0' config.h || fail "forgot --disable-linux"
