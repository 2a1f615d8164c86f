# A kernel that does not know a system call, and the filter of a container that
# forbids it: for each call that only Linux has there is another way. A daemon
# does everything that it should without any one of them. TESTS are whole tests
# to run in the same way.
# shellcheck disable=SC2086 # some variables are words
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc
need_linux
calls='clone-pidfd clone3 close_range memfd_create openat2 peer-groups
pidfd_open pidfd_send_signal prctl-death prctl-dumpable prctl-subreaper
prlimit-other signalfd'
deny=$BUILDDIR/denycalls
# What looks for leaks needs such calls itself.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
"$deny" ENOSYS close_range true 2>why
code=$?
[ $code -ne 77 ] || skip "$(cat why)"
[ $code -eq 0 ] || fail "$(cat why)"

# Calls are denied.
if command -v prlimit >/dev/null; then
	"$deny" EPERM prlimit-other prlimit --pid $$ --nofile >out 2>&1
	grep -q 'Operation not permitted' out || fail "denied: $(cat out)"
fi

plain=$REEVED ctl="$BUILDDIR/reevectl -s $run/reeve.sock"
mkdir logs

# tree MORE: the file; the leftovers of `left' are of the kinds that are found.
tree() {
	edit <<END
log_dir = $PWD/logs
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:text]
command = cat
stdin = text:one\ntwo
stdout = file:$PWD/text
ready = exit
[worker:a]
command = $standin -r 3
${1:-}
[supervisor:in]
strategy = one_for_all
[worker:in/left]
command = $standin -r 3 -k $found
[worker:in/tough]
command = $standin -r 3 -p -i
shutdown = 20ms
[dynamic:jobs]
command = $standin -r 3
END
}

# life [WHAT]: start, crash, reload, add a child; the daemon dies, and another
# comes, unless it cannot know.
life() {
	rm -f "$ledger" text
	tree
	start
	is 'the text' "$(cat text)" "$(words one two)"
	$ctl status a >said || fail "status: $(cat said)"
	kill -KILL "$(pid_of a)"
	hears '^a: started, pid [0-9]*, restart 1$'
	tough=$(pid_of in/tough)
	old=$(awk '$1 == "left" { print $3 }' "$ledger")
	kill -KILL "$(pid_of in/left)"
	hears '^in/tough: started, pid [0-9]*, restart 1$'
	# shellcheck disable=SC2086 # several
	all_dead $tough $old || fail 'something outlives its worker'
	tree 'limit_core = 0
oom_score_adj = 100'
	hang_up
	says '^reload: done, 1 changes*, 0 refused' "$hang_up_after" ||
	    fail "reload: $(story "$hang_up_after")"
	$ctl start-child jobs --id one >said || fail "start-child: $(cat said)"
	hears "^jobs/one: started, pid "
	jobs_one=$(pid_of jobs/one)
	is_alive "$jobs_one" || fail 'it has not started'
	[ -e "$PWD/logs/jobs.one.log" ] || fail 'it has no log'

	if [ $# -gt 0 ]; then
		says '^warning: a: .*oom_score_adj.*not on this system' ||
		    fail "the score: $(story "$hang_up_after")"
		stop
		return
	fi

	# What the daemon's death leaves is ended by the next one.
	tough=$(pid_of in/tough)
	kill -KILL "$reeved"
	wait "$reeved"
	is_alive "$tough" || fail 'the test is wrong: it should live'
	start
	is_alive "$tough" && fail 'it runs twice'
	says "in/tough.*pid $tough" || fail 'the leftover is not named'
	await '[ "$(family "$reeved" | wc -l)" -eq $((3 + ${#found})) ]'
	stop
}

for call in $calls; do
	found=gpsd
	# Without being their reaper it never hears of those that have gone far.
	[ $call != prctl-subreaper ] || found=g
	for error in ENOSYS EPERM; do
		echo "$call is answered with $error"
		REEVED="$deny $error $call $plain"
		life
	done
done

# All at once, as in a container of old.
found=g
REEVED="$deny EPERM clone-pidfd,close_range,memfd_create,openat2,pidfd_open \
$plain"
REEVED="$deny ENOSYS prctl-death,prctl-subreaper,prlimit-other $REEVED"
life

# is_sanitized: the programs look for errors of their own, which takes /proc.
is_sanitized() {
	grep -q '__asan_init' "$BUILDDIR/reeved"
}

# No /proc: then what a dead daemon has left cannot be found.
if is_root && ! is_sanitized &&
    unshare -m mount -t tmpfs none /proc 2>/dev/null; then
	cat >noproc <<END
mount -t tmpfs none /proc && exec $plain "\$@"
END
	REEVED="unshare -m sh $PWD/noproc"
	life 'no /proc'
fi

for test in ${TESTS-}; do
	for call in $calls; do
		mkdir "$test.$call"
		(
			cd "$test.$call" &&
			REEVED="$deny EPERM $call $plain" &&
			export REEVED &&
			"$BUILDDIR/jail" 240 \
			    sh "$SRCDIR/tests/integration/$test.sh" >log 2>&1
		) || fail "$test without $call: $(cat "$test.$call/log")"
		echo "$test passes without $call"
	done
done
