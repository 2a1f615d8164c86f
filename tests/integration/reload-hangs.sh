# A disk that does not answer: a reload that reads from it, or a client that
# reads a log there, waits; nothing else does. With BOUND set, the whole ten
# seconds are waited for that a reload has.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
. "$SRCDIR/tests/integration/hang-lib"
ctl() { "$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@"; }

hang_mount away
tree() {
	edit <<END
include = $PWD/away/there.conf
[supervisor]
max_restarts = 1000
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:a]
command = $standin -r 3
${1:-}
END
}
# there STDOUT: the file that is included.
there() {
	printf '[worker:there]\ncommand = sleep 1000\nready = exec\n%s\n' \
	    "stdout = $1" >away.src/there.conf
	touch -t 202001010000 away.src/there.conf
}
there "file:$PWD/away/log"
echo 'it is there' >away.src/log
tree
start

# lives: the daemon answers, and restarts what dies.
lives() {
	lives_starts=$(starts_of a)
	ctl ping >said || fail "ping: $(cat said)"
	kill -KILL "$(pid_of a)"
	await '[ "$(starts_of a)" -eq $((lives_starts + 1)) ]'
	ctl status a >said || fail "status: $(cat said)"
}

# helpers: the states of the processes beside the loop.
helpers() {
	family "$reeved" | awk -v top="$reeved" '
	$2 == top && $3 != "Z" { print $1, $3 }' | while read -r pid state; do
		[ "$(readlink "/proc/$pid/exe")" != \
		    "$(readlink "/proc/$reeved/exe")" ] || echo "$state $pid"
	done
}

# helped COUNT: there are so many.
helped() {
	[ "$(helpers | wc -l)" -eq "$1" ]
}

# A reload waits, and goes on when there is an answer. Meanwhile others come.
for how in hang_deaf hang_mute; do
	$how away
	tree 'shutdown = 7s'
	[ $how = hang_deaf ] || tree
	after=$(story_length)
	kill -HUP "$reeved"
	await 'helped 1'
	lives
	kill -HUP "$reeved"
	ctl reload --dry-run >dry 2>&1 &
	client=$!
	await 'helped 2'
	lives
	says 'reload: ' "$after" && fail 'it did not wait'
	hang_serve away
	hears '^reload: done, 1 change' "$after"
	hears '^reload: done, 0 changes' "$after"
	wait "$client" || fail "dry run: $(cat dry)"
	await 'helped 0'
done

# So does one who reads a log, and goes on with it; four that cannot be killed
# are enough.
is 'the log' "$(ctl logs there)" 'it is there'
hang_mute away
ctl logs there >told 2>&1 &
client=$!
lives
hang_serve away
wait "$client" || fail "logs: $(cat told)"
is 'the log' "$(cat told)" 'it is there'
hang_mute away
tries=0
until grep -q 'cannot be killed' told; do
	[ $tries -lt 32 ] || fail "how many more? $(cat told)"
	tries=$((tries + 1))
	"$BUILDDIR/reevectl" -s "$run/reeve.sock" logs -f there >told 2>&1 &
	client=$!
	sleep 0.3	# it has been refused by then, or never is
	kill -KILL "$client" 2>/dev/null
	wait "$client"
done
echo "refused after $tries"
lives
[ "$(helpers | grep -c D)" -ge 4 ] || fail 'they can be killed'
hang_serve away
await 'helped 0'
is 'the log' "$(ctl logs there)" 'it is there'

# Ten seconds, and it is refused: the sentence says what was waited for.
if [ -n "${BOUND-}" ]; then
	hang_mute away
	after=$(story_length)
	ctl reload >said 2>&1
	is 'the exit code' $? 1
	grep -qxF "reading '$PWD/away/there.conf' takes longer than 10s" said ||
	    fail "reload: $(cat said)"
	hears '^error: reload: .* takes longer than 10s; nothing is changed$' \
	    "$after"
	lives
	hang_serve away
fi

# The daemon ends while one hangs that cannot be killed, which holds nothing:
# another one starts in its place.
there null
hang_up
hang_mute away
kill -HUP "$reeved"
await 'helped 1'
hung=$(helpers | sed 's/.* //')
kill -TERM "$reeved"
await has_ended
says "^warning: left behind, .*: 1 of reeved's own" ||
    fail 'it does not say what it leaves'
wait "$reeved"
is 'the exit code' $? 0
is_alive "$hung" || fail 'the test is wrong: it should hang'
sed -i '/^include/d' reeve.conf
start
is_alive "$hung" || fail 'the test is wrong: it should hang'
hang_serve away
await '! is_alive "$hung"'
stop
