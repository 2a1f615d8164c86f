# A reload at any time: many at once, while the file is being written, before
# the tree is up, while a supervisor is restarted, while everything stops.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

worker() {
	printf '[worker:%s]\ncommand = %s -r 3 %s\n' "$1" "$standin" "${2:-}"
}
tree() {
	edit <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
shutdown = infinity
$(worker a "${a:-}")
[supervisor:in]
strategy = rest_for_one
$(worker in/b)
$(worker in/c)
${more:-}
END
}
tree
start
before=$(living)

# 100 in a second: nothing is restarted.
i=0
while [ $i -lt 100 ]; do
	kill -HUP "$reeved"
	sleep 0.01
	i=$((i + 1))
done
hang_up
is 'after 100 signals' "$(living)" "$before"
is 'starts' "$(story | grep -c ': started, ')" 3

# 100 at once, with a change among them: it is done once.
a='-s 1'
tree
i=0
while [ $i -lt 100 ]; do
	kill -HUP "$reeved"
	i=$((i + 1))
done
await '[ "$(starts_of a)" -eq 2 ]'
hang_up
becomes 'nothing more'
is 'with a change' "$(other "$before" "$(living)")" '~a'
is 'starts of a' "$(starts_of a)" 2

# storm COUNT TIMES: so many signals, so many times, a moment apart; then all is
# quiet. At most one in a tenth of a second has led to a reload, and a last one.
storm() {
	storm_after=$(story_length) storm_began=$(date +%s%N)
	storm_times=$2
	while [ "$storm_times" -gt 0 ]; do
		storm_left=$1
		while [ "$storm_left" -gt 0 ]; do
			kill -HUP "$reeved"
			storm_left=$((storm_left - 1))
		done
		sleep 0.1
		storm_times=$((storm_times - 1))
	done
	hang_up
	storm_reloads=$(story "$storm_after" |
	    grep -Ec '^(error: )?reload: (done|.*nothing is changed)')
	storm_ms=$((($(date +%s%N) - storm_began) / 1000000))
	echo "$(($1 * $2)) signals in $storm_ms ms: $storm_reloads reloads"
	[ "$storm_reloads" -le $((storm_ms / 100 + 2)) ] ||
	    fail 'that is too many'
}

# 10,000 in a few seconds, with a file that is fine, and with a bad one.
before=$(living)
storm 500 20
is 'after 10000 signals' "$(living)" "$before"
printf 'nonsense\n' >>reeve.conf
touch -t 202001010000 reeve.conf
storm 500 20
is 'after 10000 with a bad file' "$(living)" "$before"
after=$(story_length)
settled && fail 'the bad file is taken'
says '^error: reload: .*nonsense' "$after" || fail 'it was not read'
tree
becomes 'a good file'
plans ''
# The last one of a storm is not lost: no other follows.
a='-s 3'
after=$(story_length)
kill -HUP "$reeved"
kill -HUP "$reeved"
hears '^reload: done, 0 changes' "$after"
tree
kill -HUP "$reeved"
await '[ "$(starts_of a)" -eq 3 ]'
# The last signal may have come just after the file was taken for the one
# before: then one more reload is due, a tenth of a second after that.
settled || fail 'it is refused'
sleep 0.2
settled || fail 'it is refused'
a='-s 1'
tree
becomes 'as before' '~a'

