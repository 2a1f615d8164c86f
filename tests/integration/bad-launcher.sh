# The daemon works in whatever state a careless launcher has started it. The
# workers inherit nothing of that state, and nothing of the daemon's own.
. "$SRCDIR/tests/integration/lib"
need_proc

# probes: the part of reeve.conf whose workers write down what they are given.
probes() {
	cat <<END
[worker]
ready = exit
restart = temporary
stderr = null
[worker:status]
command = cat /proc/self/status
stdout = file:$PWD/status
[worker:limits]
command = cat /proc/self/limits
stdout = file:$PWD/limits
[worker:stat]
command = cat /proc/self/stat
stdout = file:$PWD/stat
[worker:score]
command = cat /proc/self/oom_score_adj
stdout = file:$PWD/score
[worker:environment]
command = env
stdout = file:$PWD/env
environment = OWN="a b"
[worker:descriptors]
command = ls -l /proc/self/fd
stdout = file:$PWD/fds
[worker:tty]
command = /bin/sh -c '(: >/dev/tty) && echo opened || echo none'
stdout = file:$PWD/tty
[worker:directory]
command = pwd
stdout = file:$PWD/cwd
END
}

# field NAME: of ./status.
field() {
	sed -n "s/^$1:[	 ]*//p" status
}

# ignored: the signals that a worker ignores. With POSIX alone none can reset
# 32 and 33, which the C library keeps to itself.
ignored() {
	if [ "${linux:-0}" -eq 1 ]; then
		field SigIgn
	else
		printf '%016x\n' "$((0x$(field SigIgn) & ~0x180000000))"
	fi
}

# check_clean: a worker has been given nothing of the launcher's or daemon's.
check_clean() {
	is 'blocked signals' "$(field SigBlk)" 0000000000000000
	is 'ignored signals' "$(ignored)" 0000000000000000
	is 'caught signals' "$(field SigCgt)" 0000000000000000
	is 'pending signals' "$(field SigPnd) $(field ShdPnd)" \
	    '0000000000000000 0000000000000000'
	is 'the umask' "$(field Umask)" 0022
	is 'pid, group and session' "$(sed 's/ (.*) / /' stat |
	    awk '{ print $1 - $4, $1 - $5, $6 }')" '0 0 0'
	is 'the nice value' "$(sed 's/.*) //' stat | cut -d ' ' -f 17)" 0
	is 'the directory' "$(cat cwd)" /
	is 'the terminal' "$(cat tty)" none
	is 'the environment' "$(cut -d = -f 1 env | grep -v '^TZ$' | sort)" \
	    "$(words LANG OWN PATH REEVE_NAME REEVE_PATH REEVE_RESTARTS)"
	grep -Fqx 'OWN=a b' env || fail "$(cat env)"
	grep -Fqx 'REEVE_PATH=environment' env || fail "$(cat env)"
	# Of ls itself, the directory that it reads is the fourth.
	is 'the descriptors' "$(sed -n 's/.* \([0-9]*\) -> \(.*\)/\1 \2/p' fds |
	    sed 's|/proc/[0-9]*/fd|/proc/N/fd|')" \
	    "$(words '0 /dev/null' "1 $PWD/fds" '2 /dev/null' '3 /proc/N/fd')"
}

LANG=C
export LANG
write_conf <<END
log = $PWD/reeved.log
[worker:stays]
command = $standin -l $ledger
stdout = null
stderr = null
$(probes)
END

REEVED_CLEAN=$REEVED
REEVED="$BUILDDIR/badlauncher $REEVED"
launch
# Its own stderr is closed, the messages are in the log all the same.
await '[ -f reeved.log ]' && hears '^running, '
check_clean
is 'the soft limit of descriptors' \
    "$(awk '/^Max open files/ { print $4 }' limits)" 100
is 'the hard limit of descriptors' \
    "$(awk '/^Max open files/ { print $5 }' limits)" \
    "$(awk '/^Max open files/ { print $5 }' /proc/self/limits)"
if [ "${linux:-0}" -eq 1 ]; then
	is 'the score' "$(cat score)" 0
	# Its own is lower, if it may do that, whatever the launcher's was.
	if (echo -900 >/proc/self/oom_score_adj) 2>/dev/null; then
		is "the daemon's score" \
		    "$(cat "/proc/$reeved/oom_score_adj")" -900
	fi
fi
check_family stays

# It has cleaned up behind the launcher itself.
for fd in 0 1 2; do
	is_root || break	# nobody else may look into it
	is "descriptor $fd" "$(readlink "/proc/$reeved/fd/$fd")" /dev/null
done
for fd in "/proc/$reeved/fd"/*; do
	[ "$(readlink "$fd")" != /dev/zero ] ||
	    fail "descriptor ${fd##*/} is the launcher's"
done

# It hears of a death although SIGCHLD was ignored, and of a TERM although that
# was blocked.
kill -KILL "$(pid_of stays)"
hears '^stays: started, pid [0-9]*, restart 1$'
stop

# An ordinary start gives the same.
rm -f status limits stat score env fds tty cwd reeved.log
REEVED=$REEVED_CLEAN SECRET=2 launch
hears '^running, '
check_clean
is 'the limits' "$(cat limits)" "$(cat /proc/self/limits)"
stop
