# After a reload workers write to the same files as before, and `reevectl logs'
# still shows what they wrote: the log directory outlives the old configuration.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"

# tree: a worker that says how often it was restarted, and perhaps another.
tree() {
	edit <<END
log_dir = $PWD/logs
[worker:a]
command = /bin/sh -c 'echo "run \${REEVE_RESTARTS}"; exec sleep 1000'
$1
END
}

tree ''
start
await '[ "$(cat logs/a.log)" = "run 0" ]'
tree "[worker:b]
command = /bin/sh -c 'echo new; exec sleep 1000'"
hang_up
await '[ "$(cat logs/b.log)" = new ]'
tree ''
hang_up
kill -KILL "$(pid_of a)"
await '[ "$(starts_of a)" -eq 2 ]'
await '[ "$(tail -n 1 logs/a.log)" = "run 1" ]'
is 'the files' "$(cd logs && echo *)" 'a.log b.log'
is 'what b wrote' "$(cat logs/b.log)" new
is 'what is told' "$("$BUILDDIR/reevectl" -s "$run/reeve.sock" logs a)" \
    "$(words 'run 0' 'run 1')"
stop
