# Disorder. The daemon and the processes below it are killed, stopped and sent
# signals at random; good and bad files are loaded; clients ask for changes all
# the time; processes, descriptors and the disk run out. Every now and then
# there is quiet, and then the table of processes is the tree: no process is
# lost and none runs twice, there is no orphan and no zombie, no descriptor is
# left open, and the daemon is no larger than it was.
#
# COUNT events (120), or MINUTES of them; CLIENTS that ask (3); by SEED.
. "$SRCDIR/tests/integration/lib"
need_proc
need_linux
count=${COUNT:-120}
minutes=${MINUTES:-0}
clients=${CLIENTS:-3}
seed=${SEED:-$(date +%s)}
ctl=$BUILDDIR/reevectl
echo "SEED=$seed COUNT=$count MINUTES=$minutes CLIENTS=$clients"

# A disk that can be filled is one of our own.
if is_root && [ -z "${CHAOS_APART-}" ] && unshare -m true 2>/dev/null; then
	CHAOS_APART=1 SEED=$seed
	export CHAOS_APART SEED
	exec unshare -m sh "$0"
fi
mkdir disk
disk=
if [ -n "${CHAOS_APART-}" ] &&
    mount -t tmpfs -o size=1m none disk 2>/dev/null; then
	disk=1
	at_last='umount -l disk'
fi

# tree ARGUMENT MORE: the file; what is said more is at the end of it.
tree() {
	cat <<END
[reeve]
run_dir = $run
log_dir = $PWD/disk
[supervisor]
max_restarts = 1000000
[worker]
environment = LEDGER=$ledger
ready = fd:3
shutdown = 200ms
[worker:a]
command = $standin -r 3 $1
[supervisor:one]
max_restarts = 1000000
[worker:one/left]
command = $standin -r 3 -k gpsd
[worker:one/deaf]
command = $standin -r 3 -i -k gs
[worker:one/exec]
command = $standin
ready = exec
[supervisor:all]
strategy = one_for_all
max_restarts = 1000000
[worker:all/slow]
command = $standin -r 3 -w 30 -s 30
[worker:all/deaf]
command = $standin -r 3 -i
[supervisor:all/rest]
strategy = rest_for_one
max_restarts = 1000000
[worker:all/rest/left]
command = $standin -r 3 -k pd
[worker:all/rest/brutal]
command = $standin -r 3 -k g $1
shutdown = brutal_kill
[worker:all/rest/tough]
command = $standin -r 3 -p
[dynamic:jobs]
command = $standin -r 3
max_children = 20
max_restarts = 1000000
$2
END
}
workers='a one/left one/deaf one/exec all/slow all/deaf all/rest/left
all/rest/brutal all/rest/tough'

# Files by their numbers: good ones first, 0 is what it comes back to.
mkdir files
good=4
tree '' '' >files/0
tree '-s 5' '' >files/1
tree '' "[worker:more]
command = $standin -r 3
[supervisor:extra]
max_restarts = 1000000
[worker:extra/one]
command = $standin -r 3 -k s" >files/2
tree '' '' | sed 's/one_for_all/rest_for_one/; s/= 200ms/= 100ms/' >files/3
tree '' '' | sed '/^.worker:all.deaf/{s/.$//;q;}' >files/4
tree '' "[worker:bad]
command = $standin 'open" >files/5
: >files/6
tree '' "[worker:a]
command = $standin" >files/7
{ tree '' '' && printf '[worker:nul]\ncommand = /bin/true\0\n'; } >files/8
head -c 2000 /bin/sh >files/9
files=10

# take NUMBER: make that file ours, as one that was finished long ago.
take() {
	cp "files/$1" new.conf && touch -t 202001010000 new.conf &&
	    mv new.conf reeve.conf
}

# below [CHILDREN]: the living below the daemon; only its children.
below() {
	family "$reeved" | awk -v top="$reeved" -v all=$# '
	$3 != "Z" && (all == 0 || $2 == top) { print $1 }'
}

