# The options that start nothing, and options that do not exist.
. "$SRCDIR/tests/integration/lib"

# runs CODE ARGUMENT...: the daemon ends at once with that code; ./out, ./err.
runs() {
	runs_code=$1
	shift
	$REEVED "$@" >out 2>err </dev/null
	runs_found=$?
	[ $runs_found -eq "$runs_code" ] ||
	    fail "reeved $*: exit code $runs_found: $(cat err)"
}

# holds FILE PATTERN: a line of it matches.
holds() {
	grep -Eq -- "$2" "$1" || fail "no '$2' in $1: $(cat "$1")"
}

for option in -h --help; do
	runs 0 $option
	holds out '^usage: reeved '
	for word in --config --test --print --keys --daemon --help --version; do
		holds out "(^|[ ,])$word( |\$)"
	done
	is 'the error output' "$(cat err)" ''
done
for option in -V --version; do
	runs 0 $option
	holds out '^reeved [0-9]+\.[0-9]+'
done

for arguments in --nonsense -x 'extra' '-t extra' '-c' '--config'; do
	# shellcheck disable=SC2086 # several
	runs 64 $arguments
	holds err '^usage: reeved '
	is 'the output' "$(cat out)" ''
done

write_conf <<END
environment_inherit = PATH HOME
[supervisor]
strategy = rest_for_one
max_restarts = 7
max_seconds = 1m
[worker]
umask = 027
environment = GREETING="hello, world" EMPTY=
[worker:db]
command = /bin/sh -c 'echo "it''s \$\$ \${HOME} ; # %s"; exit 0'
ready = exit
start_timeout = 250ms
exit_normal = 0 3
limit_nofile = 256
[supervisor:web]
strategy = one_for_all
shutdown = 10s
auto_shutdown = all_significant
[worker:web/app]
command = $standin -r 3
ready = fd:3
restart = transient
significant = yes
stop_signal = QUIT
restart_delay = 1s
stdin = text:secret\nlines
stdout = file:$PWD/app.out
stderr = stdout
[dynamic:web/jobs]
max_children = 10
restart = temporary
command = /bin/sleep 10
END
for option in -t --test; do
	runs 0 -c reeve.conf $option
	is 'the verdict' "$(cat out)" \
	    'reeve.conf: fine: 3 supervisors, 2 workers'
done
runs 0 --config reeve.conf --print
mv out first.conf
is 'the error output' "$(cat err)" ''
for line in '[worker:web/app]' 'max_restarts = 7' 'restart = transient' \
    'umask = 027' 'stop_signal = QUIT' 'max_children = 10' \
    'start_timeout = 250ms' 'shutdown = 10s' 'shutdown = 5s'; do
	grep -Fqx "$line" first.conf || fail "--print does not print '$line'"
done
chmod 644 first.conf
runs 0 -c first.conf --print
cmp out first.conf || fail 'what --print prints does not print the same'
runs 0 -c first.conf --test
runs 0 --keys
grep -q '^umask  .*  022  *restart  ' out || fail '--keys does not list umask'

[ ! -e "$run" ] || fail 'a run directory was made'
runs 64 --test extra
