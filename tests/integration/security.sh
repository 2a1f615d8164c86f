# What reeved(8) claims under SECURITY, tried from outside: by another user, by
# members of its groups, by a user who tries to get other users' files written.
# The tests bad-conf and credentials have what the configuration decides, and
# bad-launcher has what a worker inherits.
# shellcheck disable=SC2086 # some variables are words
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

# What clients or workers have written is shown without what a terminal obeys;
# as it is where no terminal is.
escape=$(printf '\033')
write_conf <<END
log_dir = $PWD/logs
[worker:a]
command = /bin/sh -c 'printf "\\\\033]0;own\\\\007 \\\\033[2J\\\\n"; exec \
$standin -r 3'
ready = fd:3
environment = SECRET=hush
[supervisor:in]
[dynamic:jobs]
command = $standin
allow_arguments = yes
END
ctl="$BUILDDIR/reevectl -s $run/reeve.sock"
start
$ctl start-child in --id x -- \
    "$standin" "${escape}[31mred" 2>said || fail "start-child: $(cat said)"
for verb in status tree paths 'childspec a' 'childspec in/x' events \
    'status --json' 'childspec --json in/x' 'events --json'; do
	$ctl $verb >said 2>&1 || fail "$verb: $(cat said)"
	LC_ALL=C tr -d '\n' <said | LC_ALL=C grep -q '[[:cntrl:]]' &&
	    fail "$verb: it shows $(cat -v said)"
	grep -q hush said && fail "$verb tells a secret"
done
if command -v script >/dev/null; then
	script -qc "$ctl logs -n 5 a" /dev/null </dev/null | tr -d '\r\n' >said
	LC_ALL=C grep -q '[[:cntrl:]]' said &&
	    fail "logs on a terminal: it shows $(cat -v said)"
fi
LC_ALL=C grep -q "$escape" reeved.log && fail 'the log has an escape'

# The log has each request, and the user who made it.
$ctl terminate-child in/x || fail 'terminate-child'
hears "^control: uid $(id -u), pid [0-9]*: TerminateChild in/x\$"

# A worker that a client has started inherits nothing of the client, nor of the
# daemon. Nor can a client give it the path of another worker, by which its
# leftovers are found.
$ctl start-child in --id y --restart temporary --env REEVE_PATH=a -- \
    /bin/sh -c "ls -l /proc/self/fd >$PWD/fds; env >$PWD/env
    exec sleep 1000" >said 2>&1 || fail "start-child: $(cat said)"
await '[ -s env ]'
is 'its descriptors' "$(awk 'NF > 8 { print $(NF - 2) }' fds | tr '\n' ' ')" \
    '0 1 2 3 '	# the last one is of ls
is 'its path' "$(grep '^REEVE_PATH=' env)" 'REEVE_PATH=in/y'
grep -q 'XDG_RUNTIME_DIR\|SECRET' env && fail 'it has our environment'

# The daemon shows no other process its memory.
is 'its cores' "$(awk '/^Max core file size/ { print $5 }' \
    "/proc/$reeved/limits")" 0
is_root || [ "${linux:-0}" -ne 1 ] ||
    [ -z "$(ls "/proc/$reeved/fd" 2>/dev/null)" ] ||
    fail 'its descriptors are for others to see'
stop

is_root && command -v setpriv >/dev/null || exit 0
group() {
	awk -F : -v line="$1" '$3 > 0 && $3 < 60000 && ++n == line {
		print $(field + 1) }' field="$2" /etc/group
}
chmod 755 "$PWD"
for dir in "$PWD" "$BUILDDIR"; do
	setpriv --reuid=65534 --clear-groups test -x "$dir" ||
	    skip "others do not get into $dir"
done

# as GROUP COMMAND...: as a user who is a member of that group, and no more.
# With POSIX alone the daemon knows only a user's first group.
as() {
	as_group=$1 as_first=65534
	shift
	[ "${linux:-0}" -eq 1 ] || as_first=$as_group
	setpriv --reuid=65534 --regid="$as_first" --groups="$as_group" "$@"
}
may() {
	as "$1" $ctl status >said 2>&1 || fail "group $1 may not look"
}
may_not() {
	may_not_who=$1
	shift
	as "$may_not_who" $ctl "$@" >said 2>&1
	may_not_code=$?
	[ $may_not_code -eq 3 ] ||
	    fail "group $may_not_who may $*: $may_not_code: $(cat said)"
}
control=$(group 1 2) look=$(group 2 2)
write_conf <<END
control_group = $(group 1 0)
status_group = $(group 2 0)
[worker:a]
command = $standin
[supervisor:in]
[dynamic:jobs]
command = $standin
[dynamic:open]
command = $standin
allow_arguments = yes
END
start
for verb in status tree ping events 'childspec a' 'terminate-child a' \
    'start-child jobs' 'signal a HUP' reload reopen shutdown; do
	may_not 65534 $verb
