# The daemon tells the process that has started it when it is up, when it
# reloads, and when it stops. No worker can talk in its name, and the daemon
# waits for no listener.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

tree() {
	edit <<END
environment_inherit = PATH NOTIFY_SOCKET WATCHDOG_USEC
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:a]
command = /bin/sh $PWD/waits ${1:-}
END
}
# The worker is up no sooner than it may.
cat >waits <<END
echo waits >>\$LEDGER
until [ -e $PWD/may ]; do
	sleep 0.01
done
exec $standin -r 3 "\$@"
END
# listen ARGUMENT...: let it listen; what it reads is in ./heard.
listen() {
	: >heard
	"$BUILDDIR/datagrams" "$@" >heard &
	listener=$!
	await 'grep -qx listening heard'
	NOTIFY_SOCKET=$socket
	export NOTIFY_SOCKET
}
deafen() {
	kill "$listener"
	wait "$listener" 2>/dev/null
}
# heard: what has been heard, without what is another number each time.
heard() {
	sed 's/=[0-9][0-9][0-9]*\( \|$\)/=N\1/g' heard | sed 1d
}

life() {
	tree
	rm -f may
	launch
	await 'grep -q "^waits" "$ledger"'
	is 'before it is up' "$(heard)" ''
	: >may
	await 'has_said "^running, "'
	tr '\0' '\n' <"/proc/$(pid_of a)/environ" | grep NOTIFY &&
	    fail 'a worker could talk in the name of the daemon'
	await '[ "$(heard | grep -c .)" -ge 1 ]'
	is 'when it is up' "$(heard)" \
	    'READY=1 MAINPID=N STATUS=running, 1 child'
	is 'whose pid it is' \
	    "$(sed -n 's/.*MAINPID=\([0-9]*\) .*/\1/p' heard)" "$reeved"
	tree '-s 1'
	hang_up
	sed -i 's/ready/redy/' reeve.conf
	hang_up
	await '[ "$(heard | grep -c .)" -ge 5 ]'
	is 'the reloads' "$(heard | sed -n '2,$p')" "$(words \
	    'RELOADING=1 MONOTONIC_USEC=N STATUS=reloading' \
	    'READY=1 STATUS=running, 1 child' \
	    'RELOADING=1 MONOTONIC_USEC=N STATUS=reloading' \
	    "READY=1 STATUS=running, 1 child; \
the last reload was refused, the log says why")"
	kill -TERM "$reeved"
	ends_with 0
	await '[ "$(heard | grep -c .)" -ge 6 ]'
	is 'the end' "$(heard | sed -n '6,$p')" 'STOPPING=1 STATUS=stopping'
	: >"$ledger"
}

: >"$ledger"
# At a path; by an abstract name.
case $PWD in
????????????????????????????????????????????????????????????????????????????*)
	dir=$(mktemp -d) || fail 'no directory' ;;
*) dir=$PWD ;;
esac
socket=$dir/notify
listen "$socket"
life
deafen
if [ "$(uname)" = Linux ]; then
	socket=@reeve-test-$$
	listen "$socket"
	life
	deafen
fi

# In the background too, under the pid that stays.
rm -f "$dir/notify"
socket=$dir/notify
listen "$socket"
tree
"$BUILDDIR/reeved" -d -c "$PWD/reeve.conf" || fail 'it does not come up'
await '[ "$(heard | grep -c .)" -ge 1 ]'
is 'whose pid it is' "$(sed -n 's/.*MAINPID=\([0-9]*\) .*/\1/p' heard)" \
    "$(cat "$run/reeved.pid")"
reeved=$(cat "$run/reeved.pid")
kill -TERM "$reeved"
await has_ended
reeved=
await 'grep -q STOPPING heard'
deafen

# A socket without a reader, and one that is not read: no harm.
rm -f "$dir/notify"
tree
start
hears 'cannot notify'
stop
rm -f "$dir/notify"
listen -n "$socket"
start
# How many are kept for it is the system's choice.
i=0
until says 'cannot notify .*: Resource temp'; do
	i=$((i + 1))
	[ $i -lt 1000 ] || fail 'all is kept for who does not listen'
	hang_up
done
stop
deafen
unset NOTIFY_SOCKET
[ "$dir" = "$PWD" ] || rm -rf "$dir"
