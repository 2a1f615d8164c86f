# A TERM at any moment of the start ends the daemon in order, and leaves
# nothing. COUNT of them (15), at random times by SEED.
. "$SRCDIR/tests/integration/lib"
count=${COUNT:-15}
seed=${SEED:-$(date +%s)}
echo "SEED=$seed COUNT=$count"

write_conf <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:a]
command = $standin -r 3 -w 20
[worker:setup]
ready = exit
command = /bin/sh -c 'sleep 0.01'
[supervisor:in]
strategy = one_for_all
[worker:in/b]
command = $standin -r 3 -w 20 -k $kinds
[worker:in/c]
command = $standin
ready = exec
[worker:d]
command = $standin -r 3 -w 20
END

awk -v seed="$seed" -v count="$count" 'BEGIN {
	srand(seed)
	for (i = 0; i < count; i++)
		printf "%.3f\n", rand() * 0.15
}' >delays
# However slow the machine is, this one comes late enough to tell something.
echo up >>delays
early=0
while read -r delay; do
	: >"$ledger"
	launch
	case $delay in
	up) hears '^a: started, ' ;;
	*) sleep "$delay" ;;
	esac
	kill -TERM "$reeved"
	await has_ended
	wait "$reeved"
	code=$?
	reeved=
	check_nobody
	[ "$delay" != up ] || [ $code -eq 0 ] || fail "it ends with $code"
	# Before it listens to signals nothing has been started yet.
	if [ $code -eq 143 ]; then
		early=$((early + 1))
		[ ! -s "$ledger" ] || fail "killed after $delay s, with workers"
		continue
	fi
	[ $code -eq 0 ] || fail "exit code $code after $delay s"
	# The stops are the starts, backwards.
	is "the stops after $delay s" "$(outline | sed -n 's/^-//p')" \
	    "$(outline | sed -n 's/^+//p' | sed '1!G;h;$!d')"
done <delays
echo "$early of $count came before it listened"