# The file is replaced byte by byte, with signals all the time. What is written
# so far is mostly no file at all, and else one without most of the workers.
# A writer that was kept waiting for long by the machine proves nothing, and if
# none is steady the rest of this test is to be seen all the same.
cp reeve.conf old.conf
more=$(worker in/d)
tree
cp reeve.conf new.conf
before=$(living)
tries=0
until [ -f steady ] || [ $tries -eq 5 ]; do
	tries=$((tries + 1))
	cp old.conf reeve.conf
	settled || fail 'the old file is refused'
	before=$(living)
	after=$(story_length)
	began=$(date +%s%N)	# a pause before the first byte counts as well
	: >reeve.conf
	kill -HUP "$reeved"
	od -An -v -to1 -w1 new.conf | {
		# Of two windows: the longest silence ends one and begins the
		# next, and has one sleep less than both together.
		slowest=0 i=0 last=$began earlier=$began
		while read -r byte; do
			# shellcheck disable=SC2059 # the byte
			printf "\\$byte" >>reeve.conf
			i=$((i + 1))
			[ $((i % 8)) -eq 0 ] || continue
			[ $((i % 16)) -ne 0 ] || kill -HUP "$reeved"
			now=$(date +%s%N)
			[ $((now - earlier)) -le "$slowest" ] ||
			    slowest=$((now - earlier))
			earlier=$last last=$now
			sleep 0.03
		done
		now=$(date +%s%N)	# the last bytes had a pause, too
		[ $((now - earlier)) -le "$slowest" ] ||
		    slowest=$((now - earlier))
		echo "the longest pause: $((slowest / 1000)) us"
		# In all, too: after five seconds it is refused.
		[ $slowest -ge 200000000 ] ||
		    [ $((now - began)) -ge 4000000000 ] || touch steady
	}
done
cmp reeve.conf new.conf || fail 'the writer has failed'
settled || fail 'the new file is refused'
if [ -f steady ]; then
	is 'byte by byte' "$(other "$before" "$(living)")" '+in/d'
	says 'stop and delete|nothing is changed' "$after" &&
	    fail "half of a file was looked at: $(story "$after")"
	is 'starts' "$(story "$after" | grep ': started, ' | sed 's/,.*//')" \
	    'in/d: started'
else
	echo 'not judged: the machine is too slow for a steady writer'
fi

# One that never comes to rest is refused, after a while.
before=$(living)
after=$(story_length)
# Of several writers one is not kept waiting for long; they write the same in
# its place.
text=$(cat new.conf)
writers=
for writer in 1 2 3 4; do
	while [ ! -f enough ]; do
		printf '%s\n' "$text" 1<>reeve.conf
		: >writing.$writer
		sleep 0.02
	done &
	writers="$writers $!"
done
at_first=': >enough'
await '[ -f writing.1 ] && [ -f writing.2 ] &&
    [ -f writing.3 ] && [ -f writing.4 ]'
tries=0
until says '^error: reload: .*(changes while it is read|written to all)' \
    "$after"; do
	# All writers were kept waiting: it was at rest, and is what it was.
	[ $tries -lt 40 ] || fail 'it is never refused'
	tries=$((tries + 1))
	hang_up
done
touch enough
# shellcheck disable=SC2086 # several
wait $writers
is 'while it is written all the time' "$(living)" "$before"

# Two that follow each other while a first one is under way are one: it is until
# a worker that does not stop is killed.
more=
a=-i
tree
becomes 'one that does not stop' '~a' '-in/d'
deaf=$(pid_of a)
a=
tree
after=$(story_length)
kill -HUP "$reeved"
hears '^a: told to stop$' "$after"
more=$(worker in/e)
tree
kill -HUP "$reeved"
kill -HUP "$reeved"
# It has heard them when it answers what was asked later.
"$BUILDDIR/reevectl" -s "$run/reeve.sock" ping >said || fail "$(cat said)"
kill -KILL "$deaf"
hears '^in/e: started, ' "$after"
# On a slow machine the second one counts as later, and finds nothing to do;
# then it is done a tenth of a second after the first.
sleep 0.2
settled || fail 'it is refused'
is 'the reloads' "$(story "$after" | sed -n 's/^reload: //p' |
    grep -v '^done, 0 changes')" "$(words \
    'restart a: command' 'done, 1 change, 0 refused' 'start in/e' \
    'done, 1 change, 0 refused')"

