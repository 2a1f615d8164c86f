# If the client goes away before a reload is complete, it is completed all the
# same. A reload that is asked for while everything stops is not begun.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc
ctl() { "$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@"; }

# tree OPTION: a worker that will not stop, with an option more or less.
tree() {
	edit <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:deaf]
command = $standin -r 3 -i $1
shutdown = infinity
[worker:b]
command = $standin -r 3
END
}
tree ''
start
first=$(pid_of deaf)

# Two ask, one while the other's is under way; both go.
tree '-w 1'
# As commands of their own: a function's shell would be killed instead.
"$BUILDDIR/reevectl" -s "$run/reeve.sock" reload >said 2>&1 &
asker=$!
hears '^deaf: told to stop$'
"$BUILDDIR/reevectl" -s "$run/reeve.sock" reload >said.2 2>&1 &
late=$!
await '[ "$(story | grep -c "^control: .*: Reload")" -eq 2 ]'
kill -KILL "$asker" "$late"
wait "$asker" "$late"
ctl ping >said || fail 'it does not answer'
kill -KILL "$first"
hears '^reload: done, [0-9]* changes*, 0 refused$'
await '[ "$(starts_of deaf)" -eq 2 ]'
check_family deaf b
is 'starts of b' "$(starts_of b)" 1
is 'a reload afterwards' "$(ctl reload)" ''

# While it ends.
kill -TERM "$reeved"
hears '^b: stopped'
ctl reload >said 2>&1
is 'the exit code' "$?" 1
is 'what is said' "$(cat said)" 'reevectl: refused, nothing is changed
reeved is ending'
kill -KILL "$(pid_of deaf)"
ends_with 0
