# When a worker is up: after exec, after a newline on a descriptor, at its end.
. "$SRCDIR/tests/integration/lib"

# All the ways; each starts only when the one before is ready.
write_conf <<END
[worker]
environment = LEDGER=$ledger
[worker:setup]
ready = exit
restart = transient
command = /bin/sh -c 'sleep 0.2; echo "done setup" >>\$LEDGER'
[worker:fd]
ready = fd:3
command = /bin/sh -c 'sleep 0.2; echo "ready fd" >>\$LEDGER; echo >&3; exec \
sleep 1000'
[worker:high]
ready = fd:200
command = /bin/sh -c 'readlink /proc/self/fd/200 >>\$LEDGER; \
exec $standin -r 200'
[worker:exec]
command = $standin
[supervisor:in]
[worker:in/ignored]
ready = fd:4
command = /bin/sh -c 'echo "ignored" >>\$LEDGER; exit 0'
[worker:in/last]
ready = fd:5
command = $standin -w 100 -r 5
END
start
await '[ "$(grep -c . "$ledger")" -eq 7 ]'
is 'the order' "$(sed 's/ [0-9]*$//; s/\[.*\]//' "$ledger" |
    grep -v 'start exec')" "$(words 'done setup' 'ready fd' pipe: \
    'start high' 'ignored' 'start in/last')"
is 'who is started, by the messages' "$(outline)" \
    "$(words +fd +high +exec +in/last)"
says '^setup: done, no process stays$' || fail 'nothing is said of setup'
says '^in/ignored: done, no process stays$' || fail 'nothing of in/ignored'
is 'the last word' "$(story | tail -n 1)" 'running, 7 children'
[ ! -r /proc/self/stat ] || check_family fd high exec in/last
stop

# refused CONF-LINE... -- MESSAGE: the start of b fails; a is undone, and it is
# said why.
refused() {
	rm -f "$ledger"
	{
		cat <<END
[worker]
environment = LEDGER=$ledger
[worker:a]
command = $standin -r 3
ready = fd:3
[supervisor:in]
[worker:in/b]
END
		while [ "$1" != -- ]; do
			printf '%s\n' "$1"
			shift
		done >&3
		printf '%s\n' '[worker:c]' "command = $standin"
	} 3>lines >first
	sed "/^\\[worker:in\\/b\\]/r lines" first | write_conf
	while [ "$1" != -- ]; do
		shift
	done
	launch
	ends_with 2
	says "$2" || fail "not said: $2"
	says '^error: in: failed to start, because of in/b$' ||
	    fail 'nothing is said of its supervisor'
	is 'what a wrote' "$(booked | grep a)" "$(words +a -a)"
	says '^c: started' && fail 'c was started'
}

refused "command = $standin" 'ready = fd:3' 'start_timeout = 200ms' \
    'shutdown = 100ms' -- \
    '^error: in/b: failed to start: not ready after its start_timeout'
refused "command = $standin -e 20 -x 7" 'ready = fd:3' -- \
    '^error: in/b: failed to start: exited with code 7 before it was ready'
refused "command = /bin/sh -c 'kill -KILL \$\$'" 'ready = fd:3' -- \
    '^error: in/b: failed to start: was killed by SIGKILL before it was ready'
refused 'command = /bin/sh -c "exit 4"' 'ready = exit' -- \
    '^error: in/b: failed to start: exited with code 4 before it was ready'
refused "command = $standin" 'ready = exit' 'start_timeout = 200ms' -- \
    '^error: in/b: failed to start: not ready after its start_timeout'
refused "command = $standin -i" 'ready = fd:3' 'start_timeout = 200ms' \
    'shutdown = 100ms' -- \
    '^error: in/b: failed to start: not ready after its start_timeout'
# An end of it that closes the descriptor first is an end all the same.
refused "command = /bin/sh -c 'exec 3>&-; sleep 0.1; exit 5'" \
    'ready = fd:3' -- \
    '^error: in/b: failed to start: exited with code 5 before it was ready'

# Codes that are clean: ready = exit takes them for success.
write_conf <<END
[worker:a]
command = /bin/sh -c 'exit 3'
ready = exit
exit_normal = 0 3
END
start
stop

# A restart that does not come up is tried again, and counts.
rm -f "$ledger"
write_conf <<END
[supervisor]
max_restarts = 3
max_seconds = 1h
[worker:a]
command = /bin/sh -c 'test \$REEVE_RESTARTS = 0 && exec $standin -r 3; exit 1'
environment = LEDGER=$ledger
ready = fd:3
END
start
kill -KILL "$(pid_of a)"
ends_with 1
is 'the failed starts' "$(story |
    grep -c '^error: a: failed to start: exited with code 1')" 3
says '^error: /: gives up: more than 3 restarts in 1h, the last of a$' ||
    fail 'it does not say that it gives up'

# A set-up step that fails once is tried again by the strategy of its place.
rm -f "$ledger" mark
write_conf <<END
[supervisor]
strategy = one_for_all
[worker:setup]
ready = exit
restart = transient
command = /bin/sh -c 'test ! -e $PWD/mark || { rm $PWD/mark; exit 1; }'
[worker:a]
command = $standin -l $ledger
END
start
await '[ -s "$ledger" ]'
touch mark
kill -KILL "$(pid_of a)"
hears '^error: setup: failed to start: exited with code 1'
await '[ "$(booked | wc -l)" -eq 2 ]'
[ ! -e mark ] || fail 'setup has not run'
[ ! -r /proc/self/stat ] || check_family a
stop
