# `reevectl logs' finds what a worker writes, wherever its output goes.
. "$SRCDIR/tests/integration/lib"
ctl() { "$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@"; }

say="/bin/sh -c 'echo out; echo err >&2; exec sleep 1000'"
write_conf <<END
log_dir = $PWD/logs
[worker:out]
command = $say
stdout = file:$PWD/out.txt
stderr = null
[worker:err]
command = $say
stdout = null
stderr = file:$PWD/err.txt
[worker:none]
command = $say
stdout = null
stderr = null
[supervisor:in]
[supervisor:in/deep]
[worker:in/deep/log]
command = $say
stderr = null
END
start

# told CODE TEXT PATH: the exit code and the words of `logs'.
told() {
	told_text=$2 told_path=$3
	await '[ "$(ctl logs "$told_path" 2>&1)" = "$told_text" ]'
	ctl logs "$3" >said 2>&1
	is "the exit code for $3" "$?" "$1"
}
told 0 out out
told 0 err err
told 0 out in/deep/log
told 1 'reevectl: no log: none: its output goes to no file' none
is 'the file' "$(cat logs/in.deep.log.log)" out

# `logs --follow' misses nothing of the old file when another takes its place.
"$BUILDDIR/reevectl" -s "$run/reeve.sock" logs -f err >followed &
follower=$!
await 'grep -q "^err$" followed'
mv err.txt old.txt
echo 'to the old one' >>old.txt
ctl restart err >said || fail "restart: $(cat said)"
await '[ "$(grep -c "^err$" followed)" -eq 2 ]'
kill "$follower"
wait "$follower"
is 'what is heard' "$(cat followed)" "$(words err 'to the old one' err)"
ctl ping >said || fail 'it does not answer'
rm err.txt
told 1 'reevectl: no log: err: No such file or directory' err
stop
