# The snippet for logrotate: the daemon goes on in a new file, a worker in the
# emptied one, and neither is restarted.
. "$SRCDIR/tests/integration/lib"
need logrotate

root=$PWD/root
build=${BUILDDIR#"$SRCDIR"/}
unset MAKEFLAGS MAKELEVEL MFLAGS
(cd "$SRCDIR" && make -s BUILD="$build" prefix="$root" exec_prefix="$root" \
    sysconfdir="$root/etc" initscript=no systemdunitdir= tmpfilesdir= \
    sysusersdir= logrotatedir="$root/etc/logrotate.d" install) >said 2>&1 ||
    fail "$(cat said)"

mkdir -p var/reeve || fail 'no directory'
write_conf <<END
log = $PWD/var/reeved.log
log_dir = $PWD/var/reeve
[worker:a]
command = /bin/sh -c 'n=0; while :; do echo \$n; n=\$((n + 1)); sleep 0.1; done'
END
REEVE_SOCKET=$run/reeve.sock
export REEVE_SOCKET
launch
await 'grep -q " running, " var/reeved.log'
await '[ -s var/reeve/a.log ]'
first=$(sed -n 's/.* a: started, pid //p' var/reeved.log)

sed "s|/var/log/|$PWD/var/|" "$root/etc/logrotate.d/reeve" >rotate.conf
chmod 644 rotate.conf
logrotate -f -s "$PWD/state" rotate.conf >said 2>&1 || fail "$(cat said)"
grep -q . said && fail "$(cat said)"

# The daemon: what was said before is in the old file, what comes in the new.
grep -q ' running, ' var/reeved.log.1 || fail 'the old messages are lost'
! grep -q ' running, ' var/reeved.log || fail 'the file was not moved'
"$root/bin/reevectl" restart a >said 2>&1 || fail "$(cat said)"
await 'grep -q " a: started, " var/reeved.log'
! grep -q " a: started, pid $first\$" var/reeved.log || fail 'it is the old one'
is 'how often a has started, by the old file' \
    "$(grep -c ' a: started, ' var/reeved.log.1)" 1

# The worker: its lines are in one file or the other.
gzip -dc var/reeve/a.log.1.gz | head -n 1 | grep -qx 0 ||
    fail 'its first line is lost'
await '[ -s var/reeve/a.log ]'
kill -TERM "$reeved"
ends_with 0
