# COUNT workers (1000) and a reload: a worker that has not changed is not
# touched, and costs no system call. Times are printed, not judged.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc
count=${COUNT:-1000}

# tree AWK: ten supervisors of a tenth each; awk may leave a worker out
# (skip), or give it a setting (more).
tree() {
	awk -v count="$count" 'BEGIN {
		print "[supervisor]"
		for (i = 0; i < count; i++) {
			tenth = int(i * 10 / count)
			if (tenth != last || i == 0) {
				printf "[supervisor:s%d]\n", tenth
				last = tenth
			}
			skip = 0
			more = ""
			'"$1"'
			if (!skip)
				printf "[worker:s%d/w%d]\n%s%s\n", tenth, i,
				    "command = /bin/sleep 1000\n", more
		}
	}' | edit
}
now() {
	awk '{ print $1 }' /proc/uptime
}
# took SINCE WHAT: tell a time.
took() {
	awk -v from="$1" -v to="$(now)" -v what="$2" -v count="$count" 'BEGIN {
		printf "%s of %d: %.2f s\n", what, count, to - from
	}'
}
# reload CHANGES: send SIGHUP; so many changes are made.
reload() {
	reload_after=$(story_length)
	reload_began=$(now)
	kill -HUP "$reeved"
	await "tail -n 20 reeved.log | grep -q 'reload: done, $1, 0 ref' &&
	    says '^reload: done, $1, 0 refused' $reload_after" \
	    $((count / 20 + 60))
	took "$reload_began" "reload with $1"
}
# calls: count the system calls of a reload that changes nothing.
calls() {
	strace -f -c -o calls -p "$reeved" 2>strace.log &
	calls_strace=$!
	await "grep -q attached strace.log || ! is_alive $calls_strace"
	if ! is_alive "$calls_strace"; then
		echo "system calls are not counted: $(head -n 1 strace.log)"
		return
	fi
	reload '0 changes'
	kill -INT "$calls_strace"
	wait "$calls_strace"
	cat calls
	calls_count=$(awk '/^ *[0-9]/ && $NF != "total" { sum += $4 }
	END { print sum + 0 }' calls)
	[ "$calls_count" -gt 0 ] || fail 'none is counted'
	[ "$calls_count" -lt 200 ] || fail 'too many system calls'
}

tree ''
launch
await 'has_said "^running, "' 240
family_pids >before
is 'processes' "$(wc -l <before)" "$count"
reload '0 changes'
if command -v strace >/dev/null; then
	calls
fi
family_pids | cmp - before || fail 'processes have changed'
is 'starts' "$(grep -c ': started, ' reeved.log)" "$count"

# One is gone, one is new, one runs another thing, in the midst of the others.
mid=$((count / 2))
tree "if (i == $mid) skip = 1
if (i == $mid + 1) more = \"umask = 077\"
if (i == $mid + 2) more = sprintf(\"[worker:s%d/new]\\ncommand = %s\", tenth,
    \"/bin/sleep 1000\")"
reload '3 changes'
family_pids | sort >after
sort before | comm -3 - after | awk '{ print NF, $0 }' | wc -l >differ
is 'processes that are not the same' "$(tr -d ' ' <differ)" 4
is 'what has happened' "$(story "$reload_after" | sed 's/,.*//')" "$(words \
    "reload: stop and delete s5/w$mid" \
    "reload: restart s5/w$((mid + 1)): umask" "reload: start s5/new" \
    "s5/w$mid: told to stop" "s5/w$mid: stopped" \
    "s5/w$((mid + 1)): told to stop" "s5/w$((mid + 1)): stopped" \
    "s5/w$((mid + 1)): started" "s5/new: started" "reload: done")"

# All at once, and back: each exactly once.
tree 'more = "umask = 027"'
after=$(story_length)
reload "$((count + 1)) changes"
is 'starts' "$(story "$after" | grep -c ': started, ')" "$count"
family_pids >after
is 'processes' "$(wc -l <after)" "$count"
grep -q '[^0-9]' after && fail 'orphans or zombies'
kill -TERM "$reeved"
ends_with 0 60