# kill_them COMMAND...: kill every process whose pid the command prints.
kill_them() {
	"$@" | while read -r kill_pid; do
		kill -KILL "$kill_pid" 2>/dev/null
	done
}

# dice SEED [COUNT]: that many throws, or throws without end.
dice() {
	awk -v seed="$1" -v count="${2:-1000000000}" 'BEGIN {
		srand(seed)
		for (i = 0; i < count; i++)
			print int(rand() * 1000), int(rand() * 100), \
			    int(rand() * 60) / 1000
	}'
}

# ask VERB...: as a client; what comes of it is one of what can.
ask() {
	timeout 150 "$ctl" -s "$run/reeve.sock" "$@" >/dev/null 2>"$me.err"
	ask_code=$?
	case $ask_code in
	[0-4] | 75) echo "$1 $ask_code" >>"$me.said" ;;
	*) echo "$* ends with $ask_code: $(cat "$me.err")" >>wrong ;;
	esac
}

# client NUMBER: ask for things until it is over.
client() {
	me=$PWD/client.$1
	dice $((seed + $1)) | while read -r which what pause; do
		[ ! -e over ] || break
		[ ! -e quiet ] || {
			: >"$me.quiet"
			await '[ ! -e quiet ]' 600
			rm -f "$me.quiet"
		}
		# shellcheck disable=SC2086 # the workers are words
		worker=$(words $workers | sed -n "$((which % 9 + 1))p")
		case $what in
		[0-9] | 1?) ask start-child jobs --id "j$((which % 30))" ;;
		2?) ask terminate-child "jobs/j$((which % 30))" ;;
		3?) ask restart "$worker" ;;
		4?)
			ask terminate-child "$worker"
			ask restart-child "$worker"
			;;
		5[0-4]) ask signal "$worker" KILL ;;
		5?) ask start-child one --id "x$((which % 5))" -- \
		    "$standin" -r 3 ;;
		6[0-4]) ask delete-child "one/x$((which % 5))" ;;
		6?) ask terminate-child "one/x$((which % 5))" ;;
		7?) ask events ;;
		8?) ask reload --dry-run ;;
		*) ask status ;;
		esac
		sleep "$pause"
	done
}

# Means of making things short; each has its end.
limit=
group=
if command -v prlimit >/dev/null; then
	limit=1
fi
for root in /sys/fs/cgroup/pids /sys/fs/cgroup /sys/fs/cgroup/unified; do
	mkdir "$root/reeve-chaos.$$" 2>/dev/null || continue
	group=$root/reeve-chaos.$$
	[ ! -e "$group/pids.max" ] || break
	rmdir "$group"
	group=
done
[ -z "$group" ] || at_last="$at_last
rmdir \"\$group\" 2>/dev/null"

# short_of WHAT, plenty: one thing runs out; all is there again.
short_of() {
	echo "$1" >>shortages
	case $1 in
	processes)
		if [ -n "$group" ]; then
			echo "$reeved" >"$group/cgroup.procs"
			echo 0 >"$group/pids.max"
		elif [ -n "$limit" ]; then
			prlimit --pid "$reeved" --nproc=1:
		fi
		;;
	descriptors)
		[ -z "$limit" ] || prlimit --pid "$reeved" --nofile=3: ;;
	disk)
		[ -z "$disk" ] || cat /dev/zero >disk/fill ;;
	esac 2>/dev/null
	shortage=$1
}
plenty() {
	[ -z "$group" ] || echo max >"$group/pids.max"
	[ -z "$limit" ] || prlimit --pid "$reeved" --nofile="$nofile:" \
	    --nproc="$nproc:"
	rm -f disk/fill
	shortage=
} 2>/dev/null

# up: start a daemon, and remember its limits. A client may kill a process
# before the tree is up, and then it does not come up.
up() {
	launch
	await 'has_said "^running, " || has_ended' 30
	while ! says '^running, '; do
		says 'failed to start: was killed by SIGKILL' ||
		    fail 'the tree does not come up'
		launch
		await 'has_said "^running, " || has_ended' 30
	done
	nofile=$(awk '/^Max open files/ { print $5 }' "/proc/$reeved/limits")
	nproc=$(awk '/^Max processes/ { print $3 }' "/proc/$reeved/limits")
}

