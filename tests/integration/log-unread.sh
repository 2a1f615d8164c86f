# Nobody reads the messages of the daemon, or those of its start: it goes on,
# and tells what is lost.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/log-lib"

# stderr is a pipe that is not read, and then is.
mkfifo stalled
exec 8<>stalled
log_conf
# unread ARGUMENT...: start the daemon, its stderr not read.
unread() {
	$REEVED -c reeve.conf "$@" >reeved.out 2>stalled 8<&- &
	reeved=$!
}
unread
await 'ctl ping >/dev/null 2>&1'
log_burst
log_serves
grep --line-buffered -v xxxx <&8 >reeved.log &
reader=$!
hears '[0-9] lines of this log were lost'
ctl restart a || fail 'no restart'
kill -TERM "$reeved"
hears '^ended with 0'
ends_with 0
kill "$reader"
wait "$reader"

# It never is: the end waits for a moment only.
: >reeved.log
unread
await 'ctl ping >/dev/null 2>&1'
log_burst
log_serves
kill -TERM "$reeved"
ends_with 0

# The parent of a daemon that detaches cannot write what it is told: the daemon
# comes up all the same, and the parent returns when it can.
log_conf "log = $PWD/reeved.log"
cat >waits <<END
until [ -e $PWD/may ]; do
	sleep 0.01
done
exec $standin -r 3
END
sed -i "s|^command = .*|command = /bin/sh $PWD/waits|" reeve.conf good.conf
$REEVED -c "$PWD/reeve.conf" -d 2>stalled 8<&- &
parent=$!
await 'ctl ping >/dev/null 2>&1'
reeved=$(cat "$run/reeved.pid")
log_burst
: >may
hears '^running, 1 child'
log_serves
is_alive "$parent" || fail 'the parent has returned, and has not told all'
cat <&8 >printed &
reader=$!
wait "$parent"
is 'the exit code of the parent' "$?" 0
await 'grep -q "^reeved: error: reload: " printed'
kill -TERM "$reeved"
await has_ended
reeved=
kill "$reader"
check_nobody
