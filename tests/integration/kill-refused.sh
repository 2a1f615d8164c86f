# A signal that could not be sent, because sending it was refused for a while,
# is sent again: a child that is to stop does so as soon as it can be told, and
# one that is to be killed is not unkillable for that.
. "$SRCDIR/tests/integration/lib"
need_linux
need_proc
FAULTS_AT=0 FAULTS_LOG=$PWD/works LD_PRELOAD=$BUILDDIR/faults.so \
    "$BUILDDIR/reeved" --version >version 2>&1
grep -q '^calls' works 2>/dev/null ||
    skip 'no library can be put before the C library here'
reevectl=$BUILDDIR/reevectl

# refused SHUTDOWN: no signal can be sent to the worker when it is to stop.
refused() {
	rm -f fault healed
	write_conf <<END
[worker:a]
command = $standin
shutdown = $1
END
	# The first signal is the one that the daemon sends itself.
	REEVED="env FAULTS_CALL=kill FAULTS_AT=2 FAULTS_LOG=$PWD/fault \
	    FAULTS_STAY=$PWD/healed LD_PRELOAD=$BUILDDIR/faults.so \
	    $BUILDDIR/reeved"
	start
	a=$(pid_of a)
	"$reevectl" -s "$run/reeve.sock" terminate-child a >told 2>&1 &
	asker=$!
	await '[ -s fault ]'
	is_alive "$a" || fail 'the test is wrong: a signal has reached it'
}

# granted: it can be sent again.
granted() {
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
	says 'unkillable' && fail "$shutdown: it is said to be unkillable"
done

# Also one that has been thought unkillable already.
refused brutal_kill
hears '^error: a: unkillable'
granted
