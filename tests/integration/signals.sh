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
END

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
check_family a in/b in/c d
is 'the processes' "$(family_pids)" "$before"

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
is 'the processes' "$(family_pids)" "$before"

# TERM stops in reverse order, one by one.
: >"$ledger"
kill -TERM "$reeved"
ends_with 0
is 'what the workers wrote' "$(booked)" "$(words -d -in/c -in/b -a)"
is 'what the messages tell' "$(outline)" "$(words -d +d -d -in/c -in/b -a)"

# A second TERM kills what is left.
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
is_alive "$reeved" || fail 'it does not wait'
kill -TERM "$reeved"
ends_with 0
says '^warning: killing what is left$' || fail 'nothing is said'
is 'the end' "$(outline 0 | tail -n 3 | sort)" "$(words -a -d -in/deaf | sort)"

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