# A supervisor is restarted by its own while it is being changed.
a='-s 200'
more="[supervisor:low]
max_restarts = 0
$(worker low/x '-s 300')
$(worker low/y)"
tree
becomes 'a supervisor that gives up at once' '~a' '-in/e' '+low/x' '+low/y'
more="[supervisor:low]
max_restarts = 0
$(worker low/y '-s 1')
$(worker low/z)"
tree
after=$(story_length)
kill -KILL "$(pid_of low/y)"
hears '^low/x: told to stop' "$after"
hang_up
hears '^low: up$' "$after"
is 'who lives' "$(living | sed 's/ .*//')" \
    "$(words a in/b in/c low/y low/z)"
says '^(error: )?reload: done, .* 0 refused' "$after" ||
    fail "$(story "$after")"
becomes 'nothing is left to be done'
says '^reload: done, 0 changes' "$hang_up_after" || fail 'something is left'
kill -KILL "$(pid_of low/z)"
hears '^low: up$' "$hang_up_after"
is 'who lives in its next life' "$(living | sed 's/ .*//')" \
    "$(words a in/b in/c low/y low/z)"

# A supervisor ends for good at the very moment when it is to be changed.
more="[supervisor:gone]
restart = temporary
auto_shutdown = any_significant
$(worker gone/x)
restart = transient
significant = yes"
tree
becomes 'a temporary supervisor' '-low/y' '-low/z' '+gone/x'
more="$more
shutdown = 7s"
tree
after=$(story_length)
kill -STOP "$reeved"
kill -TERM "$(pid_of gone/x)"
kill -HUP "$reeved"
await '! is_alive "$(pid_of gone/x)"'
kill -CONT "$reeved"
hears '^reload: done, .* 0 refused' "$after"
hears '^gone: down' "$after"
is 'who lives' "$(living | sed 's/ .*//')" "$(words a in/b in/c)"
becomes 'nothing is left to be done'

# While everything stops: nothing is begun any more, and what was is cut short.
a=-i more=
tree
hang_up
deaf=$(pid_of a)
after=$(story_length)
kill -TERM "$reeved"
hears '^a: told to stop$' "$after"
kill -HUP "$reeved"
hears '^got SIGHUP while ending: nothing to reload' "$after"
kill -KILL "$deaf"
ends_with 0
start
deaf=$(pid_of a)
a='-s 301' more=$(worker in/d)
tree
kill -HUP "$reeved"
hears '^a: told to stop$'
kill -TERM "$reeved"
hears '^got SIGTERM$'
kill -KILL "$deaf"
ends_with 0
says '^warning: reload: cut short' || fail 'it is not said'
starts=$(starts_of in/d)
is 'starts after the end' "$starts" 0

# While the tree comes up: when its turn comes.
a='-w 300' more=
tree
: >"$ledger"
launch
await '[ -s "$run/reeved.pid" ]'
await 'grep -q "^start a " "$ledger"'
more=$(worker in/d)
a='-w 301'
tree
kill -HUP "$reeved"
hears '^reload: done, 2 changes, 0 refused$'
is 'starts' "$(booked | grep -c '^+a$') $(starts_of in/d)" '2 1'
stop

# Before it listens it waits, from the moment on when the program holds it.
# (A fork may hold all of them, in the shell that is to become it.)
cat reeve.conf >old.conf
read -r shell </proc/$$/comm
delay=0
while [ $delay -le 60 ]; do
	launch
	await 'awk -v shell="$shell" "/^Name:/ { early = \$2 == shell }
	    /^SigBlk:/ { exit early || \$2 !~ /[13579bdf]\$/ }" \
	    "/proc/$reeved/status"'
	sleep "$(awk -v ms=$delay 'BEGIN { print ms / 1000 }')"
	kill -HUP "$reeved"
	await 'has_said "^running, " || has_ended'
	kill -TERM "$reeved" 2>/dev/null
	await has_ended
	wait "$reeved"
	code=$?
	reeved=
	[ $code -eq 0 ] || fail "SIGHUP after $delay ms: exit code $code"
	delay=$((delay + 6))
done

# Late ones do not end it either.
i=0
while [ $i -lt 5 ]; do
	start
	(
		while kill -HUP "$reeved" 2>/dev/null; do :; done
	) &
	kill -TERM "$reeved"
	ends_with 0
	i=$((i + 1))
done
