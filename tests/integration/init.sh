# The init script as a system calls it: each action in each state, with the exit
# codes of the Linux Standard Base; with the system's own helpers and without.
. "$SRCDIR/tests/integration/lib"
need_proc

root=$PWD/root
build=${BUILDDIR#"$SRCDIR"/}
unset MAKEFLAGS MAKELEVEL MFLAGS
# A system that runs systemd must not be asked to.
SYSTEMCTL_SKIP_REDIRECT=1
export SYSTEMCTL_SKIP_REDIRECT
(cd "$SRCDIR" && make -s BUILD="$build" prefix="$root" exec_prefix="$root" \
    sysconfdir="$root/etc" initscript=lsb initdir="$root/etc/init.d" \
    defaultdir="$root/etc/default" systemdunitdir= tmpfilesdir= \
    sysusersdir= logrotatedir= install) >said 2>&1 || fail "$(cat said)"
conf=$root/etc/reeve/reeve.conf

# act CODE ACTION...: the script exits with that code; what it says is in said.
act() {
	act_code=$1
	shift
	sh "$script" "$@" >said 2>&1 </dev/null
	act_found=$?
	[ $act_found -eq "$act_code" ] || fail "$* exits with $act_found and \
not $act_code: $(cat said)"
	reeved=
	[ ! -s "$run/reeved.pid" ] || read -r reeved <"$run/reeved.pid"
}

# answers PATTERN: the script has said so (grep -E).
answers() {
	grep -Eq -- "$1" said || fail "it does not say '$1': $(cat said)"
}

# tree [LINE...]: the configuration, with more lines at the end.
tree() {
	write_conf <<-END
	log = $PWD/reeved.log
	[worker]
	environment = LEDGER=$ledger
	ready = fd:3
	[worker:a]
	command = $standin -r 3 -w 300 -s 300
	END
	[ $# -eq 0 ] || printf '%s\n' "$@" >>reeve.conf
	cp reeve.conf "$conf.new" && mv "$conf.new" "$conf"
}

# settings [LINE...]: what the administrator has set.
settings() {
	{
		echo "PIDFILE=$run/reeved.pid"
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} >"$root/etc/default/reeve"
}

# worker PATH: its pid, by the ledger.
worker() {
	awk -v path="$1" '$1 == "start" && $2 == path { pid = $3 }
	END { print pid }' "$ledger"
}

# started PATH: how often, by the ledger.
started() {
	grep -c "^start $1 " "$ledger"
}

# murder: kill the daemon, and nothing else.
murder() {
	murdered=$reeved
	kill -KILL "$murdered"
	# Gone with all its threads: as a zombie it may hold its lock yet.
	await '! kill -0 "$murdered" 2>/dev/null'
	reeved=
}

# When nothing runs.
idle() {
	act 3 status
	act 0 stop
	act 7 reload
	act 7 force-reload
	act 0 try-restart
	act 2
	answers '^usage: '
	act 2 jump
	act 2 start stop
	[ ! -s "$ledger" ] || fail 'something was started'
}

# From a start to a stop.
life() {
	tree
	act 0 start
	answers "reeve: up, pid $reeved"
	is 'what runs when the start returns' "$(booked)" +a
	says '^running, 1 child$' || fail 'it is not up when the start returns'
	first=$reeved a=$(worker a)
	act 0 status
	answers "running, pid $first"
	act 0 start
	answers "already running, pid $first"
	is 'the daemon after a second start' "$reeved" "$first"

	tree '[worker:b]' "command = $standin -r 3"
	act 0 reload
	answers '^start b$'
	is 'what is started by a reload' "$(booked 1)" +b
	tree '[worker:b]' "command = $standin -r 3" 'commant = x'
	for action in reload force-reload; do
		act 1 $action
		answers "reeve\.conf:[0-9]*: .*commant"
	done
	for action in restart try-restart; do
		act 6 $action
		answers "reeve\.conf:[0-9]*: .*commant"
	done
	act 0 status
	is 'the daemon' "$reeved" "$first"
	is 'what happened through a wrong file' "$(booked 2)" ''
	is 'a worker' "$(worker a)" "$a"
	tree
	act 0 force-reload
	is 'what is stopped by a reload' "$(booked 2)" -b

	# Some of it is done: it is not said that nothing is.
	tree '[worker:b]' "command = $standin -r 3" \
	    '[worker:gone]' 'command = /nonexistent'
	act 1 reload
	answers '^reevectl: not done in full'
	answers '^cannot start gone: '
	answers 'not reloaded, or not in full'
	is 'what is started all the same' "$(booked 3)" +b
	tree
	act 0 reload

	# Where there is no socket to ask over.
	tree '[worker:b]' "command = $standin -r 3"
	settings CONTROL=/nonexistent
	act 0 reload
	await '[ "$(started b)" -eq 3 ]'
	tree 'x = y'
	act 6 reload
	settings
	tree

	act 0 restart
	[ "$reeved" != "$first" ] || fail 'it is the same daemon'
	! is_alive "$first" || fail 'the first one is still there'
	! is_alive "$a" || fail 'its worker is still there'
	first=$reeved
	act 0 try-restart
	[ "$reeved" != "$first" ] || fail 'it is the same daemon'
	a=$(worker a)
	last=$reeved
	act 0 stop
	! is_alive "$last" || fail 'it is still there'
	! is_alive "$a" || fail 'its worker is still there'
	act 3 status
	act 0 restart
	act 0 stop
}

# A daemon that was killed.
killed() {
	act 0 start
	murder
	act 1 status
	act 7 reload
	act 0 start
	a=$(worker a)
	is 'those of a that live' "$(awk '$2 == "a" { print $3 }' "$ledger" |
	    sort -u | while read -r pid; do
		# The numbers of those that are gone may be others' by now.
		! is_alive "$pid" || ! tr '\0' '\n' <"/proc/$pid/environ" |
		    grep -qxF "LEDGER=$ledger" || echo "$pid"
	    done)" "$a"
	act 0 status
	murder
	act 0 stop
	if command -v flock >/dev/null; then
		act 3 status
	fi
	rm -f "$run/reeved.pid"
	# A worker that has outlived it ends with the next one.
	act 0 start
	act 0 stop
}

# Pid files that mean nothing: of others, one of which has the right name.
stale() {
	mkdir -p other && cp "$standin" other/reeved
	other/reeved &
	other=$!
	for text in $other $$ 1 0 -1 99999999 'no pid' ''; do
		printf '%s\n' "$text" >"$run/reeved.pid"
		act 1 status
		act 7 reload
		act 0 try-restart
		act 0 stop
		is_alive $other || fail "what '$text' names was killed"
		printf '%s\n' "$text" >"$run/reeved.pid"
		act 0 start
		act 0 status
		act 0 stop
		is_alive $other || fail "what '$text' names was killed"
	done
	kill -KILL $other
	wait $other 2>/dev/null
}

# Starts that come to nothing.
vain() {
	tree '[worker:bad]' 'command = /nonexistent'
	act 1 start
	answers "bad: .*'/nonexistent'"
	answers 'did not start, reeved ended with 2'
	act 3 status
	# The daemon has told its parent just before it ends.
	await '[ -z "$(others)" ]'
	tree 'x = y'
	act 6 start
	answers "reeve\.conf:[0-9]*: "
	tree
	settings "CONFIG=$PWD/nonexistent.conf"
	act 6 start
	settings "PIDFILE=$run/another.pid"
	act 6 start
	answers "PIDFILE"
	settings DAEMON=/nonexistent
	act 5 start
	settings
	act 3 status
}

# What does not want to stop.
stubborn() {
	tree '[worker:i]' "command = $standin -r 3 -i" 'shutdown = infinity'
	settings STOP_TIMEOUT=1
	act 0 start
	i=$(worker i)
	act 0 stop
	answers 'not stopped after 1 s'
	! is_alive "$i" || fail 'it is still there'
	settings
	tree
}

# Many at once: all are told that it runs, and there is one.
many_orphans() {
	pids=
	for n in 1 2 3 4; do
		sh "$script" start >"said.$n" 2>&1 </dev/null &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || fail "one start of many fails: $(cat said.?)"
	done
	await '[ "$(started a)" -eq "$((before + 1))" ]'
	act 0 status
	act 0 stop
	is 'how often it was started' "$(started a)" "$((before + 1))"
}

# As another user, who can look at root's daemon, and do no more.
stranger() {
	for action in 'start 4' 'stop 0' 'status 3'; do
		other_acts "${action#* }" "${action% *}"
	done
	act 0 start
	for action in 'start 0' 'stop 4' 'reload 4' 'restart 4' 'status 0'; do
		other_acts "${action#* }" "${action% *}"
	done
	act 0 status
	act 0 stop
}

# other_acts CODE ACTION: the same as act, as another user.
other_acts() {
	setpriv --reuid 65534 --regid 65534 --clear-groups \
	    sh "$script" "$2" >said 2>&1 </dev/null
	stranger_code=$?
	[ $stranger_code -eq "$1" ] ||
	    fail "$2 as nobody: $stranger_code, not $1: $(cat said)"
}

# story_of SCRIPT: all of it.
story_of() {
	script=$1
	rm -f "$ledger" && : >"$ledger"
	tree
	settings
	idle
	life
	killed
	stale
	vain
	stubborn
	before=$(started a)
	many_orphans
}

story_of "$root/etc/init.d/reeve"
if is_root && command -v setpriv >/dev/null && setpriv --reuid 65534 \
    --regid 65534 --clear-groups sh -c "test -r '$script' && test -r '$conf' &&
    test -r '$run' && test -x '$root/sbin/reeved'"; then
	stranger
fi

# Without the functions of the LSB, and with few programs.
mkdir bin
for name in cat flock grep ls rm sed sleep; do
	path=$(command -v $name) && ln -s "$path" bin/$name
done
sed -e "s|^PATH=.*|PATH=$PWD/bin|" -e 's|/lib/lsb/|/nonexistent/|g' \
    "$root/etc/init.d/reeve" >bare
if ! grep -q "^PATH=$PWD/bin$" bare || grep -q /lib/lsb bare; then
	fail 'the script is not as this test thinks'
fi
story_of "$PWD/bare"
