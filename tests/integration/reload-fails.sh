# A file without errors, but with programs that do not exist, do not start, or
# end at once: nothing that runs is stopped for a program that cannot run; a
# start that fails is reported with its reason, and the next reload tries it
# again; the client is told the result; each step is an event.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

ctl() {
	"$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@"
}
worker() {
	printf '[worker:%s]\ncommand = %s\n' "$1" "${2:-$standin -r 3}"
}
tree() {
	edit <<END
[worker]
environment = LEDGER=$ledger
ready = fd:3
start_timeout = 10s
$(worker a "${a:-}")
${a_key:-}
[supervisor:s]
strategy = one_for_all
$(worker s/x "${x:-}")
${x_key:-}
$(worker s/y)
${more:-}
END
}
# refuses PATTERN...: reevectl reload is refused, with these errors and no
# others; every process stays.
refuses() {
	refuses_before=$(living)
	refuses_after=$(story_length)
	ctl reload >said 2>errors && fail 'it is accepted'
	is 'standard output' "$(cat said)" ''
	is 'the errors' "$(awk 'END { print NR }' errors)" $(($# + 1))
	grep -q '^reevectl: refused, nothing is changed$' errors ||
	    fail "said: $(cat errors)"
	for refuses_pattern; do
		grep -Eq -- "$refuses_pattern" errors ||
		    fail "no '$refuses_pattern' in: $(cat errors)"
		says "^error: reload: $refuses_pattern" "$refuses_after" ||
		    fail "no '$refuses_pattern' in the log"
	done
	is 'who lives' "$(living)" "$refuses_before"
}
tree
start
conf=$PWD/reeve.conf

# What would be stopped for a program that is not there runs on.
a=/no/such/program
tree
refuses "$conf:7: \\[worker:a\\] cannot run: executing '$a': No such file"
before=$(living)
ctl reload --dry-run >said 2>errors && fail 'a dry run is accepted'
grep -q "$conf:7: .*/no/such/program" errors || fail "said: $(cat errors)"
a=no-such-program
x=$PWD
tree
refuses "$conf:7: .*executing '.*no-such-program'" \
    "$conf:12: \\[worker:s/x\\] cannot run: executing '$PWD': .*denied"
printf '#!/bin/sh\n' >script
chmod 644 script
a=$PWD/script x=
tree
refuses "$conf:7: .*executing '$PWD/script': Permission denied"
a="$standin -r 3 \${NOT_THERE}"
tree
refuses "$conf:7: .*there is no 'NOT_THERE' in its environment"
a='' a_key='directory = /no/such/directory'
tree
refuses "$conf:7: .*'/no/such/directory': No such"
a_key="environment_file = $PWD/none"
tree
refuses "$conf:7: .*$PWD/none"
a_key='restart = temporary' a=/no/such/program
tree
refuses "$conf:7: .*executing '/no/such/program'"
is 'the starts' "$(story | grep -c ': started, ')" 3
a='' a_key=''
tree
becomes 'the good file'
plans ''

# A dry run is for the client alone.
after=$(story_length)
a=/no/such/program
tree
ctl reload --dry-run >said 2>&1 && fail 'a dry run is accepted'
sed -i 's/^\[worker:a/[wrker:a/' reeve.conf
touch -t 202001010000 reeve.conf
ctl reload --dry-run >said 2>&1 && fail 'a dry run is accepted'
grep -q "$conf:7: .*wrker" said || fail "said: $(cat said)"
is 'what the log has of it' "$(story "$after")" ''
a=

# The same of one that is down, or new: it is said, and all else is done.
more="$(worker n /no/such/program)
$(worker o)"
a_key='shutdown = 9s'
tree
after=$(story_length)
ctl reload >said 2>errors && fail 'it is accepted'
is 'what is said' "$(cat errors)" "$(words 'reevectl: not done in full' \
    'change a: shutdown' 'start n' 'start o' "cannot start n: start_failed: \
executing '/no/such/program': No such file or directory")"
is 'who lives' "$(living | sed 's/ .*//')" "$(words a o s/x s/y)"
ctl status n >said && fail 'n is up'
# Tried again: the same, then with another file.
ctl reload >said 2>errors && fail 'it is accepted'
is 'what is said' "$(cat errors)" "$(words 'reevectl: not done in full' \
    'start n' "cannot start n: start_failed: executing '/no/such/program': \
No such file or directory")"
more="$(worker n)
$(worker o)"
tree
becomes 'a program that is there' '+n'
plans 'start n: command'
becomes 'nothing more'
plans ''

# One that ends before it is ready; in a new supervisor, all of that one.
more="$(worker n)
$(worker o)
[supervisor:t]
$(worker t/u)
$(worker t/v "$standin -e 0 -x 3")
$(worker t/w)"
tree
ctl reload >said 2>errors && fail 'it is accepted'
is 'what is said' "$(cat errors)" "$(words 'reevectl: not done in full' \
    'start t' 'cannot start t: start_failed: because of t/v')"
is 'who lives' "$(living | sed 's/ .*//')" "$(words a n o s/x s/y)"
more="$(worker n)
$(worker o)
[supervisor:t]
$(worker t/u)
$(worker t/v)
$(worker t/more)"
tree
becomes 'all of it starts' '+t/u' '+t/v' '+t/more'
plans 'stop and delete t/w' 'start t' 'change t/v: command'

# A child that a client has stopped stays down, even if a start of it has failed
# before.
more=$(worker n "$standin -e 0 -x 3")
tree
ctl terminate-child n || fail 'no answer'
becomes 'n is down' '-o' '-t/u' '-t/v' '-t/more'
ctl restart-child n >said 2>&1 && fail 'it starts'
ctl terminate-child n || fail 'no answer'
more=$(worker n)
tree
becomes 'it is stopped by hand'
plans 'change n: command'
more=
tree
becomes 'it is gone'

# A change that starts to fail only when it runs is a failed restart like any
# other: it counts, and its supervisor gives up in the end; the next one up has
# a new life of it, by the same file.
x="$standin -e 0 -x 3"
x_key='restart = transient'
tree
# Over two levels, which a slow machine may take its time for.
sed -i 's/^strategy = .*/&\nmax_seconds = 1h/
s/^\[worker\]$/[supervisor]\nmax_seconds = 1h\n&/' reeve.conf
touch -t 202001010000 reeve.conf
after=$(story_length)
hang_up
hears '^error: s: gives up' "$after"
says '^error: reload: cannot restart s/x: start_failed: exited with code 3' \
    "$after" || fail "$(story "$after")"
await has_ended
wait "$reeved"
code=$?
reeved=
is 'the exit code' "$code" 1

# Each step is an event, and what it leads to says so.
x='' x_key='' a_key='' more="$(worker n)
$(worker o)"
tree
start
x="$standin -r 3 -s 1" a_key='shutdown = 8s
nice = 3' more="$(worker p)
$(worker q /no/such/program)"
tree
ctl reload >said 2>&1 && fail 'it is accepted'
ctl events >history
is 'the steps' "$(sed -n 's/ *\[after [0-9]*\]$//
    s/^ *[0-9]* *[^ ]* *\([^ ]*: the reload .*\)/\1/p' history)" "$(words \
    '/: the reload asked for another list' \
    'a: the reload (shutdown, nice) asked for a change' \
    's: the reload asked for another list' \
    's/x: the reload (command) asked for a change' \
    'o: the reload asked for a stop' 'o: the reload asked for a removal' \
    'n: the reload asked for a stop' 'n: the reload asked for a removal' \
    's/x: the reload (command) asked for a restart' \
    'p: the reload asked for a start' 'q: the reload asked for a start' \
    "q: the reload could not start it: start_failed: executing \
'/no/such/program': No such file or directory")"
grep -q "s/y: started, pid [0-9]*, because the reload (command) asked for \
a restart of s/x, and s is one_for_all" history ||
    fail "no cause: $(cat history)"
stop
