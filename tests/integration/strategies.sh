# Kill each worker of a tree with all three strategies in turn: messages and
# workers show that exactly the right siblings restart, in the right order.
. "$SRCDIR/tests/integration/lib"
need_proc

write_conf <<END
[supervisor]
max_restarts = 100

[worker]
environment = LEDGER=$ledger
ready = fd:3

[supervisor:one]
strategy = one_for_one
max_restarts = 100
[worker:one/a]
command = $standin -r 3
[worker:one/b]
command = $standin -r 3

[supervisor:all]
strategy = one_for_all
max_restarts = 100
[worker:all/a]
command = $standin -r 3
[supervisor:all/in]
[worker:all/in/x]
command = $standin -r 3
[worker:all/in/y]
command = $standin -r 3
[worker:all/c]
command = $standin -r 3

[supervisor:rest]
strategy = rest_for_one
max_restarts = 100
[worker:rest/a]
command = $standin -r 3
[worker:rest/b]
command = $standin -r 3
[supervisor:rest/in]
strategy = one_for_all
max_restarts = 0
[worker:rest/in/x]
command = $standin -r 3
[worker:rest/in/y]
command = $standin -r 3
END
paths='one/a one/b all/a all/in/x all/in/y all/c
rest/a rest/b rest/in/x rest/in/y'
told=		# all that is expected of the messages so far
wrote=		# and of the ledger

# expect WORD...: messages and ledger go on with these, and with nothing else.
# What is killed, "!PATH", does not write that down.
expect() {
	for word; do
		told="$told
$(printf '%s\n' "$word" | tr '!' '-')"
		case $word in
		!*) ;;
		*) wrote="$wrote
$word" ;;
		esac
	done
	expect_count=$(printf '%s\n' "$told" | wc -l)
	await '[ "$(outline | wc -l)" -ge $((expect_count - 1)) ]'
	is 'what the messages tell' "
$(outline)" "$told"
	is 'what the workers wrote' "
$(booked)" "$wrote"
}

# shoot PATH WORD...: kill a worker; this follows.
shoot() {
	kill -KILL "$(pid_of "$1")"
	shift
	expect "$@"
	# shellcheck disable=SC2086 # a word for each
	check_family $paths
}

start
expect +one/a +one/b +all/a +all/in/x +all/in/y +all/c +rest/a +rest/b \
    +rest/in/x +rest/in/y

shoot one/a !one/a +one/a
shoot one/b !one/b +one/b
shoot all/a !all/a -all/c -all/in/y -all/in/x +all/a +all/in/x +all/in/y +all/c
shoot all/in/x !all/in/x +all/in/x
shoot all/in/y !all/in/y +all/in/y
shoot all/c !all/c -all/in/y -all/in/x -all/a +all/a +all/in/x +all/in/y +all/c
shoot rest/a !rest/a -rest/in/y -rest/in/x -rest/b \
    +rest/a +rest/b +rest/in/x +rest/in/y
shoot rest/b !rest/b -rest/in/y -rest/in/x +rest/b +rest/in/x +rest/in/y
# This supervisor allows no restart: it gives up, and is the last of its own.
shoot rest/in/x !rest/in/x -rest/in/y +rest/in/x +rest/in/y
says '^error: rest/in: gives up: more than 0 restarts in 5s' ||
    fail 'nothing is said of giving up'
shoot rest/in/y !rest/in/y -rest/in/x +rest/in/x +rest/in/y

stop
expect -rest/in/y -rest/in/x -rest/b -rest/a -all/c -all/in/y -all/in/x -all/a \
    -one/b -one/a
