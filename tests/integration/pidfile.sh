# One daemon in a run directory: a second one is refused; if many start at once
# one stays; and the files of an earlier one do no harm.
. "$SRCDIR/tests/integration/lib"
need_proc

write_conf <<END
[worker:a]
command = $standin -l $ledger
END

start
is 'the pid file' "$(cat "$run/reeved.pid")" "$reeved"
is 'its mode' "$(ls -l "$run/reeved.pid" | cut -c 1-10)" -rw-r--r--
is 'the mode of its directory' "$(ls -ld "$run" | cut -c 1-10)" drwxr-xr-x
$REEVED -c reeve.conf >second 2>&1 </dev/null
code=$?
[ $code -eq 71 ] || fail "the second exits with $code"
grep -q "error: another reeved is running here, pid $reeved: " second ||
    fail "the first is not named: $(cat second)"
$REEVED -c reeve.conf --daemon >second 2>&1 </dev/null && fail 'it returns 0'
grep -q "pid $reeved: " second || fail "the first is not named: $(cat second)"
check_family a
is 'the pid file' "$(cat "$run/reeved.pid")" "$reeved"
stop
[ ! -e "$run/reeved.pid" ] || fail 'the pid file stays'

# Twenty at once.
rm -f "$ledger"
pids=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	$REEVED -c reeve.conf >"many.$i" 2>&1 </dev/null &
	pids="$pids $!"
done

# living: how many there are.
living() {
	living_count=0
	for pid in $pids; do
		! is_alive "$pid" || living_count=$((living_count + 1))
	done
	echo $living_count
}
await '[ "$(living)" -eq 1 ] && [ -s "$ledger" ]' 30
i=0
for pid in $pids; do
	i=$((i + 1))
	if is_alive "$pid"; then
		reeved=$pid
		mv "many.$i" reeved.log
		continue
	fi
	wait "$pid"
	code=$?
	[ $code -eq 71 ] || fail "one exits with $code: $(cat "many.$i")"
done
for i in many.*; do
	# It may have been refused before there was a pid in the file.
	grep -Eq "another reeved is running here(, pid $reeved)?: " "$i" ||
	    fail "the first is not named: $(cat "$i")"
done
is 'the workers started' "$(booked)" +a
is 'the pid file' "$(cat "$run/reeved.pid")" "$reeved"
check_family a
stop

# A pid file of another process, or with anything in it, means nothing.
for text in $$ 1 99999999 'no pid' ''; do
	printf '%s\n' "$text" >"$run/reeved.pid"
	start
	is 'the pid file' "$(cat "$run/reeved.pid")" "$reeved"
	stop
done

# What a daemon was starting when it was killed holds its locks until it has
# come to its exec: that is waited for, if the daemon named is gone.
if command -v flock >/dev/null; then
	# A zombie is as good as gone.
	(sh -c 'echo $$ >zombie' & exec sleep 1000) &
	parent=$!
	await '[ -s zombie ] && ! is_alive "$(cat zombie)"'
	for file in reeved.pid reeved.run; do
		for who in gone zombie; do
			sh -c 'echo $$ >gone'	# lately: nobody has it again
			cp $who "$run/reeved.pid"
			rm -f locked 'let go'
			flock "$run/$file" sh -c ": >locked
			    until [ -e 'let go' ]; do sleep 0.01; done" &
			holder=$!
			await '[ -e locked ]'
			launch
			# It naps many times if it waits: three seconds at most.
			await 'has_ended || awk "/^voluntary_ctxt/ {
			    exit !(\$2 > 10) }" "/proc/$reeved/status"'
			: >'let go'
			await 'has_said "^running, " || has_ended'
			says '^running, ' || fail "$file, of a $who one"
			wait $holder
			stop
		done
	done
	kill "$parent"
	rm locked
	# A process that does live is no such thing.
	echo $$ >"$run/reeved.pid"
	flock "$run/reeved.pid" sh -c \
	    ': >locked; until [ -e refused ]; do sleep 0.05; done' &
	holder=$!
	await '[ -e locked ]'
	launch
	ends_with 71
	says "^error: another reeved is running here, pid $$: " ||
	    fail 'the holder is not named'
	: >refused
	wait $holder
	rm "$run/reeved.pid"
fi

# What is no plain file is left alone.
echo mine >mine
for kind in directory fifo link; do
	case $kind in
	directory) mkdir "$run/reeved.pid" ;;
	fifo) mkfifo "$run/reeved.pid" ;;
	link) ln -s "$PWD/mine" "$run/reeved.pid" ;;
	esac
	launch
	ends_with 71
	says "^error: cannot take the pid file '$run/reeved.pid': " ||
	    fail "nothing is said of a $kind"
	says started && fail 'something was started'
	[ -e "$run/reeved.pid" ] || fail "the $kind was removed"
	rm -rf "$run/reeved.pid"
done
is 'the file linked to' "$(cat mine)" mine
