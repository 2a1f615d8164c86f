# A process of the workers' user that stops, signals and traces each new process
# of this user, most of all between fork and exec: others are restarted, clients
# are answered, and the daemon can be ended. What was stopped before its program
# ran is a start that has failed.
. "$SRCDIR/tests/integration/lib"
need_root
need_proc
need unshare
count=${COUNT:-200}

# In a namespace of its own it meets no process of other tests.
if [ -z "${TORMENTOR_APART-}" ]; then
	unshare -pfm --mount-proc --kill-child true 2>/dev/null ||
	    skip 'a pid namespace is not to be had here'
	TORMENTOR_APART=1
	export TORMENTOR_APART
	exec unshare -pfm --mount-proc --kill-child sh "$0"
fi
ctl() { "$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@"; }
cp "$standin" victim
chmod 755 . victim

{
	cat <<END
[supervisor]
max_restarts = 1000000
[worker]
user = uid:65534
shutdown = 100ms
limit_core = 0
[worker:other]
command = $standin
user = uid:0
END
	for n in 1 2 3 4 5 6 7 8; do
		cat <<END
[supervisor:s$n]
max_restarts = 1000000
[worker:s$n/victim]
command = $PWD/victim -e 20
directory = /
END
	done
} | write_conf
start
"$BUILDDIR/tormentor" -u 65534 all >torments 2>&1 &
tormentor=$!
await '[ -s torments ]'
grep -q watching torments || skip "no tormentor: $(cat torments)"

# release: kill what was stopped after its program ran, or is traced.
release() {
	family "$reeved" | while read -r pid parent state; do
		case $state:$(cat "/proc/$pid/comm" 2>/dev/null) in
		[Tt]:victim) kill -KILL "$pid" ;;
		esac
	done
}

victims=0
while [ "$victims" -lt "$count" ]; do
	before=$victims
	await 'release
	    victims=$(story | grep -c "^s[0-9]/victim: started")
	    [ "$victims" -gt "$before" ]'
	starts=$(starts_of other)
	kill -KILL "$(pid_of other)"
	await '[ "$(starts_of other)" -gt "$starts" ]'
	ctl ping >said || fail "no answer: $(cat said)"
done
kill -TERM "$reeved"
ends_with 0
kill -TERM "$tormentor"
wait "$tormentor"
cat torments
echo "starts that hung: $(story | grep -c 'it hangs there$')"
