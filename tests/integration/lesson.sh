# The steps of conf/examples/lesson/README, as a user takes them.
. "$SRCDIR/tests/integration/lib"

lesson=$SRCDIR/conf/examples/lesson
sed -e "s|/tmp/reeve-lesson|$run|g" \
    -e "s|^directory = .*|directory = $lesson|" \
    "$lesson/reeve.conf" >reeve.conf
chmod 600 reeve.conf
export REEVE_SOCKET="$run/reeve.sock" AGENTS="$run/agents"
ctl() { "$BUILDDIR/reevectl" "$@"; }
ask() { "$lesson/ask" "$@"; }

launch
await 'ctl ping >said 2>&1'
ctl start-child agents --id agent1 >said || fail "agent1 is not started"
is 'the put' "$(ask agent1 put key value)" ok
is 'the get' "$(ask agent1 get key)" value
ctl start-child agents --id agent2 >said || fail "agent2 is not started"
is 'the map of another' "$(ask agent2 get key)" ''
is 'the put of another' "$(ask agent2 put key other)" ok
is 'the count' "$(ctl count-children agents)" \
    'active 2, specs 2, supervisors 0, workers 2'

pid_of_child() { ctl status --json "$1" | sed 's/.*"pid":\([0-9]*\).*/\1/'; }
one=$(pid_of_child agents/agent1) two=$(pid_of_child agents/agent2)
ctl signal agents/agent1 KILL || fail "it cannot be killed"
await '[ "$(ctl status agents/agent1 | grep -c " up ")" = 1 ] &&
    [ "$(pid_of_child agents/agent1)" != "$one" ]'
is 'the map after a crash' "$(ask agent1 get key)" ''
# A client that asks before it is back waits: it is the same pipe.
inode() { ls -i "$1" | awk '{ print $1 }'; }
ln "$AGENTS/agent1" "$AGENTS/kept"
one=$(pid_of_child agents/agent1)
ctl signal agents/agent1 KILL || fail "it cannot be killed"
await '! kill -0 "$one" 2>/dev/null'
is 'the map just after a crash' "$(ask agent1 get key)" ''
is 'the pipe' "$(inode "$AGENTS/agent1")" "$(inode "$AGENTS/kept")"
is 'the process of the other' "$(pid_of_child agents/agent2)" "$two"
is 'the map of the other' "$(ask agent2 get key)" other
ctl events agents/agent1 | grep -q 'killed by SIGKILL' ||
    fail "the events do not say why"

ctl terminate-child agents/agent2 || fail "it cannot be ended"
is 'the count' "$(ctl count-children agents)" \
    'active 1, specs 1, supervisors 0, workers 1'
ctl shutdown || fail "it cannot be stopped"
ends_with 0
