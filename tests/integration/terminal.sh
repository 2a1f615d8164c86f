# A terminal on which the daemon was started: when it closes, the tree is
# stopped in order; it does not run on unseen. HUP alone is a reload, Ctrl-Z
# does not stop a daemon, nohup is obeyed, and a daemon that has detached has no
# terminal.
. "$SRCDIR/tests/integration/lib"
need_proc
"$BUILDDIR/terminal" true </dev/null 2>why
[ $? -ne 77 ] || skip "$(cat why)"
mkfifo keys || fail 'no pipe'

# open COMMAND...: a terminal on which that runs; reeved is what comes of it.
open() {
	: >reeved.log
	rm -f "$ledger" "$run/reeved.pid"
	"$BUILDDIR/terminal" "$@" <keys >screen 2>&1 &
	window=$!
	exec 9>keys
	hears '^running, '
	reeved=$(cat "$run/reeved.pid")
	is 'the session of its worker' \
	    "$(awk '{ print $6 == $1 }' "/proc/$(pid_of a)/stat")" 1
}

# stat_field N: of the daemon, counted from its state.
stat_field() {
	sed 's/.*) //' "/proc/$reeved/stat" | cut -d ' ' -f "$1"
}

# typed KEYS: what the keys send, for printf.
typed() {
	# shellcheck disable=SC2059 # it is a format
	printf "$1" >&9
}

# ended [CODE]: everything has, in order, and with that code if it is known.
ended() {
	await has_ended
	reeved=
	exec 9>&-
	wait $window
	ended_code=$?
	[ $# -eq 0 ] || is 'the exit code' $ended_code "$1"
	is 'what the workers did' "$(booked)" "$(words +a +b -b -a)"
	says '^ended with 0$' || fail 'the end is not told'
	says 'killing what is left' && fail 'it has killed'
	check_nobody
}

# b is not deaf, but in no hurry: HUP comes several times meanwhile.
tree() {
	write_conf <<END
log = $PWD/reeved.log
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:a]
command = $standin -r 3
[worker:b]
command = $standin -r 3 -s 100
END
}
tree

# As the first process on it, as in `xterm -e reeved'. HUP while the terminal is
# there is a reload, as always; Ctrl-Z is answered, and changes nothing.
# shellcheck disable=SC2086 # may be a wrapper and it
open $REEVED -c reeve.conf
kill -HUP "$reeved"
hears '^reload: done, 0 changes, 0 refused$'
typed '\032'
hears '^warning: got SIGTSTP: ignored; a stopped daemon would restart no '
kill -HUP "$reeved"
await '[ "$(story | grep -c "^reload: done")" -eq 2 ]'
is 'its state' "$(stat_field 1)" S
exec 9>&-
hears '^the terminal has closed$'
kill -HUP "$reeved" 2>/dev/null
ended 0

# Ctrl-\ stops it, in order.
# shellcheck disable=SC2086
open $REEVED -c reeve.conf
typed '\034'
hears '^got SIGQUIT$'
ended 0

# A command of a shell, which dies of the same HUP, and at whose end the kernel
# sends another one.
cat >job <<END
$REEVED -c reeve.conf
exit \$?
END
open sh job
exec 9>&-
hears '^the terminal has closed$'
ended

# The shell alone dies, and takes the terminal with it: that is still open, but
# not to the daemon any more.
open sh job
kill -KILL "$(stat_field 2)"
hears '^the terminal has closed$'
ended 137

# Its own messages go there: what cannot be written harms nothing.
sed -i '/^log = /d' reeve.conf
rm -f "$ledger" "$run/reeved.pid"
# shellcheck disable=SC2086
"$BUILDDIR/terminal" $REEVED -c reeve.conf <keys >screen 2>&1 &
window=$!
exec 9>keys
await 'grep -q "^reeved: running, 2 children" screen'
exec 9>&-
wait $window
is 'the exit code' $? 0
is 'what the workers did' "$(booked)" "$(words +a +b -b -a)"
check_nobody
tree

# nohup: closing the terminal is nothing, nor is any other HUP.
# shellcheck disable=SC2086
open nohup $REEVED -c reeve.conf
kill -HUP "$reeved"
hears '^warning: got SIGHUP: ignored, as it was when the daemon was started; '
exec 9>&-
await '[ "$(stat_field 5)" -eq 0 ]'	# the number of its terminal
kill -HUP "$reeved"
kill -USR2 "$reeved"
hears '^warning: got SIGUSR2: '
says '^(reload|the terminal|stopping)' && fail 'HUP is something'
kill -TERM "$reeved"
ended 0

# --daemon has left the terminal, so that nohup is for nothing: HUP is a reload.
cat >job <<END
nohup $REEVED -c reeve.conf --daemon
exec sleep 1000
END
open sh job
exec 9>&-
wait $window
is 'the exit code of the shell' $? 129
kill -HUP "$reeved"
hears '^reload: done, 0 changes, 0 refused$'
kill -TERM "$reeved"
ended
