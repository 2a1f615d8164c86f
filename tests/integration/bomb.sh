# A fork bomb of one worker, of COUNT processes (100): the other worker is
# restarted as usual meanwhile, and when the bomb is told to stop, or the daemon
# is, it comes to its end, all of it. Little else is run beside it: it takes all
# processors there are.
. "$SRCDIR/tests/integration/lib"
need_proc
count=${COUNT:-100}

# explode KIND: start a daemon with a bomb, and wait until it is at its limit.
explode() {
	rm -f full
	write_conf <<END
[supervisor]
max_restarts = 1000000
[worker:calm]
command = $standin
[worker:bomb]
command = $BUILDDIR/bomb $count $1 600
stdout = file:$PWD/full
shutdown = 100ms
END
	start
	await 'grep -q full full' 120
}

# Where only groups are known, nothing but the group can be ended.
[ "${linux:-0}" -eq 1 ] && kind=session || kind=group
explode "$kind"
kill -KILL "$(pid_of calm)"
await "has_said '^calm: started, .* restart 1$'" 120
# Where all processors are taken it may be unkillable for a while.
"$BUILDDIR/reevectl" -s "$run/reeve.sock" --timeout 2m terminate-child bomb \
    >answer 2>&1 || grep -q unkillable answer || fail "the stop: $(cat answer)"
await '[ "$(family_pids | wc -l)" -eq 1 ]' 120
kill -KILL "$(pid_of calm)"
await "has_said '^calm: started, .* restart 2$'" 120
stop

[ "${linux:-0}" -eq 1 ] && kind=chain
explode "$kind"
kill -TERM "$reeved"
ends_with 0 120
