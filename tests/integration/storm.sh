# A hundred workers that crash as fast as they are started: the others are
# watched and clients are answered as ever. The times are printed, not judged.
. "$SRCDIR/tests/integration/lib"
need_proc
ctl=$BUILDDIR/reevectl
count=${COUNT:-100}

{
	echo '[supervisor]'
	echo '[worker:calm]'
	echo "command = $standin"
	echo '[supervisor:storm]'
	echo 'max_restarts = 1000000'
	i=0
	while [ $i -lt "$count" ]; do
		i=$((i + 1))
		printf '[worker:storm/w%d]\ncommand = /bin/false\n' $i
	done
} | write_conf
launch
await 'has_said "^storm/w1: started, .*, restart 10\$"' 60

asked=0
while [ $asked -lt 50 ]; do
	asked=$((asked + 1))
	from=$(date +%s%N)
	timeout 60 "$ctl" -s "$run/reeve.sock" status calm >said ||
	    fail "no answer: $(cat said)"
	echo $((($(date +%s%N) - from) / 1000))
done >took
sort -n took | awk '{ us[NR] = $1 } END {
	print "an answer takes", us[int(NR / 2)], "us, at most", us[NR], "us"
}'
kill -KILL "$(pid_of calm)"
hears '^calm: started, pid [0-9]*, restart 1$'

# Each of them has its turn.
before=$(grep -c ': started, pid' reeved.log)
is 'who has run' "$(sed -n 's/.* \(storm.w[0-9]*\): started, pid.*/\1/p' \
    reeved.log | sort -u | wc -l)" "$count"
is 'who has not run again' "$(sed -n \
    's/.* \(storm.w[0-9]*\): started, pid [0-9]*, restart .*/\1/p' \
    reeved.log | sort -u | wc -l)" "$count"
says 'gives up' && fail 'somebody gives up'
kill -TERM "$reeved"
ends_with 0
echo "$before starts"

# Some end before it is told that they were started; they had a pid as well.
write_conf <<END
[supervisor]
max_restarts = 1000000
[worker:brief]
command = /bin/false
restart_delay = 1ms
restart_delay_max = 1ms
END
start
hears '^brief: started, .*, restart 500$'
says '^brief: started, pid 0' && fail 'a start without a pid'
stop

# One that cannot be started again, which takes no time at all: a client is
# answered between two tries, and a stop is heard.
cp "$standin" gone
write_conf <<END
[supervisor]
[worker:calm]
command = $standin
[supervisor:storm]
max_restarts = 1000000
[worker:storm/gone]
command = $PWD/gone
END
start
rm gone
kill -KILL "$(pid_of storm/gone)"
hears '^error: storm/gone: cannot start: '
timeout 60 "$ctl" -s "$run/reeve.sock" status calm >said ||
    fail "no answer: $(cat said)"
kill -KILL "$(pid_of calm)"
await '[ "$(starts_of calm)" -eq 2 ]' 30
says 'gives up' && fail 'the test is wrong: it is over'
stop
