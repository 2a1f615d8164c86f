# The daemon as process 1 of a pid namespace, and as any other process: it reaps
# orphans as they die, and a TERM ends it.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

write_conf <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:forks]
command = $standin -r 3 -f 100
[worker:leaves]
command = $standin -r 3 -k gpsd
[worker:a]
command = $standin -r 3
END

# zombies PID: those below it that are dead and not reaped.
zombies() {
	family "$1" | awk '$3 == "Z" { print $1 }'
}

# check_reaped: of the orphans that die all the time, none stays a zombie: at a
# later look there are others, if any.
check_reaped() {
	for look in 1 2 3; do
		zombies "$reeved" >seen
		await '! zombies "$reeved" | grep -qxFf seen'
		sleep 0.1	# so that others die
	done
}

if [ "${linux:-0}" -eq 1 ]; then
	start
	check_reaped
	stop
fi

# Now as process 1.
if [ "$(id -u)" -eq 0 ]; then
	unshare='unshare -pfm --mount-proc --kill-child'
else
	unshare='unshare -Urpfm --mount-proc --kill-child'
fi
$unshare true 2>/dev/null || skip 'a pid namespace is not to be had here'
rm -f "$ledger"
: >reeved.log	# now, or the messages of the first one would be read
# shellcheck disable=SC2086 # several
$unshare $REEVED -c reeve.conf >reeved.out 2>reeved.log &
outer=$!
hears '^running, '
reeved=$(family $outer | awk -v outer=$outer '$2 == outer { print $1 }')
is 'its own pid' "$(cat "$run/reeved.pid")" 1
is 'the pids of a worker' "$(awk '/^NSpid:/ { print NF }' \
    "/proc/$reeved/status")" 3
check_reaped

# A restart, among all those orphans. A worker that is killed before it has
# written its line is not counted.
await '[ "$(grep -c ^left "$ledger")" -eq 4 ]'
inner=$(pid_of leaves)
outer_leaves=$(family "$reeved" | while read -r pid _; do
	grep -qs "^NSpid:.*	$inner\$" "/proc/$pid/status" && echo "$pid"
done)
kill -KILL "$outer_leaves"
hears '^leaves: started, pid [0-9]*, restart 1$'

# living: how many there are below it.
living() {
	family "$reeved" | awk '$3 != "Z" { count++ } END { print count + 0 }'
}
await '[ "$(grep -c ^left "$ledger")" -eq 8 ]'
await '[ "$(living)" -le 9 ]'	# three workers, four leftovers, two just forked

# TERM, from outside, is not ignored.
kill -TERM "$reeved"
reeved=
wait $outer
code=$?
[ $code -eq 0 ] || fail "it ends with $code"
check_nobody
is 'the end' "$(outline | tail -n 3)" "$(words -a -leaves -forks)"

# TERM before it listens: the kernel drops what would end process 1, so this
# has to wait, until there is a tree to stop.
if command -v flock >/dev/null; then
	exec 9>>"$run/reeved.run"
	flock 9
	: >reeved.log
	# shellcheck disable=SC2086 # several
	$unshare $REEVED -c reeve.conf >reeved.out 2>reeved.log 9>&- &
	outer=$!
	# Now it waits for the other lock, three seconds at most.
	await '[ -s "$run/reeved.pid" ]'
	read -r reeved <"/proc/$outer/task/$outer/children"
	# Signals that mean nothing end it as little as any other process.
	kill -ALRM "$reeved"
	kill -TERM "$reeved"
	exec 9>&-
	await '! is_alive $outer'
	reeved=
	wait $outer
	is 'its exit code' $? 0
	says '^got SIGTERM$' || fail 'it has not heard it'
	says '^warning: got SIGALRM: ignored$' || fail 'it is not told'
fi

# With the /proc of the namespace above, where others have the pids of its
# workers, and look like what they have left over: they are let alone.
edit <<EOF
[worker:a]
command = /bin/sleep 1000
EOF
cat >above <<EOF
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	REEVE_PATH=a setsid /bin/sleep 1000 &
done
unshare -pf --kill-child $REEVED -c reeve.conf >reeved.out 2>reeved.log
EOF
: >reeved.log
$unshare sh above &
outer=$!
hears '^running, '

# of_depth FIELDS: the pids below us of so many namespaces, and one.
of_depth() {
	family $outer | while read -r pid _; do
		awk -v fields="$1" -v pid="$pid" \
		    '/^NSpid:/ && NF == fields { print pid, $NF }' \
		    "/proc/$pid/status"
	done
}
# scores: of those above it.
scores() {
	of_depth 3 | while read -r pid _; do
		cat "/proc/$pid/oom_score_adj"
	done | sort | uniq -c
}
reeved=$(of_depth 4 | awk '$2 == 1 { print $1 }')
before=$(scores)
is 'how many there are' "$(of_depth 3 | wc -l)" 22
is 'their scores' "$before" "$(echo "$before" | head -n 1)"
edit <<EOF
[worker:a]
command = /bin/sleep 1000
oom_score_adj = 600
EOF
hang_up
is 'their scores' "$(scores)" "$before"
says '^warning: a: oom_score_adj cannot be changed while it runs' ||
    fail 'it is not said'
kill -KILL "$reeved"
reeved=
await '! is_alive $outer'
wait $outer
: >reeved.log
edit <<EOF
[worker:a]
command = /bin/sleep 1000
EOF
$unshare sh above &
outer=$!
hears '^running, '
is 'how many there are' "$(of_depth 3 | wc -l)" 22
says '^warning: /proc shows other processes: leftovers of an earlier daemon' ||
    fail 'it is not said'
# This is what an image of systemd names for its end.
kill -s RTMIN+3 "$(of_depth 4 | awk '$2 == 1 { print $1 }')"
await '! is_alive $outer'
wait $outer
says '^got SIGRTMIN[+]3$' || fail 'it has not heard it'
says '^ended with 0$' || fail 'it is not in order'
