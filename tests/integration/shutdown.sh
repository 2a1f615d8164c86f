# How supervisors stop their children: in reverse order, all at once, in a
# bounded time, or at once by SIGKILL.
. "$SRCDIR/tests/integration/lib"
need_proc

# place WORDS: line number of the first message that matches, or 0.
place() {
	story | grep -En -- "$1" | head -n 1 | sed 's/:.*//'
}

# Concurrent: all are told before the first has ended.
write_conf <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
[supervisor:all]
shutdown_order = concurrent
[worker:all/a]
command = $standin -r 3 -s 200
[worker:all/b]
command = $standin -r 3 -s 200
[worker:all/c]
command = $standin -r 3 -s 200
[worker:after]
command = $standin -r 3
END
start
stop
is 'who was told first' "$(story | sed -n 's/: told to stop$//p' | head -n 2)" \
    "$(words after all)"
[ "$(place '^all/.: stopped, ')" -gt "$(story |
    grep -n '^all/.: told to stop$' | tail -n 1 | sed 's/:.*//')" ] ||
    fail 'they were told one by one'
[ "$(place '^after: stopped, ')" -lt "$(place '^all: told to stop$')" ] ||
    fail 'the root does not stop in reverse order'

# A time for the whole of a subtree: then all of it is killed, and waited for.
write_conf <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
shutdown = infinity
[worker:before]
command = $standin -r 3
[supervisor:in]
shutdown = 300ms
[worker:in/a]
command = $standin -r 3
[supervisor:in/deep]
[worker:in/deep/b]
command = $standin -r 3 -k $kinds
[worker:in/deep/deaf]
command = $standin -r 3 -i -k $kinds
END
start
kill -TERM "$reeved"
ends_with 0
is 'who was asked' "$(booked 8 | sed -n 's/^-//p')" before
is 'the last one' "$(outline | tail -n 1)" -before
for path in in/a in/deep/b in/deep/deaf; do
	says "^$path: stopped, was killed by SIGKILL\$" ||
	    fail "$path was not killed"
done

# A supervisor that is killed without being asked.
rm -f "$ledger"
write_conf <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
[supervisor:in]
shutdown = brutal_kill
[worker:in/a]
command = $standin -r 3
[worker:in/b]
command = $standin -r 3 -i
[worker:after]
command = $standin -r 3
END
start
stop
is 'who was asked' "$(booked | sed -n 's/^-//p')" after

# A subtree that shuts itself down takes no one along, and is started again or
# not by its own restart.
cat >once <<END
test -e $PWD/mark && exec $standin -r 3
touch $PWD/mark
exec $standin -r 3 -e 100
END
for restart in permanent transient; do
	rm -f "$ledger"
	write_conf <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
[supervisor:in]
auto_shutdown = any_significant
restart = $restart
[worker:in/a]
command = $standin -r 3
[worker:in/b]
command = /bin/sh $PWD/once
significant = yes
restart = transient
[worker:after]
command = $standin -r 3
END
	rm -f mark
	launch
	hears '^in/b: ended, and is significant: its supervisor shuts down$'
	if [ $restart = permanent ]; then
		hears '^in: up' 12
		await '[ "$(starts_of in/b)" -eq 2 ]'
		check_family in/a in/b after
	else
		hears '^in: down$'
		check_family after
	fi
	stop
	is 'the starts of the sibling' "$(starts_of after)" 1
done
