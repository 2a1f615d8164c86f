# A TERM before the tree is up stops what has been started, in order, and waits
# for no worker that is not up yet; the exit code is that of a stop.
. "$SRCDIR/tests/integration/lib"

tree() {
	write_conf <<END
log = $PWD/reeved.log
log_dir = $PWD/logs
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:a]
command = $standin -r 3
[supervisor:in]
strategy = $1
[worker:in/b]
command = $standin -r 3
[worker:in/never]
command = $standin
[worker:in/c]
command = $standin -r 3
[worker:d]
command = $standin -r 3
END
	: >reeved.log
	rm -f "$ledger"
}

for strategy in one_for_one one_for_all rest_for_one; do
	tree $strategy
	launch
	await '[ -f "$ledger" ] && [ "$(booked | tail -n 1)" = +in/never ]'
	kill -TERM "$reeved"
	ends_with 0
	is 'what the workers did' "$(booked)" \
	    "$(words +a +in/b +in/never -in/never -in/b -a)"
done

# The same behind an init script: it is told that the tree is not up.
tree one_for_one
$REEVED -c reeve.conf --daemon >printed 2>&1 &
parent=$!
await '[ -f "$ledger" ] && [ "$(booked | tail -n 1)" = +in/never ]'
kill -TERM "$(cat "$run/reeved.pid")"
wait $parent
await '[ -z "$(others)" ]'
is 'what the workers did' "$(booked)" \
    "$(words +a +in/b +in/never -in/never -in/b -a)"

# One that is started again is another matter: a restart is finished before a
# stop has its turn, as in OTP; the second TERM waits for nothing.
write_conf <<END
log = $PWD/reeved.log
log_dir = $PWD/logs
[worker:a]
command = $standin -l $ledger
[worker:once]
ready = fd:3
command = /bin/sh -c 'test \$REEVE_RESTARTS = 0 && echo >&3; exec sleep 1000'
END
: >reeved.log
launch
hears '^running, '
kill -KILL "$(pid_of once)"
hears '^warning: once: was killed by SIGKILL'
kill -TERM "$reeved"
hears '^stopping'
kill -TERM "$reeved"
ends_with 0
