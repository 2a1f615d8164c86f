# The daemon is killed: its workers die with it. The next daemon ends those that
# do not, before it starts anything. Nothing runs twice.
. "$SRCDIR/tests/integration/lib"
need_proc
# A process in another session does not die with the daemon.
[ "${linux:-0}" -eq 1 ] && near=gp || near=g

write_conf <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:a]
command = $standin -r 3
[supervisor:in]
[worker:in/tough]
command = $standin -r 3 -p -i -k $near
shutdown = 100ms
[worker:in/b]
command = $standin -r 3
END

# crash: kill the daemon.
crash() {
	kill -KILL "$reeved"
	wait "$reeved"
	reeved=
}

# booked_pids: the pids of all processes ever started, leftovers too.
booked_pids() {
	awk '{ print $3 }' "$ledger" | sort -u
}

for round in 1 2 3; do
	start
	await '[ "$(grep -c ^left "$ledger")" -eq $((${#near} * round)) ]'
	check_living=$(family "$reeved" | grep -vc Z)
	[ "$check_living" -eq $((3 + ${#near})) ] ||
	    fail "there are $check_living processes"
	if [ "$round" -gt 1 ]; then
		says "in/tough.*pid $tough" || fail 'the leftover is not named'
		# shellcheck disable=SC2086 # several
		all_dead $old || fail 'a leftover is still there'
	fi
	old=$(booked_pids)
	tough=$(pid_of in/tough)
	a=$(pid_of a) b=$(pid_of in/b)
	crash
	if [ "${linux:-0}" -eq 1 ]; then
		await 'all_dead "$a" "$b"'
	fi
	is_alive "$tough" || fail 'the test is wrong: it should survive'
done

# The end of an orderly stop leaves nothing to be found.
start
stop
start
says 'in/tough.*pid' && ! says '^in/tough: started' && fail 'found something'
stop

# A crash in a row, as fast as they come: one of each, and no other. What is
# just being started dies with the daemon; by POSIX alone, where it does not,
# it may not be known yet.
[ "${linux:-0}" -eq 1 ] || exit 0
for delay in 0 0.01 0.02 0.03 0.05 0.08; do
	launch
	sleep $delay
	crash
done
# What is dying may still write to the ledger of before.
sed -i "s|=$ledger\$|=$ledger.last|" reeve.conf
ledger=$ledger.last
start
await '[ "$(grep -c ^left "$ledger")" -eq ${#near} ]'
living=$(family "$PPID" | awk '$3 != "Z" { print $1 }' | while read -r pid; do
	tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q "^$standin " &&
	    echo "$pid"
done | sort)
is 'what lives' "$living" "$(booked_pids)"
stop
