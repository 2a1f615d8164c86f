# Why the daemon does not start, and why a client is not served: each reason has
# a sentence and an exit code, and nothing is started.
. "$SRCDIR/tests/integration/lib"
need_proc
ctl=$BUILDDIR/reevectl

# tree [LINE...]: a daemon with a worker, and these lines in its section.
tree() {
	{
		[ $# -eq 0 ] || printf '%s\n' "$@"
		cat <<-END
		[worker:a]
		command = $standin
		END
	} | write_conf
}

# refused CODE PATTERN: another daemon in this place is, of that reason.
refused() {
	"$BUILDDIR/reeved" -c other.conf >other.out 2>other.log
	is 'the exit code' "$?" "$1"
	grep -Eq "^([^ ]* )?reeved: error: $2" other.log ||
	    fail "no '$2' in $(cat other.log)"
	grep -q ': started, pid' other.log && fail 'something was started'
	is_alive "$reeved" || fail 'the first one is gone'
}

# Two daemons that share one thing only: the lock, the list of what is running,
# the socket.
tree "log = stderr"
start
is 'the messages' "$(story | sed -n 's/^\(running\), .*/\1/p')" running
cp reeve.conf other.conf
refused 71 "another reeved is running here, pid $reeved: it holds '.*'$"
tree "pid_file = $PWD/other.pid"
cp reeve.conf other.conf
refused 71 "cannot take the run file '.*': another reeved holds it$"
first=$run
run=$run.2
tree "socket = $first/reeve.sock"
cp reeve.conf other.conf
refused 71 "cannot listen at '.*': another process listens there$"
tree "socket = $run/none/reeve.sock"
cp reeve.conf other.conf
refused 71 "cannot listen at '.*': No such file or directory$"
# What stands in the place of that list is no plain file.
run=$first.3
mkdir -p "$run/reeved.run"
tree "pid_file = $PWD/other.pid"
cp reeve.conf other.conf
refused 71 "cannot take the run file '.*': Invalid argument$"
rm -rf "$first.2" "$run"
run=$first
"$ctl" -s "$run/reeve.sock" ping >said || fail 'the first one does not answer'
stop

# A path that is as long as there may be.
long=$PWD/$(printf '%0250d' 0)
while [ ${#long} -lt 3700 ]; do
	long=$long/$(printf '%0250d' 0)
done
printf '[reeve]\nrun_dir = %s\nsocket = /tmp/none\npid_file = %s\n' \
    "$long" "$PWD/other.pid" >other.conf
"$BUILDDIR/reeved" -c other.conf 2>other.log
is 'the exit code' "$?" 71
grep -q "reeved: error: cannot make the run directory '/" other.log ||
    fail "$(cat other.log)"

# Where the file is cannot be told in a directory that is gone; a whole path
# can.
mkdir gone
if (cd gone && rmdir ../gone && [ -r ../reeve.conf ] &&
    ! env pwd >/dev/null 2>&1); then
	tree
	mkdir gone
	(cd gone && rmdir ../gone && exec "$BUILDDIR/reeved" -c ../reeve.conf) \
	    >other.out 2>other.log
	is 'the exit code' "$?" 71
	grep -q "^reeved: cannot tell where '../reeve.conf' is: No such" \
	    other.log || fail "$(cat other.log)"
fi

# A log that cannot be opened again when asked to: the old one is written on.
mkdir places
write_conf <<END
log = $PWD/places/reeved.log
[worker:a]
command = $standin
END
"$BUILDDIR/reeved" -c reeve.conf >reeved.out 2>&1 &
reeved=$!
await 'grep -q "reeved: running, " places/reeved.log'
mv places places.old
"$ctl" -s "$run/reeve.sock" reopen >said 2>&1
is 'the exit code of reopen' "$?" 1
is 'what is said' "$(cat said)" 'reevectl: no log: /: No such file or directory'
mv places.old places
"$ctl" -s "$run/reeve.sock" reopen || fail 'it is not opened again'
stop
grep -q 'reeved: ended with 0' places/reeved.log || fail 'the log has no end'

# To the system's log, of which a test sees nothing but that nothing is lost
# on stderr.
write_conf <<END
log = syslog
[worker:a]
command = $standin
END
: >reeved.log
"$BUILDDIR/reeved" -c reeve.conf >reeved.out 2>reeved.log &
reeved=$!
await '"$ctl" -s "$run/reeve.sock" status a >said 2>&1'
kill -TERM "$reeved"
ends_with 0
