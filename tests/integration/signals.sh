# What each signal to the daemon does.
. "$SRCDIR/tests/integration/lib"
need_proc

write_conf <<END
log = $PWD/reeved.log
[worker]
environment = LEDGER=$ledger
ready = fd:3
stdout = inherit
stderr = inherit
[worker:a]
command = $standin -r 3
[supervisor:in]
[worker:in/b]
command = $standin -r 3
[worker:in/c]
command = $standin -r 3 -s 100
[worker:d]
command = $standin -r 3
[worker:e]
command = /bin/sleep 1000
ready = exec
END

# same_processes: those below the daemon are those of before. One that reads for
# a reload beside the loop may still be about to end.
same_processes() {
	await '[ "$(family_pids)" = "$before" ]'
}

# HUP changes nothing, however many come.
start
before=$(family_pids)
kill -HUP "$reeved"
hears '^reload: done, 0 changes, 0 refused$'
i=0
while [ $i -lt 200 ]; do
	i=$((i + 1))
	kill -HUP "$reeved"
done
check_family a in/b in/c d e
same_processes

# USR1 opens the log again, which has been moved away.
mv reeved.log old.log
kill -HUP "$reeved"
await 'tail -n 1 old.log | grep -q "reload: done"'
kill -USR1 "$reeved"
await '[ -f reeved.log ]'
kill -KILL "$(sed -n 's/.* d: started, pid //p' old.log)"
hears '^d: started, pid [0-9]*, restart 1$'
grep -q 'd: was killed' old.log && fail 'the old file is written to'
is 'the mode of the log' "$(ls -l reeved.log | cut -c 1-10)" -rw-r-----

# USR1 when there is no place for it: the old one goes on.
mkdir elsewhere
mv reeved.log elsewhere/reeved.log
mkdir reeved.log
kill -USR1 "$reeved"
await 'grep -q "error: cannot open the log again: " elsewhere/reeved.log'
rmdir reeved.log
mv elsewhere/reeved.log reeved.log
kill -USR1 "$reeved"

# Others do not end it.
before=$(family_pids)
kill -USR2 "$reeved"
hears '^warning: got SIGUSR2: upgrading in place is not supported yet'
kill -PIPE "$reeved"
kill -WINCH "$reeved"
kill -HUP "$reeved"
await '[ "$(story | grep -c "^reload: done")" -gt 0 ]'
same_processes

# Nor does any other, of all that there are: it is ignored, and said once, not
# each time. Where numbers have no name here, they are not of this system.
meaningless() {
	for number in $(seq 64); do
		name=$(kill -l "$number" 2>/dev/null) || continue
		case $name in
		HUP | INT | QUIT | PWR | TERM | USR1 | USR2 | RTMIN+3) ;;
		37) ;;	# what RTMIN+3 is to a shell without a name for it
		ABRT | BUS | EMT | FPE | ILL | SEGV | SYS | TRAP) ;;
		CHLD | CONT | KILL | PIPE | STOP | URG | WINCH) ;;
		RTMAX | 64)	# valgrind has taken it
			case $REEVED in
			*valgrind*) ;;
			*) echo "$number" ;;
			esac ;;
		32 | 33) [ "${linux:-0}" -ne 1 ] || echo "$number" ;;
		*) echo "$number" ;;
		esac
	done
}
meaningless >numbers
grep -qx 14 numbers || fail 'ALRM is not among them'

# send_all: send all of them to the daemon.
send_all() {
	while read -r number; do
		kill -"$number" "$reeved"
	done <numbers
}

# ignored: what the messages tell about them, sorted.
ignored() {
	story | sed -n 's/^warning: got SIG\(.*\): ignored.*/\1/p' | sort
}
i=0
while [ $i -lt 20 ]; do
	i=$((i + 1))
	send_all
