# Pids are used again at once: in a namespace that has only 700 of them, of
# which those from 300 on come back, while workers and other processes die all
# the time. No signal of the daemon ever hits a process that is not its own.
. "$SRCDIR/tests/integration/lib"
need_proc
need_linux
need unshare
unshare -pfm --mount-proc --kill-child true 2>/dev/null ||
    skip 'a pid namespace is not to be had here'
is_root || skip 'only root can set the number of processes'
# Before 6.14 it would be set for the whole machine.
uname -r | awk -F '[.-]' '{ exit !($1 > 6 || ($1 == 6 && $2 >= 14)) }' ||
    skip 'this kernel has one limit for all namespaces'
events=${COUNT:-1000}

write_conf <<END
[supervisor]
max_restarts = 1000000
[worker]
environment = LEDGER=$ledger
[worker:short]
command = $standin -e 3 -x 1
[worker:true]
command = /bin/true
[supervisor:all]
strategy = one_for_all
max_restarts = 1000000
[worker:all/ends]
command = $standin -e 30
[worker:all/deaf]
command = $standin -i
shutdown = 20ms
[worker:all/left]
command = $standin -k gpsd
shutdown = 20ms
[worker:all/late]
command = $standin -s 10
shutdown = 10ms
END
cat >inside <<END
echo 700 >/proc/sys/kernel/pid_max || exit 77
$BUILDDIR/pidload 40 over >load.said 2>&1 &
load=\$!
$REEVED -c reeve.conf >reeved.out 2>reeved.log &
echo \$! >inner
wait \$!
echo \$? >code
: >over
wait \$load
END
: >reeved.log
was=$(cat /proc/sys/kernel/pid_max)
unshare -pfm --mount-proc --kill-child sh inside &
outer=$!
at_first='kill -KILL $outer 2>/dev/null'
await 'has_said "^running, " || ! is_alive $outer' 30
is_alive $outer || {
	wait $outer
	[ $? -ne 77 ] || skip 'the number of processes cannot be set here'
	fail 'it has ended'
}
is 'the limit outside' "$(cat /proc/sys/kernel/pid_max)" "$was"
await '[ "$(grep -c ": started, pid" reeved.log)" -ge "$events" ]' 60
inner=$(cat inner)
kill -TERM "$(family $outer | while read -r pid _; do
	grep -qs "^NSpid:.*	$inner\$" "/proc/$pid/status" && echo "$pid"
done)"
await '! is_alive $outer' 30
at_first=:
is 'the exit code' "$(cat code)" 0
is 'who was hit' "$(sed 's/.*, //' load.said)" '0 hit'
says 'gives up' && fail 'somebody gives up'
starts=$(grep -c ': started, pid' reeved.log)
load=$(sed 's/ bystanders.*//' load.said)
rounds=$(((starts + load) / 400))
echo "$starts starts and $load bystanders: each number $rounds times"
[ $rounds -ge 5 ] || fail 'no number was used again'
is 'who had the number of somebody of before' "$(story |
    sed -n 's/.*: started, pid \([0-9]*\).*/\1/p' | sort | uniq -d | wc -l |
    awk '{ print ($1 > 50) }')" 1
