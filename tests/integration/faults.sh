# The n-th call of the daemon fails. Each run of the test tries some n, and the
# cases that were a fault once; `make faults' tries every n.
. "$SRCDIR/tests/integration/lib"
need_linux
need_proc
FAULTS_AT=0 FAULTS_LOG=$PWD/works LD_PRELOAD=$BUILDDIR/faults.so \
    "$BUILDDIR/reeved" --version >version 2>&1
grep -q '^calls' works 2>/dev/null ||
    skip 'no library can be put before the C library here'

# life N KIND CALL: the N-th call of a function fails.
life() {
	mkdir -p "$1.$2.$3"
	(cd "$1.$2.$3" && exec "$BUILDDIR/lifecycle" "$1" 0 "$2" "$3") ||
	    failed="${failed-} $1.$2.$3"
}

# What the loop watches, beginning with its signals and the socket.
for n in 1 2 3 4 5 6; do
	life "$n" once epoll_ctl
done
life 3 stays epoll_ctl
# What libev allocates, and what a message is read into.
counted=0	# the counters of coverage want memory as well, when all is over
grep -q __gcov "$BUILDDIR/reeved" && counted=1
[ $counted -eq 1 ] || life 1 stays realloc
life 3 once realloc
# A log file in which there is no seeking to the end.
for n in 1 2 3 4; do
	life "$n" once lseek
done
# A worker that cannot be started for a while, also a new one in a reload.
for n in 3 6; do
	life "$n" once clone
	life "$n" stays clone
done
[ -z "${failed-}" ] || fail "lives:$failed"
[ $counted -eq 0 ] || exit 0
JOBS=1 "$SRCDIR/tests/faults/run" "${STEP:-250}"
