# A request of a reload waits in the mailbox of a busy supervisor like any
# other, and meanwhile the child that it is about may be forgotten.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc
ctl() { "$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@"; }

cat >slow <<END
until [ -e gate ]; do sleep 0.05; done
exec "$standin" -r 3
END
# tree: one that starts when the gate is open, two that will not stop, of which
# one is forgotten when it has; or without that.
tree() {
	edit <<END
[worker]
environment = LEDGER=$ledger
shutdown = infinity
[supervisor:s]
strategy = one_for_all
[worker:s/slow]
command = /bin/sh $PWD/slow
directory = $PWD
ready = fd:3
start_timeout = infinity
${once:-}
[worker:s/deaf]
command = $standin -i
END
}
once="[worker:s/once]
command = $standin -i
restart = temporary"
: >gate
tree
start
rm gate

# The supervisor stops one, then has a new list to take, and then restarts all.
ctl terminate-child s/deaf &
hears '^s/deaf: told to stop$'
once=
tree
kill -HUP "$reeved"
await 'ctl events s | grep -q "s: the reload asked for another list"'
ctl restart s/slow &
hears '^control: .*: Restart s/slow$'
kill -KILL "$(pid_of s/deaf)"

# While it does, the reload asks it to stop one that it stops already.
await 'ctl events s/once | grep -q "s/once: the reload asked for a stop"'
hears '^s/once: told to stop$'
kill -KILL "$(pid_of s/once)"
await 'ctl status s/slow | grep -q " starting "'
after=$(story_length)
: >gate
hears '^reload: done, [0-9]* changes*, 0 refused$'
is 'what is left' "$(ctl paths)" '/
s
s/slow
s/deaf'
check_family s/slow s/deaf
kill -TERM "$reeved"
hears '^s/deaf: told to stop$' "$after"
kill -KILL "$(pid_of s/deaf)"
ends_with 0