done
# Of what has come before it hears of this one.
kill -USR2 "$reeved"
await '[ "$(story | grep -c "got SIGUSR2")" -eq 2 ]'
same_processes
ignored >told
is 'each is told once' "$(uniq -d told)" ''
is 'all are told but those of the terminal and the C library' \
    "$(wc -l <told)" "$(grep -cvxE '21|22|32|33' numbers)"
for name in ALRM PROF STKFLT TSTP VTALRM XCPU XFSZ RTMIN RTMIN+30; do
	kill -l ${name%+*} >/dev/null 2>&1 || continue
	grep -qx $name told || fail "$name is not told"
done

# mask PID NAME: a mask of signals of its status, without those that may be in
# it. With POSIX alone the two that the C library keeps, 32 and 33, may be
# ignored as the launcher ignores them (make does): that library allows no
# change.
mask() {
	mask_may=0
	[ "${linux:-0}" -eq 1 ] || mask_may=0x180000000
	printf '%x' $((0x$(sed -n "s/^$2:.//p" "/proc/$1/status") & ~mask_may))
}

# inherits_nothing PATH: such a worker neither ignores nor catches a signal.
inherits_nothing() {
	is 'what a worker ignores' "$(mask "$(pid_of "$1")" SigIgn)" 0
	is 'what a worker catches' "$(mask "$(pid_of "$1")" SigCgt)" 0
}
kill -KILL "$(sed -n 's/.* e: started, pid //p' old.log)"
hears '^e: started, pid [0-9]*, restart 1$'
inherits_nothing e

# TERM stops in reverse order, one by one.
: >"$ledger"
kill -TERM "$reeved"
ends_with 0
is 'what the workers wrote' "$(booked | grep '^-')" "$(words -d -in/c -in/b -a)"
is 'what the messages tell' "$(outline)" \
    "$(words -d +d -e +e -e -d -in/c -in/b -a)"

# A second TERM kills what is left. So does any other signal that stops, and no
# signal that does not.
rm -f "$ledger"
write_conf <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
shutdown = infinity
[worker:a]
command = $standin -r 3
[supervisor:in]
[worker:in/deaf]
command = $standin -r 3 -i
[worker:d]
command = $standin -r 3
END
start
kill -TERM "$reeved"
hears '^in/deaf: told to stop$'
hears '^d: stopped, exited with code 0$'
send_all
kill -USR2 "$reeved"
hears 'got SIGUSR2'
is_alive "$reeved" || fail 'it does not wait'
kill -TERM "$reeved"
ends_with 0
says '^warning: killing what is left$' || fail 'nothing is said'
is 'the end' "$(outline 0 | tail -n 3 | sort)" "$(words -a -d -in/deaf | sort)"

# stops FIRST SECOND: signals, the first of which stops and the second kills.
stops() {
	rm -f "$ledger"
	start
	kill -s "$1" "$reeved"
	hears '^in/deaf: told to stop$'
	hears '^d: stopped, exited with code 0$'
	is_alive "$reeved" || fail 'it does not wait'
	kill -s "$2" "$reeved"
	ends_with 0
	is "$1 is TERM, and so is $2" "$(booked)" "$(words +a +in/deaf +d -d)"
	says '^warning: killing what is left$' || fail 'nothing is said'
}
stops QUIT INT
is 'what the messages tell' "$(story | grep '^got ')" \
    "$(words 'got SIGQUIT' 'got SIGINT')"
if [ "${linux:-0}" -eq 1 ]; then
	stops PWR RTMIN+3
	is 'what the messages tell' "$(story | grep '^got ')" \
	    "$(words 'got SIGPWR' 'got SIGRTMIN+3')"
fi

# So does the end of shutdown_timeout.
sed -i '1a shutdown_timeout = 300ms' reeve.conf
start
kill -TERM "$reeved"
ends_with 0
says '^warning: killing what is left$' || fail 'nothing is said'