# crash: kill the daemon, and start another.
crash() {
	plenty
	kill -KILL "$reeved"
	wait "$reeved"
	crashes=$((crashes + 1))
	cat reeved.log >>story
	# Of the files some are bad, and one is cut off anywhere: it may name a
	# program that is not there, and that ends a first start.
	take 0
	up
}

# disorder WHICH WHAT: one event.
disorder() {
	victim=$(below | awk -v which="$1" '{ pid[NR] = $1 }
	END { print NR ? pid[which % NR + 1] : 0 }')
	[ "$victim" -ne 0 ] || return
	case $2 in
	[0-9] | [1-3]?) kill -KILL "$victim" ;;
	4?) kill -TERM "$victim" ;;
	5[0-4]) kill -STOP "$victim" ;;
	5[5-9]) kill -HUP "$victim" ;;
	6? | 7[0-4])
		take $(($1 % files))
		kill -HUP "$reeved"
		;;
	7[5-6]) kill_them below ;;
	77) kill -USR1 "$reeved" ;;
	78)
		kill -STOP "$reeved"
		sleep 0.2
		kill -CONT "$reeved"
		;;
	79 | 8[0-2]) [ "$calm" ] || crash ;;
	8[3-5]) short_of processes ;;
	8[6-8]) short_of descriptors ;;
	89 | 9[0-1]) short_of disk ;;
	*) [ -z "$shortage" ] || plenty ;;
	esac 2>/dev/null
	is_alive "$reeved" || fail 'the daemon has gone'
}

# settled: the same processes at two looks, and no supervisor busy.
settled() {
	settled_before=$(family "$reeved" | sort)
	sleep 0.3
	[ "$(family "$reeved" | sort)" = "$settled_before" ]
}

# status: "PATH PID" of each worker that is up, by what the daemon says.
status() {
	"$ctl" -s "$run/reeve.sock" status --json | tr '{' '\n' | sed -n \
	    's/^"path":"\([^"]*\)".*"state":"up","pid":\([0-9]*\),.*/\1 \2/p' |
	    sort
}

# there_are: the same as the kernel has it: the daemon's children, but no
# leftovers.
there_are() {
	sed -n 's/^left . \([0-9]*\) .*/\1/p' "$ledger" >leftovers
	living | awk 'FILENAME == "leftovers" { left[$1] = 1; next }
	!($2 in left)' leftovers -
}

# is_whole: what the daemon says is what there is, and every worker of the file
# is among it.
is_whole() {
	status >told
	there_are >there
	cmp -s told there && for path in $workers; do
		grep -q "^$path " there || return 1
	done
}

# spare: what the daemon has open, without a pidfd of each child; nothing if it
# keeps that to itself. The pidfds of others, and too few, are seen by their
# number.
spare() {
	ls -l "/proc/$reeved/fd" 2>/dev/null | sed -n 's/.* -> //p' |
	    sed 's/[0-9][0-9]*/N/g' | sort >open_now
	[ ! -s open_now ] || {
		grep -v pidfd open_now
		echo "pidfds: $(($(grep -c pidfd open_now) -
		    $(there_are | wc -l)))"
	}
}

# is_spare: that is as it was at first.
is_spare() {
	spare >spare_now
	cmp -s first_spare spare_now
}

# memory: of the daemon, in kB.
memory() {
	awk '/^RssAnon:/ { print $2 }' "/proc/$reeved/status"
}

# go_on: what is held up by a SIGSTOP goes on.
go_on() {
	family "$reeved" | while read -r pid _; do
		kill -CONT "$pid"
	done 2>/dev/null
}

# await_clients TEST: until it is true of the sign that each of them is quiet.
await_clients() {
	i=0
	while [ $i -lt "$clients" ]; do
		i=$((i + 1))
		await "[ $1 client.$i.quiet ]" 320	# it asks for two things
	done
}

