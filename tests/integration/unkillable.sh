# A process that SIGKILL does not end: the daemon reports it, starts no second
# one, stops the others all the same, and has an exit code for it.
. "$SRCDIR/tests/integration/lib"
need_root
need_proc
freezer=/sys/fs/cgroup/freezer/reeve-test.$$
if ! mkdir "$freezer" 2>/dev/null || [ ! -e "$freezer/freezer.state" ]; then
	skip 'there is no control group that freezes'
fi

# freeze PID, thaw: a frozen process takes no signal.
freeze() {
	echo "$1" >"$freezer/cgroup.procs" || fail 'cgroup.procs'
	echo FROZEN >"$freezer/freezer.state" || fail 'freezer.state'
	await 'grep -q FROZEN "$freezer/freezer.state"'
}
thaw() {
	echo THAWED >"$freezer/freezer.state"
}
at_first=thaw
at_last='rmdir "$freezer" 2>/dev/null'

write_conf <<END
[supervisor]
strategy = one_for_all
[worker]
shutdown = 200ms
[worker:a]
command = $standin
[worker:stuck]
command = $standin
[worker:b]
command = $standin
END
start
stuck=$(pid_of stuck)
freeze "$stuck"
kill -KILL "$(pid_of a)"
hears '^error: stuck: unkillable: pid [0-9]* is not gone 5 s after SIGKILL$'
# The others go on without it.
await '[ "$(starts_of a)" -eq 2 ] && [ "$(starts_of b)" -eq 2 ]'
is 'the starts of what is stuck' "$(starts_of stuck)" 1
is_alive "$stuck" || fail 'the test is wrong: it is not frozen'
thaw
hears '^stuck: started, pid .*restart 1$'
is_alive "$stuck" && fail 'it runs twice'
check_family a stuck b

# At the end: the others are stopped in order, and it is not forgotten.
stuck=$(pid_of stuck)
freeze "$stuck"
kill -TERM "$reeved"
await has_ended
wait "$reeved"
code=$?
reeved=
[ $code -eq 71 ] || fail "the exit code is $code"
is 'who is stopped' "$(outline | tail -n 2)" "$(words -b -a)"
says '^error: unkillable and left behind: 1$' ||
    fail 'nothing is said of what is left behind'
is_alive "$stuck" || fail 'the test is wrong: it is not frozen'
thaw
await '! is_alive "$stuck"'
await 'rmdir "$freezer"'
at_first=: at_last=:
check_nobody
