# The service directories of runit and s6, if these are installed: up when the
# tree is, run again when the daemon dies, but not with a bad file.
. "$SRCDIR/tests/integration/lib"
need_proc
command -v runsv >/dev/null || command -v s6-supervise >/dev/null ||
    skip 'neither runit nor s6 is installed'

root=$PWD/root
build=${BUILDDIR#"$SRCDIR"/}
unset MAKEFLAGS MAKELEVEL MFLAGS
(cd "$SRCDIR" && make -s BUILD="$build" prefix="$root" exec_prefix="$root" \
    sysconfdir="$root/etc" initscript=no systemdunitdir= tmpfilesdir= \
    sysusersdir= logrotatedir= install) >said 2>&1 || fail "$(cat said)"
conf=$root/etc/reeve/reeve.conf

# tree [LINE...]: the configuration, with more lines at the end.
tree() {
	write_conf <<-END
	log = $PWD/reeved.log
	[worker]
	environment = LEDGER=$ledger
	ready = fd:3
	[worker:a]
	command = $standin -r 3 -w 300
	END
	[ $# -eq 0 ] || printf '%s\n' "$@" >>reeve.conf
	cp reeve.conf "$conf.new" && mv "$conf.new" "$conf"
	REEVE_SOCKET=$run/reeve.sock
	export REEVE_SOCKET
}

# look: learn which daemon runs.
look() {
	reeved=
	[ ! -s "$run/reeved.pid" ] || read -r reeved <"$run/reeved.pid"
}

# another PID: wait until another daemon is up than that one.
another() {
	await 'look; [ -n "$reeved" ] && [ "$reeved" != '"$1"' ] &&
	    "$root/bin/reevectl" status / >/dev/null 2>&1'
}

# life UP DOWN STOP: from a start to an end, by shell texts: wait until it is
# up, tell whether it will stay down, stop it.
life() {
	eval "$1" >said 2>&1 || fail "it does not come up: $(cat said)"
	is 'what runs when it is up' "$(booked | head -n 1)" +a
	look
	first=$reeved
	kill -KILL "$first"
	another "$first"
	eval "$1" >said 2>&1 || fail "it does not come up: $(cat said)"
	tree 'x = y'
	kill -TERM "$reeved"
	await "$2"
	tree
	eval "$3" >said 2>&1 || fail "it does not stop: $(cat said)"
	wait "$supervisor"
	supervisor=
	look
	[ -z "$reeved" ] || fail 'it is still there'
	check_nobody
	: >"$ledger"
}

supervisor=
at_first='[ -z "$supervisor" ] || kill -KILL "$supervisor"'
: >"$ledger"
tree
services=$root/share/doc/reeve/examples/init
if command -v runsv >/dev/null; then
	cp -R "$services/runit" service.runit
	runsv service.runit >runsv.out 2>&1 &
	supervisor=$!
	await '[ -e service.runit/supervise/ok ]'
	life 'sv -w 60 start ./service.runit' \
	    'sv status ./service.runit | grep -q "^down: "' \
	    'sv -w 60 exit ./service.runit'
fi
if command -v s6-supervise >/dev/null; then
	# Its sockets, too, want a short name.
	cp -R "$services/s6" service.s6
	s6-supervise service.s6 >s6.out 2>&1 &
	supervisor=$!
	await 's6-svok service.s6'
	life 's6-svwait -U -t 60000 service.s6' \
	    's6-svstat service.s6 | grep -q "^down "' \
	    's6-svc -xd service.s6'
fi
