# reevectl when memory runs out: each of its allocations fails in its turn, and
# some with all that follow. It shows everything, or it says what is wrong; it
# never shows less, and never crashes.
. "$SRCDIR/tests/integration/lib"
need_linux
need_proc
FAULTS_AT=0 FAULTS_LOG=$PWD/works LD_PRELOAD=$BUILDDIR/faults.so \
    "$BUILDDIR/reeved" --version >version 2>&1
grep -q '^calls' works 2>/dev/null ||
    skip 'no library can be put before the C library here'
grep -q __gcov "$BUILDDIR/reevectl" &&
    skip 'the counters of coverage want memory as well'

write_conf <<END
[worker:first]
command = $standin 'a "word" or zwölf'
[supervisor:web]
[worker:web/app]
command = $standin
END
start

# ask [VARIABLE...]: the specification, which does not change as times do.
ask() {
	env "$@" "$BUILDDIR/reevectl" -s "$run/reeve.sock" childspec first \
	    --json
}

# fail_each CALL STEP [VARIABLE]: CALL fails, the first, the one so many further
# on, until none does.
fail_each() {
	n=1
	rm -f fault
	while [ ! -e fault ] || grep -q "^$1" fault; do
		rm -f fault
		ask FAULTS_CALL="$1" FAULTS_AT=$n FAULTS_LOG="$PWD/fault" \
		    LD_PRELOAD="$BUILDDIR/faults.so" ${3+"$3"} \
		    >short 2>words
		code=$?
		lives=$((lives + 1))
		if [ $code -eq 0 ]; then
			cmp -s short whole || fail "$1 $n: $(cat short)"
		else
			[ $code -lt 128 ] || fail "$1 $n: it ends with $code"
			grep -q '^reevectl: ' words || fail "$1 $n: not a word"
		fi
		n=$((n + $2))
	done
}

lives=0
ask >whole || fail 'it does not answer'
for call in malloc calloc realloc; do
	fail_each $call 1
	fail_each $call 9 "FAULTS_STAY=$PWD/never"
done
echo "$lives lives"
stop
