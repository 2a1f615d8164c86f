# Nearly as many workers as the daemon may have descriptors: some are kept from
# the workers' pidfds, so that clients are answered, a reload can read its file,
# and logs can be shown; who has no pidfd is still seen to die.
. "$SRCDIR/tests/integration/lib"
need_proc
count=240
limit=256

# conf COMMAND: of the last worker; the others sleep.
conf() {
	write_conf <<END2
log_dir = $PWD
[supervisor]
max_restarts = 1000
$(awk -v count="$count" -v command="$1" 'BEGIN {
	for (i = 1; i <= count; i++)
		printf "[worker:w%d]\ncommand = %s\n", i,
		    i == count ? command : "/bin/sleep 1000"
}')
END2
}

# ask VERB...: a client is answered.
ask() {
	"$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@" >answer 2>&1 ||
	    fail "$*: $(cat answer)"
}

# dies PATH: kill it, and see that it is started again.
dies() {
	was=$(pid_of "$1")
	kill -KILL "$was"
	await '[ "$(pid_of "$1")" != "$was" ]'
	hears "^warning: $1: was killed by SIGKILL"
}

conf "/bin/sh -c 'echo first; exec sleep 1000'"
# shellcheck disable=SC3045 # dash, busybox, ksh and bash have it
ulimit -n $limit || skip 'the limit of descriptors cannot be set'
start

ask ping
ask status
is 'children of the status' "$(grep -c ' up ' answer)" $((count + 1))
await '[ -s "w$count.log" ]'
ask logs "w$count"
is 'the log' "$(cat answer)" first

# Several at once: some only listen, and one follows a log.
listeners=
for i in 1 2 3 4; do
	"$BUILDDIR/reevectl" -s "$run/reeve.sock" events -f >"events$i" 2>&1 &
	listeners="$listeners $!"
done
"$BUILDDIR/reevectl" -s "$run/reeve.sock" logs -f "w$count" >follower 2>&1 &
listeners="$listeners $!"
at_first='kill $listeners 2>/dev/null'
await '[ "$(cat follower)" = first ]'
await 'grep -q . events1 && grep -q . events2 && grep -q . events3 &&
    grep -q . events4'
ask ping

# The first has a pidfd, the last has none.
ask restart w1
ask restart "w$count"
await '[ "$(cat follower)" = "first
first" ]'
dies w1
dies "w$count"

conf "/bin/sh -c 'echo second; exec sleep 1000'"
ask reload
await '[ "$(tail -n 1 follower)" = second ]'
for i in 1 2 3 4; do
	grep -q "w$count" "events$i" || fail "events$i: $(cat "events$i")"
done

# They take all that is left: a client is told so, and nobody else suffers.
# (Without pidfds there is enough for these as well.)
more=
for i in $(seq 1 20); do
	"$BUILDDIR/reevectl" -s "$run/reeve.sock" events -f >"more$i" 2>&1 &
	more="$more $!"
done
at_first='kill $listeners $more 2>/dev/null'
[ "${linux:-0}" -eq 0 ] ||
    await 'grep -q "too many descriptors, limit 256" more*'
dies w2
dies "w$count"
conf "/bin/sh -c 'echo third; exec sleep 1000'"
kill -HUP "$reeved"
await '[ "$(tail -n 1 follower)" = third ]'
# shellcheck disable=SC2086 # many
kill $more
await '"$BUILDDIR/reevectl" -s "$run/reeve.sock" ping >answer 2>&1'
# shellcheck disable=SC2086 # many
kill $listeners
stop
says '^error: ' && fail 'there is an error'
exit 0
