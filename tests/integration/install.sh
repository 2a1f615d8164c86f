# make install puts everything below DESTDIR and prefix, and it works there;
# make uninstall removes it again.
. "$SRCDIR/tests/integration/lib"

root=$PWD/root
build=${BUILDDIR#"$SRCDIR"/}
unset MAKEFLAGS MAKELEVEL MFLAGS

# make_it GOAL [VARIABLE=VALUE...]: in the source tree.
make_it() {
	(cd "$SRCDIR" && make -s BUILD="$build" DESTDIR="$root" \
	    prefix=/opt/reeve "$@") >said 2>&1 || fail "$(cat said)"
}

make_it install
opt=$root/opt/reeve
for file in sbin/reeved bin/reevectl; do
	[ -x "$opt/$file" ] || fail "$file is not there"
	"$opt/$file" --version | grep -q '^reeve' || fail "$file does not run"
done
for page in "$SRCDIR"/man/*.[1-8]; do
	cmp "$page" "$opt/share/man/man${page##*.}/${page##*/}" || fail "$page"
done
for file in LICENSE NEWS; do
	cmp "$SRCDIR/$file" "$opt/share/doc/reeve/$file" || fail "$file"
done
# All examples, with the programs among them.
(cd "$SRCDIR/conf/examples" && find . -type f) | while read -r file; do
	there=$opt/share/doc/reeve/examples/$file
	cmp "$SRCDIR/conf/examples/$file" "$there" || echo "$file"
	case $(head -c 2 "$there") in
	'#!') [ -x "$there" ] || echo "$file: cannot be run" ;;
	esac
done >missing 2>&1
is 'what is missing of the examples' "$(cat missing)" ''

# What starts it, with the places filled in.
unit=$opt/lib/systemd/system/reeve.service
for file in "$unit" "$opt/etc/init.d/reeve" "$opt/etc/default/reeve" \
    "$opt/etc/logrotate.d/reeve" "$opt/lib/tmpfiles.d/reeve.conf" \
    "$opt/lib/sysusers.d/reeve.conf" \
    "$opt/share/doc/reeve/examples/init/runit/run" \
    "$opt/share/doc/reeve/examples/init/s6/run"; do
	[ -f "$file" ] || fail "$file is not there"
	! grep -n '@[a-z]*@' "$file" || fail "$file is not filled in"
	! grep -n "$root" "$file" || fail "$file knows DESTDIR"
done
is 'what the unit runs' "$(sed -n 's/^Exec[A-Z][a-z]*=//p' "$unit")" \
    '/opt/reeve/sbin/reeved --config /opt/reeve/etc/reeve/reeve.conf
/opt/reeve/bin/reevectl reload'
for file in etc/init.d/reeve share/doc/reeve/examples/init/runit/run \
    share/doc/reeve/examples/init/s6/run \
    share/doc/reeve/examples/container/tick; do
	[ -x "$opt/$file" ] || fail "$file cannot be run"
done
is 'what may be written by others' "$(find "$root" -type f -perm -002)" ''

# The configuration is the administrator's.
conf=$opt/etc/reeve/reeve.conf
cmp "$SRCDIR/conf/reeve.conf" "$conf" || fail "no reeve.conf"
echo '; mine' >>"$conf"
make_it install
grep -q '^; mine' "$conf" || fail "the configuration has been replaced"
make_it uninstall
is 'what is left' "$(find "$root" -type f)" "$conf"

rm "$conf"
make_it install
make_it uninstall
is 'what is left' "$(find "$root" -type f)" ''
is 'what is left of reeve' "$(find "$root" -name reeve)" "$opt"

# So are the settings of the init script. Elsewhere, or not at all.
make_it install initscript=lsb
echo '# mine' >>"$opt/etc/default/reeve"
make_it install initscript=lsb
make_it uninstall initscript=lsb
is 'what is left' "$(find "$root" -type f)" "$opt/etc/default/reeve"
rm "$opt/etc/default/reeve"
set -- initscript=openrc initdir=/etc/init.d systemdunitdir= tmpfilesdir= \
    sysusersdir= logrotatedir=
make_it install "$@"
is 'where it is started from' "$(find "$root" -type f |
    grep -v "^$opt/\(share\|bin\|sbin\)/" | sort)" \
    "$root/etc/init.d/reeve
$opt/etc/reeve/reeve.conf"
grep -q '^#!/sbin/openrc-run$' "$root/etc/init.d/reeve" ||
    fail 'it is not for OpenRC'
make_it uninstall "$@"
is 'what is left' "$(find "$root" -type f)" ''

# configure says where.
mkdir other
(cd other && "$SRCDIR/configure" -q --with-initscript=openrc \
    --with-initdir=/a/b --without-systemdunitdir --sysconfdir=/etc \
    --prefix=/usr) >said 2>&1 || fail "$(cat said)"
is 'what configure was told' "$(sed -n \
    's/^\(init[a-z]*\|systemdunitdir\|tmpfilesdir\|defaultdir\) = */\1=/p' \
    other/config.mk)" 'initscript=openrc
initdir=/a/b
defaultdir=${sysconfdir}/default
systemdunitdir=
tmpfilesdir=${prefix}/lib/tmpfiles.d'
"$SRCDIR/configure" -q --with-initscript=bsd >said 2>&1 &&
    fail 'a kind that there is not is taken'
grep -q 'there are lsb and openrc' said || fail "$(cat said)"
