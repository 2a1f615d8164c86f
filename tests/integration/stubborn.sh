# Workers that do not end when they should.
. "$SRCDIR/tests/integration/lib"
need_proc

write_conf <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
shutdown = infinity
[worker:obeys]
command = $standin -r 3
[worker:deaf]
command = $standin -r 3 -i
shutdown = 1s
[worker:brutal]
command = $standin -r 3
shutdown = brutal_kill
[worker:slow]
command = $standin -r 3 -s 600
[worker:other]
command = $standin -r 3
stop_signal = INT
[worker:held]
command = $standin -r 3
END
start
kill -STOP "$(pid_of held)"
kill -TERM "$reeved"
ends_with 0
is 'what the workers wrote' "$(booked 6)" \
    "$(words -held -other -slow -obeys)"
is 'how they ended' "$(story | sed -n 's/: stopped, /: /p')" "$(words \
    'held: exited with code 0' 'other: exited with code 0' \
    'slow: exited with code 0' 'brutal: was killed by SIGKILL' \
    'deaf: was killed by SIGKILL' 'obeys: exited with code 0')"
is 'what is said of those who did not obey' \
    "$(story | grep '^warning: .*did not stop in order')" \
    'warning: deaf: did not stop in order: was killed by SIGKILL'
says '^brutal: told to stop' && fail 'brutal_kill tells'

# The times: deaf is killed after a second and not before.
# seconds MESSAGE: when it came, in seconds of the day.
seconds() {
	sed -n "s/^.*T\([0-9:.]*\)[^ ]* reeved: $1\$/\1/p" reeved.log |
	    awk -F : '{ print $1 * 3600 + $2 * 60 + $3 }'
}
awk -v told="$(seconds 'deaf: told to stop')" \
    -v killed="$(seconds 'deaf: killed')" 'BEGIN {
	waited = killed - told
	if (waited < -80000)
		waited += 86400
	exit !(waited >= 0.7)	# the time runs from before it is said
}' || fail 'deaf was killed too early'

# One that is stopped when its sibling dies is stopped for good.
rm -f "$ledger"
write_conf <<END
[supervisor]
strategy = one_for_all
[worker]
environment = LEDGER=$ledger
ready = fd:3
shutdown = 200ms
[worker:a]
command = $standin -r 3
[worker:deaf]
command = $standin -r 3 -i
END
start
deaf=$(pid_of deaf)
kill -KILL "$(pid_of a)"
hears '^deaf: started, pid [0-9]*, restart 1$'
all_dead "$deaf" || fail 'there are two of it'
check_family a deaf
stop

# The stop signal is for the whole group: a worker that waits for the others
# lets them hear it.
rm -f "$ledger"
cat >group <<END
trap 'echo "stop group \$\$" >>$ledger' TERM
$standin -l $ledger &
echo "start group \$\$" >>$ledger
wait
wait
END
write_conf <<END
[worker:group]
command = /bin/sh $PWD/group
shutdown = infinity
END
start
await '[ "$(booked | grep -c +group)" -eq 2 ]'
stop
is 'who was told' "$(booked | grep -c -- -group)" 2
