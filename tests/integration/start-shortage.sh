# A shortage that is there at the start, and stays: the daemon waits for a
# while, and then does not start. It says why, and does not fill the log
# meanwhile.
. "$SRCDIR/tests/integration/lib"
need_linux
need_proc
FAULTS_AT=0 FAULTS_LOG=$PWD/works LD_PRELOAD=$BUILDDIR/faults.so \
    "$BUILDDIR/reeved" --version >version 2>&1
grep -q '^calls' works 2>/dev/null ||
    skip 'no library can be put before the C library here'

write_conf <<END
[worker:a]
command = $standin
END

# without CALL N: start the daemon; the N-th CALL fails, and what is like it for
# good. It does not start.
without() {
	rm -f fault
	REEVED="env FAULTS_CALL=$1 FAULTS_AT=$2 FAULTS_LOG=$PWD/fault \
	    FAULTS_STAY=$PWD/never LD_PRELOAD=$BUILDDIR/faults.so \
	    $BUILDDIR/reeved"
	launch
	ends_with 71
	grep -q "^$1" fault || fail "the test is wrong: no $1 has failed"
	# the counters of coverage need descriptors as well, and say so
	lines=$(grep -cv '^profiling:' reeved.log)
	[ "$lines" -gt 0 ] || fail "$1: not a word"
	[ "$lines" -le 5 ] || fail "$1: it fills the log"
}

# unwatched: there can be no loop.
unwatched() {
	says '^error: cannot make an event loop: '
}

without eventfd 1
unwatched || fail 'it does not say why'
# The counters of coverage want memory as well, when all is over.
grep -q __gcov "$BUILDDIR/reeved" && exit 0
# Before the loop the configuration is read, which needs memory too.
n=1
until without realloc $n && unwatched; do
	n=$((n + 1))
	[ $n -lt 100 ] || fail 'no loop has been made'
done