# close_in: be quiet, and look.
close_in() {
	: >quiet
	plenty
	go_on	# who was stopped in his start holds up who asks
	await_clients -e
	# What goes on is killed like the rest, so that the leftovers of each
	# worker are there that no user has killed.
	go_on
	take 0
	"$ctl" -s "$run/reeve.sock" reload >reload.out 2>&1 ||
	    fail "the last reload: $(cat reload.out)"
	for path in $workers; do
		"$ctl" -s "$run/reeve.sock" restart-child "$path"
	done >/dev/null 2>&1
	await settled 3
	: >"$ledger"
	kill_them below children
	await settled 5
	await is_whole 20
	await '[ -z "$(family "$reeved" | grep "Z\$")" ]'	# no zombies
	# Of the leftovers, those that were born last; more there is not.
	await '[ "$(grep -c "^left" "$ledger")" -ge 9 ] &&
	    [ "$(sed -n "s/^left .* //p" "$ledger" | sort -u | wc -l)" -ge 4 ]'
	is 'the leftovers' "$(sed -n 's/^left .* //p' "$ledger" | sort -u)" \
	    "$(words all/rest/brutal all/rest/left one/deaf one/left)"
	# The parent of a leftover, which made it and ends, may still be there.
	all=$(($(wc -l <there) + 9))
	await '[ "$(below | wc -l)" -eq "$all" ]'
	# That of who asked last is closed in a moment.
	comes_true is_spare ||
	    is 'what the daemon has open' "$(cat spare_now)" \
	    "$(cat first_spare)"
	looks=$((looks + 1))
	echo "look $looks: $(wc -l <there) workers, 9 leftovers;" \
	    "$(memory) kB; $crashes crashes of the daemon so far"
	rm quiet
	await_clients '! -e'
}

# is_time: a part of the work is done; a quarter, or of a minute the half.
is_time() {
	if [ "$minutes" -gt 0 ]; then
		[ "$(date +%s)" -ge $((part_began + 30)) ]
	else
		[ $((events - part_events)) -ge $((count / 4)) ]
	fi
}

# is_over: all of it is.
is_over() {
	if [ "$minutes" -gt 0 ]; then
		[ "$(date +%s)" -ge $((began + minutes * 60)) ]
	else
		[ "$events" -ge "$count" ]
	fi
}

take 0
crashes=0 looks=0 events=0 shortage='' calm=''
: >wrong
: >shortages
up
# Before anything is asked, and when the leftovers are known.
await '[ "$(grep -c "^left" "$ledger")" -eq 9 ]'
spare >first_spare
await is_whole
i=0 asking=
while [ $i -lt "$clients" ]; do
	i=$((i + 1))
	client $i &
	asking="$asking $!"
done
at_first=': >over; rm -f quiet; plenty'
mkfifo throws
dice "$seed" >throws &
exec 8<throws

# In every second part the daemon is spared, so that it has time to grow.
began=$(date +%s)
until is_over; do
	part_began=$(date +%s) part_events=$events
	until is_time || is_over; do
		read -r which what pause <&8
		disorder "$which" "$what"
		events=$((events + 1))
		sleep "$pause"
	done
	close_in
	[ ! -s wrong ] || fail "$(cat wrong)"
	if [ -n "$calm" ] && ! grep -qa __asan_init "$BUILDDIR/reeved"; then
		[ "$(memory)" -lt $((was_memory + 4096)) ] ||
		    fail "the daemon has grown from $was_memory kB"
	fi
	was_memory=$(memory)
	[ "$calm" ] && calm='' || calm=1
done
exec 8<&-
: >over
echo "$events events, $crashes crashes of the daemon, $looks looks;" \
    "$(cat client.*.said | wc -l) answers to clients:" \
    "$(cat client.*.said | sort | uniq -c | awk '
    { printf " %s %s: %s,", $2, $3, $1 }')"
echo "short of: $(sort shortages | uniq -c | awk '
{ printf "%s %s times, ", $2, $1 }')"
says 'gives up' && fail 'somebody gives up'
stop
# shellcheck disable=SC2086 # several
wait $asking