# The reader of the messages may go away: they are lost, and nothing else.
write_conf <<END
[worker:a]
command = $standin
END
mkfifo pipe || fail 'no pipe'
$REEVED -c reeve.conf >reeved.out 2>pipe &
reeved=$!
head -n 1 <pipe >first
# child: the pid of the worker, when it is up.
child() {
	"$BUILDDIR/reevectl" -s "$run/reeve.sock" status --json a 2>/dev/null |
	    sed -n 's/.*"state":"up","pid":\([0-9]*\),.*/\1/p'
}
child='' next=''
for i in 1 2 3; do
	# No earlier, or its start would have failed.
	await 'next=$(child); [ -n "$next" ] && [ "$next" != "$child" ]'
	child=$next
	kill -KILL "$child"
done
await 'next=$(child); [ -n "$next" ] && [ "$next" != "$child" ]'
kill -TERM "$reeved"
ends_with 0

# It may also go away before there is anything to read.
cat pipe >/dev/null &
reader=$!
exec 9>pipe
kill "$reader"
wait "$reader"
NOTIFY_SOCKET=none $REEVED -c reeve.conf >reeved.out 2>&9 9>&- &
reeved=$!
exec 9>&-
await '[ -n "$(family_pids)" ]'
kill -TERM "$reeved"
ends_with 0

# A file may grow no more: XFSZ does not end it, lines are lost.
write_conf <<END
log = $PWD/full.log
[worker:a]
command = $standin -l $ledger
END
head -c 131000 /dev/zero >full.log
(ulimit -f 256 && exec $REEVED -c reeve.conf) >reeved.out 2>&1 &
reeved=$!
await '[ -n "$(family_pids)" ]'
before=$(family_pids)
kill -KILL "$before"
await '[ -n "$(family_pids)" ] && [ "$(family_pids)" != "$before" ]'
is 'the size of the log' "$(wc -c <full.log | tr -d ' ')" 131072
kill -TERM "$reeved"
ends_with 0

# Before it listens they wait, as it waits here for a lock: TERM and INT end it
# at once, with nothing started, and all others end nothing.
need flock
write_conf <<END
[worker:a]
command = $standin
END
: >"$run/reeved.run"

# wait_for_lock: start a daemon that is not further than that.
wait_for_lock() {
	rm -f "$run/reeved.pid"
	exec 9>>"$run/reeved.run"
	flock 9
	launch 9>&-
	await '[ -s "$run/reeved.pid" ]'
}
wait_for_lock
send_all
kill -HUP "$reeved"
exec 9>&-
hears '^running, '
hears '^reload: done, '
says '^warning: got SIGALRM: ignored$' || fail 'it is not told'
says '^warning: got SIGTSTP: ignored; ' || fail 'it is not told'
stop

wait_for_lock
kill -QUIT "$reeved"
exec 9>&-
ends_with 0
says '^got SIGQUIT$' || fail 'it is not told'
wait_for_lock
kill -INT "$reeved"
exec 9>&-
await has_ended
wait "$reeved"
is 'the exit code' $? 130
reeved=

# Where signals cannot be read from a descriptor the same holds.
if "$BUILDDIR/denycalls" ENOSYS signalfd true 2>/dev/null; then
	plain=$REEVED
	REEVED="$BUILDDIR/denycalls ENOSYS signalfd $plain"
	write_conf <<END
[worker:a]
command = $standin -r 3 -i
ready = fd:3
shutdown = infinity
[worker:e]
command = /bin/sleep 1000
END
	start
	inherits_nothing e
	send_all
	send_all
	kill -USR2 "$reeved"
	hears 'got SIGUSR2'
	await '[ "$(ignored | wc -l)" -eq "$(wc -l <told)" ]'
	is 'those that are told' "$(ignored)" "$(cat told)"
	kill -KILL "$(pid_of e)"
	hears '^e: started, pid [0-9]*, restart 1$'
	inherits_nothing e
	kill -TERM "$reeved"
	hears '^a: told to stop$'
	send_all
	is_alive "$reeved" || fail 'it does not wait'
	kill -QUIT "$reeved"
	ends_with 0
	REEVED=$plain
fi
