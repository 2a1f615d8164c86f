# Hostile clients: many at once, slow ones, some that never read, that send half
# a message or junk, or that die at any point. Meanwhile children are restarted
# and a client of another user is answered; no process is lost, and nothing is
# kept for clients that are gone.
. "$SRCDIR/tests/integration/lib"
need_proc
hostile=$BUILDDIR/hostile
many=${CROWD:-1000}
junk=${JUNK:-67108864}
rounds=${LATENCY:-20}

# If the test is root, the hostile clients are another user, who may look.
group=$(awk -F : '$3 == 65534 { print $1; exit }' /etc/group)
if is_root && [ -n "$group" ]; then
	run=$(mktemp -d) || fail 'no temporary directory'
	chmod 755 "$run"
	cp "$hostile" "$run" && hostile="$run/hostile -u 65534"
	looks="status_group = $group"
else
	looks='# harm is meant by the same user'
fi
write_conf <<END
$looks
[supervisor]
max_restarts = 100000
[worker]
environment = LEDGER=$ledger
[worker:a]
command = $standin
[worker:b]
command = $standin
[supervisor:c]
strategy = one_for_all
max_restarts = 100000
[worker:c/d]
command = $standin
[worker:c/e]
command = $standin
[dynamic:pool]
command = $standin
END
start
socket=$run/reeve.sock
ctl() { "$BUILDDIR/reevectl" -s "$socket" "$@"; }

# restarts: each of them dies and is back.
restarts() {
	for path in a b c/e; do
		starts=$(starts_of "$path")
		kill -KILL "$(pid_of "$path")"
		await '[ "$(starts_of "$path")" -gt "$starts" ]'
	done
}

# held WHAT: what the daemon has: descriptors (root alone sees them; else 0), or
# KiB of memory.
held() {
	case $1 in
	descriptors) find "/proc/$reeved/fd" -type l 2>/dev/null | wc -l ;;
	memory) awk '/^VmRSS/ { print $2 }' "/proc/$reeved/status" ;;
	esac
}

# attack MODE [N]: begin, and while it goes on, see that all others are served.
attack() {
	attack_mode=$1
	shift
	rm -f "said.$attack_mode"
	# shellcheck disable=SC2086 # may be a command with options
	$hostile "$attack_mode" "$socket" "$@" >"said.$attack_mode" 2>&1 &
	attackers="$attackers $!"
	await '[ -s "said.$attack_mode" ]' 120
	restarts
	case $looks in
	status_group*)
		ctl ping >pong || fail "during $attack_mode: $(cat pong)"
		;;
	esac
	echo "$attack_mode: $(cat "said.$attack_mode")"
}

# measure WHEN: tell how long a restart takes now; it is not judged.
measure() {
	measure_said=took.$1
	"$BUILDDIR/hostile" latency "$run/$1" "$rounds" >"$measure_said" 2>&1 &
	measure_pid=$!
	await '[ -s "$measure_said" ]'
	ctl start-child / --id "$1" -- "$BUILDDIR/hostile" stamp "$run/$1" \
	    >out 2>&1 || fail "$(cat out)"
	wait "$measure_pid" || fail "$(cat "$measure_said")"
	echo "$1: $(sed 1d "$measure_said")"
	ctl terminate-child "$1" || fail 'it cannot be stopped'
	rm -f "$run/$1"
}

# retreat: all attackers go, and their places are free again.
retreat() {
	# shellcheck disable=SC2086 # pids
	kill $attackers 2>/dev/null
	# shellcheck disable=SC2086 # pids
	wait $attackers 2>/dev/null
	attackers=
	await 'ctl ping >pong'
}

attackers=
at_first='[ -z "$attackers" ] || kill $attackers 2>/dev/null'
at_last='case $looks in status*) rm -rf "$run" ;; esac'
quiet=$(held descriptors)
measure quiet
for round in 1 2; do
	for mode in drip deaf half "junk $junk"; do
		# shellcheck disable=SC2086 # words
		attack $mode
	done
	await 'grep -q "hung up on" said.drip' 30
	retreat
	attack flood "$many"
	retreat
	await '[ "$(held descriptors)" -eq "$quiet" ]'
	[ "$round" -eq 2 ] || memory=$(held memory)
done
echo "memory: $memory KiB after one round, $(held memory) KiB after two"
grep -q -- -fsanitize= "$BUILDDIR/config.mk" "$SRCDIR/config.mk" 2>/dev/null ||
    [ "$(held memory)" -le $((memory + 4096)) ] || fail 'memory is lost'

# All of them at once; a client that is let in measures.
case $looks in
status_group*)
	for mode in "drip $socket" "deaf $socket" "half $socket" \
	    "junk $socket 1099511627776" "flood $socket $many"; do
		# shellcheck disable=SC2086 # words
		$hostile $mode >/dev/null 2>&1 &
		attackers="$attackers $!"
	done
	await 'ctl status / | grep -q up'
	measure attacked
	retreat
	;;
esac

# A client that dies while it sends a call has not asked; one that dies while it
# reads the reply has.
"$BUILDDIR/hostile" cut "$socket" >said.cut 2>&1 || fail "$(cat said.cut)"
cat said.cut
want=$(awk '/of a reply/ { print 1 + $NF }' said.cut)
await '[ "$(ctl count-children pool)" = \
    "active $want, specs $want, supervisors 0, workers $want" ]'
restarts
# With each child that was started there is its pidfd, and nothing else.
[ "$quiet" -eq 0 ] ||
    await '[ "$(held descriptors)" -eq $((quiet + want * ${linux:-0})) ]'
stop
