# What takes the daemon's messages hangs: syslogd, or the disk of its own file.
# The daemon goes on, and tells what is lost.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/hang-lib"
. "$SRCDIR/tests/integration/log-lib"

# A /dev of our own, for /dev/log.
mkdir dev
for name in null zero full urandom tty fuse; do
	[ -e /dev/$name ] || continue
	: >dev/$name
	mount --bind /dev/$name dev/$name || skip 'no mounts'
done
ln -s /proc/self/fd dev/fd
mount --rbind dev /dev || skip 'no mounts'

# syslogd ARGUMENT...: listen at /dev/log; what it reads is in ./heard.
syslogd() {
	rm -f /dev/log
	: >heard
	"$BUILDDIR/datagrams" "$@" /dev/log >heard &
	syslogd=$!
	await 'grep -qx listening heard'
}
# heard: what has been heard, without priority, time, number and name.
heard() {
	sed -n 's/^<[0-9]*>... [0-9 ][0-9] [0-9:]* reeved\[[0-9]*\]: //p' heard
}

# syslogd does not read, and then does.
syslogd -n
log_conf 'log = syslog'
$REEVED -c reeve.conf >reeved.out 2>reeved.log &
reeved=$!
await 'ctl ping >/dev/null 2>&1'
log_burst
log_serves
kill -USR1 $syslogd
await 'heard | grep -q "^warning: [0-9]* lines of this log were lost"'
heard | grep -qx 'running, 1 child' || fail 'the first messages are missing'

# It is restarted.
kill $syslogd
wait $syslogd
log_serves
syslogd
ctl restart a || fail 'no restart'
await 'heard | grep -q "^a: started, pid "'
await 'heard | grep -q "^warning: [0-9]* lines of this log were lost"'
kill -TERM "$reeved"
ends_with 0
await 'heard | grep -qx "ended with 0"'
kill $syslogd
wait $syslogd

# The disk of the file hangs, and then goes on: first requests are not read, and
# then they are not answered.
hang_mount disk
log_conf "log = $PWD/disk/messages"
for way in deaf mute; do
	: >disk.src/messages
	$REEVED -c reeve.conf >reeved.out 2>reeved.log &
	reeved=$!
	await 'ctl status a >/dev/null 2>&1'
	hang_$way disk
	log_burst
	log_serves
	# A client who asks for the file waits, others do not.
	ctl reopen >reopened 2>&1 &
	client=$!
	log_serves
	is_alive $client || fail "it is not open again: $(cat reopened)"
	hang_serve disk
	wait $client
	is 'the exit code of reopen' "$?" 0
	await 'grep -q " reeved: warning: [0-9]* lines of this log were lost" \
	    disk.src/messages'
	log_serves
	kill -TERM "$reeved"
	ends_with 0
	tail -n 1 disk.src/messages | grep -q 'reeved: ended with 0$' ||
	    fail 'the end is missing'
done

# It hangs at the end: the daemon does not, and another one can start. All that
# is left is a zombie, for closing a file waits for such a disk, whatever comes.
# (To look for leaks, ASan would wait for the thread there.)
ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 \
    $REEVED -c reeve.conf >reeved.out 2>reeved.log &
reeved=$!
await 'ctl status a >/dev/null 2>&1'
hang_deaf disk
log_serves
kill -TERM "$reeved"
await has_ended
first=$reeved
sed -i '/^log = /d' reeve.conf
start
log_serves
stop
hang_serve disk
wait $first
is 'the exit code' "$?" 0
hang_end disk
