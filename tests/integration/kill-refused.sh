# The system refuses to send a signal for a while: the daemon sends it again. A
# child stops as soon as the signal goes through, and a child that must be
# killed does not count as unkillable. If a leftover of an earlier daemon cannot
# be ended, its worker is not started beside it.
. "$SRCDIR/tests/integration/lib"
need_linux
need_proc
FAULTS_AT=0 FAULTS_LOG=$PWD/works LD_PRELOAD=$BUILDDIR/faults.so \
    "$BUILDDIR/reeved" --version >version 2>&1
grep -q '^calls' works 2>/dev/null ||
    skip 'no library can be put before the C library here'
reevectl=$BUILDDIR/reevectl

# refusing FROM: kill() is refused to the daemon, from that one on until healed.
refusing() {
	rm -f fault healed
	REEVED="env FAULTS_CALL=kill FAULTS_AT=$1 FAULTS_LOG=$PWD/fault \
	    FAULTS_STAY=$PWD/healed LD_PRELOAD=$BUILDDIR/faults.so \
	    $BUILDDIR/reeved"
}

# refused SHUTDOWN: no signal can be sent to the worker when it is to stop.
refused() {
	write_conf <<END
[worker:a]
command = $standin
shutdown = $1
END
	refusing 2	# the first one is a signal to itself
	start
	a=$(pid_of a)
	"$reevectl" -s "$run/reeve.sock" terminate-child a >told 2>&1 &
	asker=$!
	await '[ -s fault ]'
	is_alive "$a" || fail 'the test is wrong: a signal has reached it'
}

# granted: it can be sent again.
granted() {
	granted_after=$(story_length)
	: >healed
	await 'all_dead "$a"'
	wait "$asker" || fail "it is answered: $(cat told)"
	await '"$reevectl" -s "$run/reeve.sock" status --json a |
	    grep -q "\"state\":\"down\""'
	stop
}

for shutdown in brutal_kill infinity; do
	refused $shutdown
	granted
	says 'unkillable' "$granted_after" &&
	    fail "$shutdown: it is said to be unkillable"
done

# Also one that has been thought unkillable already.
refused brutal_kill
hears '^error: a: unkillable'
granted

# Of a daemon that was killed; there are no handles that go round kill().
"$BUILDDIR/denycalls" ENOSYS pidfd_open true || exit 0
write_conf <<END
[worker:a]
command = $standin -r 3 -p
ready = fd:3
END
REEVED=$BUILDDIR/reeved
start
a=$(pid_of a)
kill -KILL "$reeved"
wait "$reeved"
refusing 1
REEVED="$BUILDDIR/denycalls ENOSYS pidfd_open $REEVED"
launch
await has_ended
wait "$reeved"
is 'the exit code' "$?" 71
reeved=
says '^error: left over by an earlier reeved, .*: 1; a start would run' ||
    fail 'nothing is said of it'
is_alive "$a" || fail 'the test is wrong: a signal has reached it'
is 'what is started beside it' "$(starts_of a)" 0
REEVED=$BUILDDIR/reeved
start
all_dead "$a" || fail 'it runs twice'
stop
