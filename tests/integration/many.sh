# COUNT workers (1000): all come up, all are killed at once, all come up again
# exactly once, all are stopped in order; meanwhile clients ask for the status.
# Times are printed, not judged.
. "$SRCDIR/tests/integration/lib"
need_proc
count=${COUNT:-1000}

# COUNT in all, ten supervisors of a tenth each.
write_conf <<END
$(awk -v count="$count" 'BEGIN {
	print "[supervisor]"
	for (i = 0; i < count; i++) {
		tenth = int(i * 10 / count)
		if (tenth != last || i == 0) {
			printf "[supervisor:s%d]\nmax_restarts = %d\n",
			    tenth, count
			last = tenth
		}
		printf "[worker:s%d/w%d]\ncommand = /bin/sleep 1000\n", tenth, i
	}
}')
END

now() {
	awk '{ print $1 }' /proc/uptime
}

# took SINCE WHAT: tell a time.
took() {
	awk -v from="$1" -v to="$(now)" -v what="$2" -v count="$count" 'BEGIN {
		printf "%s of %d: %.2f s\n", what, count, to - from
	}'
}

# births PID...: "PID TIME" of each, when it began: numbers come again.
births() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v pids="$*" '
	BEGIN {
		count = split(pids, list, " ")
		for (i = 1; i <= count; i++)
			is_wanted[list[i]] = 1
	}
	{
		pid = $1
		sub(/^.*\) /, "")
		if (pid in is_wanted)
			print pid, $20
	}'
}

began=$(now)
launch
await 'has_said "^running, "' 240
took "$began" start
before=$(family_pids)
is 'the number of processes' "$(words "$before" | wc -l)" "$count"
words "$before" | grep -q '[^0-9]' && fail 'orphans or zombies'
# shellcheck disable=SC2086 # many
births $before >born

# What a client asks of so many.
ask() {
	began=$(now)
	"$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@" >answer 2>&1 ||
	    fail "$*: $(cat answer)"
	took "$began" "$*"
}
ask status
is 'children of the status' "$(grep -c ' up ' answer)" $((count + 11))
ask tree
is 'children of the tree' "$(wc -l <answer)" $((count + 11))
ask status --json
ask count-children s5
is 'the count' "$(cat answer)" "active $((count / 10)), specs $((count / 10)), \
supervisors 0, workers $((count / 10))"
ask status "s5/w$((count / 2))"
is 'one child' "$(grep -c ' up ' answer)" 1

# All at once, as kill makes it.
began=$(now)
# shellcheck disable=SC2086 # many
kill -KILL $before
await '[ "$(grep -c "restart 1\$" reeved.log)" -ge "$count" ]' 60
took "$began" 'death and restart'
await 'family_pids >pids; [ "$(grep -c . pids)" -eq "$count" ]'
after=$(cat pids)
words "$after" | grep -q '[^0-9]' && fail 'orphans or zombies'
# shellcheck disable=SC2086 # many
births $after >>born
is 'the processes of both times' "$(wc -l <born)" $((2 * count))
is 'processes from before' "$(sort born | uniq -d)" ''
is 'starts' "$(grep -c ': started, pid ' reeved.log)" $((2 * count))
is 'deaths' "$(grep -c ': was killed by SIGKILL' reeved.log)" "$count"
is 'who was restarted how often' "$(sed -n \
    's/.* \(s[0-9]*.w[0-9]*\): started, pid [0-9]*, \(restart .*\)/\1 \2/p' \
    reeved.log | sort | uniq -c | awk '{ print $1, $3, $4 }' | sort -u)" \
    '1 restart 1'

began=$(now)
kill -TERM "$reeved"
ends_with 0 60
took "$began" stop
is 'the stops are the starts, backwards' \
    "$(outline | tail -n "$count" | sed 's/^-//')" \
    "$(outline | head -n "$count" | sed 's/^+//' | sort -t w -k 2nr)"
