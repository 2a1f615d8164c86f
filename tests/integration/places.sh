# The files and directories that the daemon needs. If something else is in their
# place at the start, the daemon names it and leaves it alone. If they are
# removed while it runs, even the whole run directory, nothing ends or waits.
. "$SRCDIR/tests/integration/lib"
need_proc

# A file system of our own, where there may be one.
if is_root && [ -z "${PLACES_APART-}" ] && unshare -m true 2>/dev/null; then
	PLACES_APART=1
	export PLACES_APART
	exec unshare -m sh "$0"
fi
ctl=$BUILDDIR/reevectl

tree() {
	write_conf <<END
log_dir = $PWD/logs
[worker:a]
command = $standin -l $ledger
[worker:b]
command = $standin -l $ledger
END
}
tree
mkdir "$run"

# refused WHAT: it does not start, and says so of that.
refused() {
	launch
	ends_with 71
	says "^error: .*'$1'.*: $2" || fail "nothing is said of $1: $(story)"
	says ': started, pid' && fail 'something was started'
}

# A file in the place of the socket is never removed, unless it is a socket
# without a listener.
echo precious >precious
for kind in file directory fifo link; do
	case $kind in
	file) cp precious "$run/reeve.sock" ;;
	directory) mkdir "$run/reeve.sock" ;;
	fifo) mkfifo "$run/reeve.sock" ;;
	link) ln -s "$PWD/precious" "$run/reeve.sock" ;;
	esac
	refused "$run/reeve.sock" .
	[ -e "$run/reeve.sock" ] || fail "the $kind was removed"
	rm -rf "$run/reeve.sock"
done
is 'the file' "$(cat precious)" precious
start
kill -KILL "$reeved"
wait "$reeved"
[ -S "$run/reeve.sock" ] || fail 'the test is wrong: no stale socket'
start
"$ctl" -s "$run/reeve.sock" ping >/dev/null || fail 'nobody listens'
stop
[ ! -e "$run/reeve.sock" ] || fail 'the socket stays'

# Places that cannot be made.
echo >logs.file
sed -i "s|^log_dir = .*|log_dir = $PWD/logs.file/in|" reeve.conf
refused "$PWD/logs.file/in" 'Not a directory'
tree
if [ -n "${PLACES_APART-}" ] && mkdir fixed && mount -t tmpfs none fixed &&
    mount -o remount,ro fixed; then
	was=$run run=$PWD/fixed/run
	tree
	refused "$run" 'Read-only file system'
	sed -i "s|^run_dir = .*|run_dir = $was|
	s|^log_dir = .*|log_dir = $PWD/fixed/logs|" reeve.conf
	refused "$PWD/fixed/logs" 'Read-only file system'
	run=$was
	umount fixed
fi

# survives WHAT: it restarts what dies, one of each is there, it loads its file,
# and can be asked as long as it can be found.
survives() {
	for path in a b; do
		survives_pid=$(pid_of $path)
		survives_starts=$(starts_of $path)
		kill -KILL "$survives_pid"
		await '[ "$(starts_of $path)" -gt "$survives_starts" ]'
	done
	check_family a b
	survives_after=$(story_length)
	kill -HUP "$reeved"
	hears '^reload: done, 0 changes, 0 refused$' "$survives_after"
	[ ! -S "$run/reeve.sock" ] ||
	    "$ctl" -s "$run/reeve.sock" status >/dev/null || fail "$1: status"
}

# The disk is full, and read-only, while it runs.
if [ -n "${PLACES_APART-}" ] && mkdir small &&
    mount -t tmpfs -o size=256k none small; then
	was=$run run=$PWD/small/run
	write_conf <<END
log = $PWD/small/log
log_dir = $PWD/small/logs
[supervisor]
max_restarts = 100
[worker:a]
command = $standin
[worker:b]
command = $standin
[dynamic:jobs]
command = /bin/sleep 1000
END
	touch -t 202001010000 reeve.conf
	: >reeved.log
	$REEVED -c reeve.conf >reeved.out 2>&1 &
	reeved=$!
	await '[ -f small/log ] && grep -q running, small/log'
	cat /dev/zero >small/fill 2>/dev/null
	for round in 1 2 3; do
		before=$(family_pids)
		# shellcheck disable=SC2086 # several
		kill -KILL $before
		await 'all_dead $before &&
		    [ "$(family_pids | grep -c "^[0-9]*$")" -eq 2 ]'
	done
	"$ctl" -s "$run/reeve.sock" start-child jobs --id one >said 2>&1
	"$ctl" -s "$run/reeve.sock" status >/dev/null || fail 'full: status'
	# More lines than the last page of the log has room for.
	i=0
	while [ $i -lt 60 ]; do
		kill -USR2 "$reeved"
		"$ctl" -s "$run/reeve.sock" ping >/dev/null ||
		    fail 'full: ping'
		i=$((i + 1))
	done
	# There is room again, and what could not be written is counted.
	rm small/fill
	kill -HUP "$reeved"
	await 'grep -Eq "reload: done" small/log'
	await 'grep -q " lines of this log were lost$" small/log'
	kill -TERM "$reeved"
	ends_with 0
	grep -q 'ended with 0' small/log || fail 'the log is not written to'
	run=$was
	umount small
fi

# A user cleans up in /run: the daemon goes on, and ends in order.
tree
touch -t 202001010000 reeve.conf
start
rm -rf "$run"
survives 'no run directory'
stop
start
rm -f "$run/reeve.sock" "$run/reeved.run"
rm -rf logs
kill -KILL "$(pid_of a)"
ends_with 1
says "opening stdout '$PWD/logs/a.log': No such file" ||
    fail 'it does not say what is missing'