done
hears '^warning: control: uid 65534, pid [0-9]*: permission denied$'
# Of a path, as init scripts answer: not known, which is not "not running".
cannot_tell() {
	as 65534 $ctl status a >said 2>&1
	is 'the exit code of status a' "$?" 4
}
cannot_tell
chmod 600 "$run/reeve.sock"
cannot_tell
may_not 65534 status
chmod 666 "$run/reeve.sock"
may "$look"
may "$control"
for verb in 'terminate-child a' 'restart a' 'start-child jobs' 'signal a HUP' \
    reload reopen shutdown 'shutdown --now'; do
	may_not "$look" $verb
done
as "$control" $ctl restart a >said 2>&1 || fail "control: $(cat said)"
as "$control" $ctl start-child jobs --id j >said 2>&1 || fail "$(cat said)"
as "$control" $ctl start-child open --id o -- -s 1 >said 2>&1 ||
    fail "allow_arguments: $(cat said)"
may_not "$control" start-child in --id x -- /bin/sh
may_not "$control" start-child jobs --id k -- -s 1
may_not "$control" start-child jobs --id k --env LD_PRELOAD=x
hears "^control: uid 65534, pid [0-9]*: Restart a\$"

# One user has eight places; the others do not feel it.
followers=
i=0
while [ $i -lt 8 ]; do
	i=$((i + 1))
	as "$look" $ctl events -f >follow.$i &
	followers="$followers $!"
	await "[ -s follow.$i ]"
done
as "$look" $ctl status >said 2>&1 && fail 'a ninth client is let in'
$ctl status >said || fail "root is kept out: $(cat said)"
kill -KILL "$(pid_of a)"
await '[ "$(starts_of a)" -eq 3 ]'
# They end with the daemon: a kill would reach but the shell that waits for one.
kill -TERM "$reeved"
wait $followers
ends_with 0

# A directory of another user, who swaps what is in it: nothing but what is his
# is ever written to.
mkdir trap
chmod 777 trap
chown 65534 trap
echo precious >precious
chmod 600 precious
echo public >public
chmod 666 public
for kind in file log_dir log; do
	rm -rf trap/* enough
	case $kind in
	file) stdout="file:$PWD/trap/target" head= ;;
	log_dir) stdout=log head="log_dir = $PWD/trap" ;;
	log) stdout=null head="log = $PWD/trap/target.log" ;;
	esac
	{
		[ -z "$head" ] || echo "$head"
		cat <<END
[supervisor]
max_restarts = 1000000
[worker:target]
command = /bin/echo overwritten
stdout = $stdout
stderr = null
END
	} | write_conf
	name=trap/target
	[ $kind = file ] || name=trap/target.log
	: >reeved.log
	tries=0
	as 65534 "$BUILDDIR/fileswap" $name "$PWD/precious" "$PWD/enough" \
	    >swaps &
	swapper=$!
	as 65534 "$BUILDDIR/fileswap" $name "$PWD/public" "$PWD/enough" \
	    >swaps.2 &
	swapper2=$!
	# Most starts are refused; it is tried until there were enough.
	while [ $tries -lt 40 ]; do
		tries=$((tries + 1))
		launch
		await 'has_ended || [ "$(awk "END { print NR }" \
		    reeved.log)" -gt 200 ] || [ $kind = log ]'
		[ $kind != log ] || kill -USR1 "$reeved" 2>/dev/null
		kill -TERM "$reeved" 2>/dev/null
		await has_ended
		wait "$reeved"
	done
	reeved=
	: >enough
	wait $swapper $swapper2
	is "precious, by $kind" "$(cat precious)" precious
	is 'its mode' "$(stat -c '%a %U' precious)" '600 root'
	is "public, by $kind" "$(cat public)" public
	echo "$kind: $(cat swaps swaps.2 | tr '\n' ' ')"
done
