# The system is short of something when a worker must be started again: that is
# not the worker's fault. It waits, and is started soon after the shortage is
# over; no restart is counted for the wait, and no supervisor gives up.
. "$SRCDIR/tests/integration/lib"
need_proc
tried=

# tree: two workers under a supervisor that allows one restart.
tree() {
	write_conf <<END
[supervisor]
max_restarts = 1
max_seconds = 1h
[worker:a]
command = $standin
stdout = file:$PWD/out
[worker:other]
command = $standin
END
}

# short: in the shortage, kill a, and see that it waits.
short() {
	kill -KILL "$(pid_of a)"
	hears '^warning: a: waiting .*: the system is short of resources$'
	# Longer than it would take to reach any intensity.
	await '[ "$(story | grep -c "^warning: a: waiting")" -ge 3 ]'
	is_alive "$(pid_of other)" || fail 'the other is gone'
	says 'gives up' && fail 'somebody gives up'
}

# plenty: the shortage is over.
plenty() {
	await '[ "$(starts_of a)" -eq 2 ]'
	says '^a: started, pid [0-9]*, restart 1$' || fail 'it counts the wait'
	says 'gives up' && fail 'somebody gives up'
	check_family a other
	stop
	tried="$tried $1"
}

# Descriptors. The worker itself gets what the daemon was started with.
if command -v prlimit >/dev/null; then
	tree
	start
	limit=$(awk '/^Max open files/ { print $4 }' "/proc/$reeved/limits")
	prlimit --pid "$reeved" --nofile=3: || fail 'prlimit'
	kill -KILL "$(pid_of a)"
	hears '^warning: a: was killed by SIGKILL$'
	await 'has_said "^warning: a: waiting" || [ "$(starts_of a)" -eq 2 ]'
	prlimit --pid "$reeved" --nofile="$limit:"
	plenty descriptors
fi

# Processes, of an ordinary user.
if command -v prlimit >/dev/null && [ "$(id -u)" -ne 0 ]; then
	tree
	start
	limit=$(awk '/^Max processes/ { print $3 }' "/proc/$reeved/limits")
	prlimit --pid "$reeved" --nproc=1: || fail 'prlimit'
	short
	prlimit --pid "$reeved" --nproc="$limit:"
	plenty processes
fi

# Processes, by a control group.
for root in /sys/fs/cgroup/pids /sys/fs/cgroup /sys/fs/cgroup/unified; do
	group=$root/reeve-test.$$
	mkdir "$group" 2>/dev/null || continue
	[ -e "$group/pids.max" ] || {
		rmdir "$group"
		continue
	}
	at_last='rmdir "$group" 2>/dev/null'
	tree
	start
	# The daemon alone, so that its end frees the group.
	echo "$reeved" >"$group/cgroup.procs" || fail 'cgroup.procs'
	echo 0 >"$group/pids.max" || fail 'pids.max'
	short
	echo max >"$group/pids.max"
	plenty 'control group'
	await 'rmdir "$group"'
	at_last=:
	break
done

# No shortage but a spec that is wrong: that counts.
rm -f out
tree
start
rm -f out
mkdir out
kill -KILL "$(pid_of a)"
ends_with 1
says '^error: /: gives up: more than 1 restart in (1h|60m), the last of a$' ||
    fail 'it does not say that it gives up'
rmdir out

[ -n "$tried" ] || skip 'no shortage is to be had here'
echo "tried:$tried"
