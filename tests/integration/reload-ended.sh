# A reload and children that do not run: ended for good, stopped by hand, or
# added at run time. They stay down; a later start follows the new file.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

ctl() {
	"$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@"
}
worker() {
	printf '[worker:%s]\ncommand = %s %s\n' "$1" "$standin" "${2:-}"
	[ -z "${3:-}" ] || echo "$3"
}
tree() {
	edit <<END
[worker]
environment = LEDGER=$ledger
$(worker a)
[supervisor:s]
max_restarts = 0
${once:-}
$(worker s/k)
${more:-}
END
}
# who: the names of the workers that live.
who() {
	living | sed 's/ .*//'
}
# next_life: have the supervisor s be restarted by its own.
next_life() {
	next_life_after=$(story_length)
	kill -KILL "$(living | sed -n 's/^s.k //p')"
	hears '^s: up$' "$next_life_after"
}

# A temporary one that has ended is not there; nothing brings it back.
once=$(worker s/once '-e 1' 'restart = temporary')
tree
start
hears '^s/once: exited with code 0'
becomes 'the same'
plans ''
once=$(worker s/once '-e 2' 'restart = temporary')
tree
becomes 'what it would run'
plans 'change s/once: command'
becomes 'the same again'
plans ''
is 'its starts' "$(starts_of s/once)" 1
# A sibling that is restarted does not bring it back either.
sed -i '/^max_restarts/a strategy = one_for_all
s/s.k\]/&\numask = 077/' reeve.conf
becomes 'a sibling that is restarted' '~s/k'
is 'its starts' "$(starts_of s/once)" 1
tree
becomes 'as before' '~s/k'
# Its supervisor's next life has it, as the file says now.
once=$(worker s/once '-e 100000' 'restart = temporary')
tree
becomes 'what it would run'
next_life
is 'who lives' "$(who)" "$(words a s/k s/once)"
tr '\0' ' ' <"/proc/$(pid_of s/once)/cmdline" | grep -q 'e 100000' ||
    fail 'it runs something old'

# One that runs is replaced: it cannot be restarted.
once=$(worker s/once '-e 200000' 'restart = temporary')
tree
becomes 'a temporary one that runs' '~s/once'
plans 'stop and delete s/once' 'start s/once: command'
tr '\0' ' ' <"/proc/$(pid_of s/once)/cmdline" | grep -q 'e 200000' ||
    fail 'it runs something old'
# It has to hear the signal, not to be killed by it.
await 'grep -qx "start s/once $(pid_of s/once)" "$ledger"'
kill -TERM "$(pid_of s/once)"
hears '^s/once: exited with code 0' "$hang_up_after"

# One that has ended, and is not in the file any more, does not come back.
once=
tree
becomes 'not in the file any more'
next_life
is 'who lives' "$(who)" "$(words a s/k)"

# What is stopped by hand stays so, and is started as the file says then.
ctl terminate-child a || fail 'no answer'
becomes 'a is down'
sed -i "s/^\\[worker:a\\]/&\numask = 077/" reeve.conf
becomes 'what it would run'
plans 'change a: umask'
becomes 'the same'
plans ''
ctl restart-child a || fail 'no answer'
is 'its umask' "$(sed -n 's/^Umask:	//p' "/proc/$(pid_of a)/status")" 0077
ctl terminate-child a || fail 'no answer'
ctl delete-child a || fail 'no answer'
becomes 'deleted by hand'
plans ''

# A supervisor that is down gets its new list all the same, of any kind.
more="$(worker s/w)
[supervisor:s/in]
$(worker s/in/x)
$(worker s/in/y)"
tree
touch -t 202001010000 reeve.conf
becomes 'more' '+s/w' '+s/in/x' '+s/in/y'
ctl terminate-child s || fail 'no answer'
is 'who lives' "$(who)" ''
more="[supervisor:s/w]
$(worker s/w/z)
$(worker s/in)"
tree
becomes 'a supervisor that is down'
ctl restart-child s || fail 'no answer'
is 'who lives' "$(who)" "$(words s/in s/k s/w/z)"
ctl terminate-child s || fail 'no answer'
more=
tree
becomes 'its children are gone'
ctl restart-child s || fail 'no answer'
is 'who lives' "$(who)" s/k

# Children that were added at run time stay, until the file has their name; what
# [worker] says they have from the start.
ctl start-child s --id extra -- "$standin" || fail 'no answer'
is 'who lives' "$(who)" "$(words s/extra s/k)"
becomes 'one from run time'
plans ''
more=$(worker s/extra)
tree
becomes 'it has come into the file'
says '^reload: (start|stop)' "$hang_up_after" && fail 'it was started anew'
more="[supervisor:s/extra]
$(worker s/extra/in)"
tree
becomes 'a supervisor takes its place' '-s/extra' '+s/extra/in'

# A dry run says what would be done.
before=$(living)
more=$(worker s/last)
tree
is 'a dry run' "$(ctl reload --dry-run)" "$(words \
    'stop and delete s/extra' 'start s/last')"
is 'after it' "$(living)" "$before"
sed -i 's/^command/comand/' reeve.conf
ctl reload >said 2>&1 && fail 'it is accepted'
grep -q "$PWD/reeve.conf:[0-9]*: .*'comand'.*'command'" said ||
    fail "said: $(cat said)"
is 'after it' "$(living)" "$before"
stop
