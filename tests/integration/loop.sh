# A worker that crashes again and again: its supervisor gives up after exactly
# max_restarts, a delay slows the restarts, and supervisors above go on.
. "$SRCDIR/tests/integration/lib"

# Exactly max_restarts.
for count in 0 1 5; do
	write_conf <<END
[supervisor]
max_restarts = $count
max_seconds = 1m
[worker:a]
command = /bin/false
END
	launch
	ends_with 1
	is "the starts with max_restarts = $count" "$(starts_of a)" \
	    $((count + 1))
done

# Each level up counts its own: 3 starts below, (2 + 1) times in the middle,
# (1 + 1) times at the top.
write_conf <<END
[supervisor]
max_restarts = 1
max_seconds = 1m
[worker:before]
command = $standin
[supervisor:middle]
max_restarts = 2
max_seconds = 1m
[supervisor:middle/low]
max_restarts = 2
max_seconds = 1m
[worker:middle/low/a]
command = /bin/false
END
launch
ends_with 1
is 'the starts' "$(starts_of middle/low/a)" 18
is 'the starts of the sibling' "$(starts_of before)" 1
is 'who gives up' "$(story | sed -n 's/^error: \(.*\): gives up: .*/\1/p' |
    sort | uniq -c | tr -s ' ')" "$(words ' 1 /' ' 2 middle' ' 6 middle/low')"

# The kinds of restart.
write_conf <<END
[worker:transient]
command = /bin/true
restart = transient
[worker:temporary]
command = /bin/false
restart = temporary
[worker:stays]
command = $standin
END
start
hears '^(warning: )?temporary: exited with code 1$'
hears '^(warning: )?transient: exited with code 0$'
[ ! -r /proc/self/stat ] || check_family stays
stop
is 'the starts' "$(starts_of transient) $(starts_of temporary)" '1 1'

# A delay: doubles up to its most, so that 4 restarts take 100 + 200 + 400 ms
# at least less the jitter; in the meantime others are restarted at once.
write_conf <<END
[supervisor]
max_restarts = 1000
max_seconds = 1m
[worker:loops]
command = /bin/false
restart_delay = 100ms
restart_delay_max = 400ms
[worker:other]
command = $standin
END
start
hears '^loops: to be restarted in [0-9]*ms$'
kill -KILL "$(pid_of other)"
hears '^other: started, pid [0-9]*, restart 1$'
await '[ "$(starts_of loops)" -ge 5 ]'
story | sed -n 's/^loops: to be restarted in \([0-9]*\)ms$/\1/p' | head -n 4 |
    awk '{ most = NR == 1 ? 100 : NR == 2 ? 200 : 400
	if ($1 > most * 1.5 || $1 < most / 2)
		print "delay " NR ": " $1 }' >wrong
[ ! -s wrong ] || fail "$(cat wrong)"
kill -TERM "$reeved"
ends_with 0

# A stop while it waits does not wait.
write_conf <<END
[worker:loops]
command = /bin/false
restart_delay = 1h
END
start
hears '^loops: to be restarted in '
stop

# A dynamic supervisor is there, and has nothing to do.
write_conf <<END
[worker:a]
command = $standin
[dynamic:jobs]
max_children = 10
command = /bin/sleep 10
restart = transient
[supervisor:in]
[dynamic:in/jobs]
command = /bin/false
END
start
says '^jobs: up' || fail 'it is not up'
says '^in/jobs: up' || fail 'it is not up'
[ ! -r /proc/self/stat ] || check_family a
stop
