# A daemon that is stopped: reevectl does not wait for it for ever, and says
# what is the matter. One that is only busy is waited for, however long.
. "$SRCDIR/tests/integration/lib"
need_proc

write_conf <<-END2
	log_dir = $PWD
	[worker:db]
	command = $standin
	[worker:slow]
	command = sh -c 'trap "" TERM; while :; do sleep 1; done'
	shutdown = 700ms
END2
socket=$run/reeve.sock
ctl() { "$BUILDDIR/reevectl" -s "$socket" --timeout 200ms "$@"; }

# state_of PID: the letter of /proc.
state_of() {
	sed 's/.*) //; s/ .*//' "/proc/$1/stat"
}

# silent CODE ARGUMENT...: so it ends, and it says why.
silent() {
	silent_code=$1
	shift
	ctl "$@" >said 2>&1
	is "the exit code of $*" "$?" "$silent_code"
	case $linux in
	1) is "$*" "$(head -n 2 said)" "reevectl: reeved (pid $reeved) has \
not answered for 200ms: it is stopped (state T)
'kill -CONT $reeved' lets it go on" ;;
	*) is "$*" "$(head -n 1 said)" \
	    'reevectl: reeved has not answered for 200ms' ;;
	esac
	is "is it known what becomes of $*" \
	    "$(grep -c '^it is not known whether' said)" \
	    $((silent_code == 75))
}

# Busy for longer than --timeout.
start
ctl restart slow >said 2>&1 || fail "restart: $(cat said)"
is 'the restart of slow' "$(sed 's/[0-9][0-9]*/PID/' said)" \
    'slow started, pid PID'
[ "$(starts_of slow)" -eq 2 ] || fail 'slow is not restarted'

before=$(pid_of db)
kill -STOP "$reeved"
await '[ "$(state_of "$reeved")" = T ]'
silent 2 ping
silent 2 status
silent 2 status db
silent 2 logs -f db
silent 2 events -f
silent 2 reload --dry-run
silent 75 restart db
silent 75 signal db USR1
"$BUILDDIR/reevectl" --complete -s "$socket" status d >said 2>&1
is 'the exit code of a completion' "$?" 2
is 'a completion' "$(cat said)" ''

# What was sent is carried out.
kill -CONT "$reeved"
await '[ "$(pid_of db)" != "$before" ]'
await 'ctl ping >said 2>&1'
for wrong in 0s 5 x; do
	ctl --timeout $wrong ping >said 2>&1
	is "the exit code of --timeout $wrong" "$?" 64
	grep -q "^reevectl: --timeout '$wrong': " said || fail "$(cat said)"
done
ctl --timeout infinity ping >said 2>&1 || fail "$(cat said)"
"$BUILDDIR/reevectl" restart --help >said
grep -q '^It waits until this is done\.$' said || fail "$(cat said)"
stop
