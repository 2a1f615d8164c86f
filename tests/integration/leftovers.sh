# The processes that a worker leaves, in whatever group or session, are gone
# before it runs again, and when it has been stopped.
. "$SRCDIR/tests/integration/lib"
need_proc

# A worker that looks, when it starts, which leftovers are still there.
cat >look <<END
for pid in \$(sed -n "s|^left . \([0-9]*\) \$REEVE_PATH\$|\1|p" "\$LEDGER"); do
	grep -qs '^[0-9]* (.*) [^Z]' "/proc/\$pid/stat" &&
	    echo "overlap \$pid" >>"\$LEDGER"
done
exec $standin "\$@"
END
write_conf <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
[supervisor]
max_restarts = 100
[worker:father]
command = /bin/sh $PWD/look -r 3 -k $kinds
[supervisor:in]
strategy = one_for_all
[worker:in/mother]
command = /bin/sh $PWD/look -r 3 -k $kinds
[worker:in/child]
command = /bin/sh $PWD/look -r 3
END
: >"$ledger"

# left_pids: the pids of all leftovers so far.
left_pids() {
	awk '$1 == "left" { print $3 }' "$ledger"
}

# await_left COUNT: until so many have been born, and those before are dead.
await_left() {
	await_left_count=$(($1 * ${#kinds}))
	await '[ "$(left_pids | wc -l)" -ge "$await_left_count" ]'
}

start
await_left 2
old=$(left_pids)
for pid in $old; do
	is_alive "$pid" || fail 'the test is wrong: the leftovers should live'
done

# Its own death, and the stop of a sibling's.
kill -KILL "$(pid_of father)"
hears '^father: started, .*restart 1$'
await_left 3
kill -KILL "$(pid_of in/child)"
hears '^in/child: started, .*restart 1$'
await_left 4
# shellcheck disable=SC2086 # several
all_dead $old || fail 'a leftover outlives its worker'
grep overlap "$ledger" && fail 'a leftover was there when its worker started'

# Those that live now are two families and a child, and no zombie.
await '[ "$(family "$reeved" | grep -v Z | wc -l)" -eq $((3 + 2 * ${#kinds})) ]'
kill -TERM "$reeved"
ends_with 0
# shellcheck disable=SC2046 # several
all_dead $(left_pids) || fail 'a leftover outlives the daemon'

# A worker that ends by itself and stays down, and a failed start.
: >"$ledger"
write_conf <<END
[worker]
environment = LEDGER=$ledger
[worker:a]
command = $standin -e 100 -k $kinds
restart = temporary
[worker:stays]
command = $standin
END
start
await_left 1
hears '^(warning: )?a: exited with code 0$'
# shellcheck disable=SC2046 # several
await 'all_dead $(left_pids)'
check_family stays
stop

: >"$ledger"
write_conf <<END
[worker:a]
environment = LEDGER=$ledger
command = $standin -e 100 -x 1 -k $kinds
ready = fd:9
END
launch
ends_with 2
[ "$(left_pids | wc -l)" -eq ${#kinds} ] ||
    fail 'the test is wrong: no leftovers'
# shellcheck disable=SC2046 # several
all_dead $(left_pids) || fail 'a leftover outlives a failed start'
