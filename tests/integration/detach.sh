# --daemon: the parent returns when the tree is up, or says why it is not.
. "$SRCDIR/tests/integration/lib"
need_proc

# detached CODE: reeved --daemon returns that; what it prints is in ./printed.
# That it returns at all shows that the daemon lets go of the pipe.
detached() {
	printed=$($REEVED -c reeve.conf --daemon 2>&1)
	detached_code=$?
	[ "$1" -eq 0 ] || await '[ -z "$(others)" ]'
	printf '%s\n' "$printed" >printed
	[ $detached_code -eq "$1" ] ||
	    fail "the parent returns $detached_code: $printed"
}

# Up: 0, and not before.
write_conf <<END
log = $PWD/reeved.log
log_dir = $PWD/logs
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:a]
command = $standin -r 3
[worker:slow]
command = $standin -r 3 -w 400
stdout = inherit
stderr = inherit
[worker:last]
command = $standin -r 3
END
detached 0
is 'what the parent prints' "$printed" ''
is 'what has started' "$(booked)" "$(words +a +slow +last)"
reeved=$(cat "$run/reeved.pid")
is_alive "$reeved" || fail 'there is no daemon'
check_family a slow last

# It has let go of everything.
for fd in 0 1 2; do
	is "descriptor $fd of a worker" \
	    "$(readlink "/proc/$(pid_of slow)/fd/$fd")" /dev/null
	# It knows secrets, so that only root may look into it.
	is_root || continue
	is "descriptor $fd" "$(readlink "/proc/$reeved/fd/$fd")" /dev/null
	is 'its directory' "$(readlink "/proc/$reeved/cwd")" /
done
[ "$(id -u)" -eq 0 ] || [ "${linux:-0}" -ne 1 ] ||
    [ -z "$(ls "/proc/$reeved/fd" 2>/dev/null)" ] ||
    fail 'its descriptors are for others to see'
session=$(sed 's/.*) //' "/proc/$reeved/stat" | cut -d ' ' -f 4)
[ "$session" -ne "$reeved" ] || fail 'it leads a session'
[ "$session" -ne "$(sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 4)" ] ||
    fail 'it is in our session'

kill -TERM "$reeved"
await has_ended
reeved=
check_nobody
[ ! -e "$run/reeved.pid" ] || fail 'the pid file stays'
is 'the end' "$(outline 7 | tail -n 3)" "$(words -last -slow -a)"

# A daemon with the key `log' writes there.
[ -f logs/a.log ] || fail 'there is no log of a'

# Not up: the code and the reason, and nothing stays.
: >reeved.log
cat >>reeve.conf <<END
[worker:bad]
command = $PWD/none
ready = exec
END
detached 2
grep -q "^reeved: error: bad: cannot start: executing '$PWD/none': No such" \
    printed || fail "the reason is not given: $printed"
[ ! -e "$run/reeved.pid" ] || fail 'the pid file stays'
says '^ended with 2$' || fail 'the log does not tell'

# The parent is a command like any other: a signal that the daemon would hold
# ends it. Killed before it is up, the parent tells that it died without a word.
sed -i -e 's|^command = .*/none$|command = /bin/sleep 1000|' \
    -e 's/ready = exec/ready = fd:3/' reeve.conf
$REEVED -c reeve.conf --daemon >printed 2>&1 &
parent=$!
await '[ "$(starts_of last)" -eq 2 ]'
kill -ALRM "$parent"
wait "$parent"
is 'the exit code of a parent that a signal ends' "$?" 142
kill -TERM "$(cat "$run/reeved.pid")"
await '[ -z "$(others)" ]'
$REEVED -c reeve.conf --daemon >printed 2>&1 &
parent=$!
await '[ "$(starts_of last)" -eq 3 ]'
kill -KILL "$(cat "$run/reeved.pid")"
wait "$parent"
is 'the exit code of the parent' "$?" 70
await 'kill -KILL $(others) 2>/dev/null; [ -z "$(others)" ]'

# No descriptor is left for the pipe; 3 is, for the libraries, even if the tests
# were started with something there: closed before the limit, as the shell first
# saves what it closes.
(
	exec 3>&-
	# shellcheck disable=SC3045 # every shell has it
	ulimit -n 4 && exec $REEVED -c reeve.conf --daemon
) >printed 2>&1
is 'the exit code without descriptors' "$?" 71
is 'what is printed' "$(cat printed)" \
    'reeved: cannot detach: Too many open files'

# Not even started.
sed -i '$s/fd:3/never/' reeve.conf
detached 78
grep -q '^reeve.conf:[0-9]*: \[worker:bad\] ready = never: ' printed ||
    fail "the reason is not given: $printed"
