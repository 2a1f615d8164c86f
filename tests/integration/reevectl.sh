# Every verb of reevectl, and every error that a user can provoke: what is
# written, where, and the exit code.
. "$SRCDIR/tests/integration/lib"

LC_ALL=C
export LC_ALL
unset REEVE_SOCKET NO_COLOR
sed "s|DIRECTORY|$PWD|" >conf <<-'END'
log_dir = DIRECTORY
[supervisor]
strategy = rest_for_one
max_restarts = 1000
[worker:db]
command = /bin/sh -c 'printf "one\ntwo \033[31m\302\233\177\n"; exec sleep 1000'
environment = SECRET=hidden
[supervisor:web]
strategy = one_for_all
max_restarts = 1000
[worker:web/app]
command = /bin/sh -c 'trap "" HUP; while :; do sleep 1000; done'
[worker:web/cache]
command = sleep 1000
[dynamic:jobs]
max_children = 2
restart = temporary
allow_arguments = yes
command = sleep
[worker:setup]
command = true
ready = exit
[worker:slow]
command = sh -c 'exit 1'
restart_delay = 1h
restart_delay_max = 2h
END
write_conf <conf
socket=$run/reeve.sock
ctl() { "$BUILDDIR/reevectl" -s "$socket" "$@"; }

# says_of CODE TEXT ARGUMENT...: the exit code and all that is written, both
# streams, with pids as PID.
says_of() {
	says_of_code=$1 says_of_text=$2
	shift 2
	ctl "$@" >said 2>&1
	is "the exit code of $*" "$?" "$says_of_code"
	is "$*" "$(sed 's/pid [0-9][0-9]*/pid PID/g' \
	    said)" "$says_of_text"
}

# has CODE PATTERN ARGUMENT...: the exit code, and a line that matches (BRE).
has() {
	has_code=$1 has_pattern=$2
	shift 2
	ctl "$@" >said 2>&1
	is "the exit code of $*" "$?" "$has_code"
	grep -q -- "$has_pattern" said || fail "$*: no '$has_pattern' in
$(cat said)"
}

# Without a daemon.
says_of 2 "reevectl: no reeved at '$socket': No such file or directory
'reevectl -s socket' asks a reeved that listens elsewhere" ping
says_of 64 "reevectl: unknown verb 'statsu', did you mean 'status'?
usage: reevectl [-s socket] verb [option ...] [argument ...]
'reevectl --help' lists the verbs" statsu
has 64 "unknown verb '.x1b\[31m'$" "$(printf '\033[31m')"
has 64 'lists the verbs'
has 64 "unrecognized option '--frob'" --frob
has 64 '^reevectl: tree does not take --follow$' tree --follow
has 64 '^reevectl: ping takes nothing after --$' ping -- x
has 64 '^usage: reevectl ping' ping x
has 64 '^usage: reevectl signal' signal db HUP more
has 64 '^usage: reevectl signal path signal$' signal db
has 0 '^  count-children  *how many children a supervisor has$' --help
for verb in $(ctl --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'); do
	has 0 "^usage: reevectl $verb" "$verb" --help
	sed -n '/^\.Ss Verbs that read/,/^\.Sh EVENTS/p' \
	    "$SRCDIR/man/reevectl.1" | grep -q "^\.It Cm $verb" ||
	    fail "the manual does not know $verb"
done
has 0 '^reevectl [0-9]' --version

start
# Looking.
has 0 '^reeved [0-9.]*, pid [0-9]*, up for ' ping
has 0 '^{"version":"[^"]*","pid":[0-9]*,"uptime_ms":[0-9]*,"state":"up"}$' \
    ping --json
says_of 0 '/
db
web
web/app
web/cache
jobs
setup
slow' paths
await 'ctl status slow | grep -q restarting'
has 3 '^slow  restarting  .* -  .* 0  exited with code 1, restart in ' \
    status slow
ctl tree | sed -e 's/pid [0-9]*/pid PID/' -e 's/for .*/for TIME/' >said
is tree "$(cat said)" '/  (rest_for_one)  up  for TIME
|- db  up  pid PID  for TIME
|- web  (one_for_all)  up  for TIME
|  |- app  up  pid PID  for TIME
|  `- cache  up  pid PID  for TIME
|- jobs  (one_for_one)  up  for TIME
|- setup  down
`- slow  restarting'
says_of 0 'cache  worker      '"$(pid_of web/cache)"'
app    worker      '"$(pid_of web/app)" which-children web
says_of 0 'active 3, specs 5, supervisors 2, workers 3' count-children /
has 0 '^{"active":3,"specs":5,"supervisors":2,"workers":3}$' \
    count-children --json /
has 0 '^command = sh -c "exit 1"$' childspec slow
has 0 '^restart_delay = 1h$' childspec slow
has 0 '^shutdown = infinity$' childspec web
has 0 '^environment = SECRET$' childspec db
ctl childspec --json db | grep -q hidden && fail 'a secret is told'
ctl status 'web/*' >said
is columns "$(awk '{ print $1, $2, $NF }' said)" 'PATH STATE END
web/app up -
web/cache up -'
is 'their places' "$(awk '{ print match($0, /STATE|up /) }' said |
    sort -u)" 12
says_of 4 "reevectl: not_found: nothing matches 'x*'" status 'x*'
says_of 4 'reevectl: not_found: nope' status nope
has 0 '^web/app ' status 'w*/a*'
has 3 '^setup ' status db setup
says_of 1 'reevectl: not a supervisor: db' which-children db
says_of 1 'reevectl: not_found: nope' count-children nope
says_of 1 'reevectl: not_found: nope' childspec nope
says_of 1 'reevectl: not_found: nope' events nope
has 1 '^reevectl: not_found: a.x1b\[31m$' childspec "$(printf 'a\033[31m')"

# Output: never raw, neither as text nor as JSON.
await '[ "$(ctl logs db | wc -l)" -eq 2 ]'
is 'a log' "$(ctl logs db)" 'one
two \x1b[31m\xc2\x9b\x7f'
is 'its last line' "$(ctl logs -n 1 db)" 'two \x1b[31m\xc2\x9b\x7f'
is 'a log in JSON' "$(ctl logs --json -n 1 db)" \
    '{"line":"two \u001B[31m\u009B\u007F"}'
has 64 "^reevectl: -n 'x': it must be a number of lines, 0 to 10000\$" \
    logs -n x db
says_of 1 'reevectl: not a worker: web' logs web
says_of 1 'reevectl: not_found: nope' logs nope

# Changing, as OTP answers.
says_of 0 'web/new started, pid PID' start-child web --id new -- sleep 1000
says_of 1 'reevectl: already_started: web/new, pid PID' \
    start-child web --id new -- sleep 1000
says_of 1 'reevectl: running: web/new' restart-child web/new
says_of 1 'reevectl: running: web/new' delete-child web/new
says_of 0 '' terminate-child web/new
says_of 1 'reevectl: already_present: web/new' \
    start-child web --id new -- sleep 1000
says_of 0 'web/new started, pid PID' restart-child web/new
says_of 0 '' terminate-child web/new
says_of 0 '' delete-child web/new
says_of 1 'reevectl: not_found: web/new' delete-child web/new
says_of 1 'reevectl: not_found: web/new' terminate-child web/new
says_of 1 'reevectl: not_found: web/new' restart-child web/new
has 1 "^reevectl: start_failed: web/new: .*'/nope'.*No such file" \
    start-child web --id new -- /nope
says_of 1 'reevectl: wrong or missing: id' start-child web -- sleep 1
has 1 '^reevectl: bad_spec: web: arguments: ' start-child web --id new
has 1 '^reevectl: bad_spec: web: id: ' start-child web --id 'a b' -- sleep 1
has 1 '^reevectl: bad_spec: jobs: restart: ' start-child jobs --restart ever
has 1 '^reevectl: bad_spec: jobs: shutdown: .*; infinity and brutal_kill ' \
    start-child jobs --shutdown 5
has 1 '^reevectl: bad_spec: jobs: environment: ' start-child jobs --env =
has 1 '^reevectl: bad_spec: web/x: significant: ' \
    start-child web --id x --significant -- sleep 1
says_of 64 'reevectl: --env: the value is not UTF-8' \
    start-child jobs --env "$(printf 'A=\377')" -- 1000
bad=$(printf 'a\377')
for words in status 'status db' logs events 'signal db' \
    'start-child jobs --id' 'start-child jobs --restart' \
    'start-child jobs -- 1000'; do
	# shellcheck disable=SC2086 # some words
	says_of 64 "reevectl: 'a\\xff' is not UTF-8" $words "$bad"
done
says_of 1 'reevectl: not a supervisor: db' start-child db --id x -- sleep 1
says_of 0 'jobs/1 started, pid PID' start-child jobs -- 1000
has 0 '^{"path":"jobs/a","pid":[0-9]*}$' \
    start-child jobs --json --id a --env 'A=b c' -- 1000
says_of 1 'reevectl: already_started: jobs/a, pid PID' \
    start-child jobs --id a -- 1000
says_of 1 'reevectl: max_children: jobs, max_children 2' \
    start-child jobs -- 1000
has 1 '^reevectl: unsupported: jobs/a: .* no specs$' childspec jobs/a
has 1 '^reevectl: unsupported: jobs/a: ' restart-child jobs/a
has 1 '^reevectl: unsupported: jobs/a: ' delete-child jobs/a
says_of 0 '' terminate-child jobs/a
says_of 1 'reevectl: not_found: jobs/a' terminate-child jobs/a
has 0 'jobs/a: started, pid [0-9]*' events jobs/a
has 1 '^reevectl: unsupported: /: ' terminate-child /
says_of 1 'reevectl: restarting: slow' restart-child slow
says_of 1 'reevectl: restarting: slow' delete-child slow
says_of 0 '' terminate-child slow
says_of 0 'web/app started, pid PID' restart web/app
says_of 1 'reevectl: not_found: nope' restart nope
says_of 0 '' signal web/app WINCH
says_of 0 '' signal /web/app/ CONT
! ctl events | grep '[ :]/web\|web/app/' || fail 'a path is written in two ways'
has 0 'web/app: started, pid ' events web/
says_of 1 'reevectl: wrong or missing: signal' signal web/app NOPE
says_of 1 'reevectl: not a worker: web' signal web HUP
says_of 1 'reevectl: noproc: setup' signal setup HUP
says_of 1 'reevectl: not_found: nope' signal nope HUP
says_of 0 '' reopen
says_of 0 '' reload --dry-run

# Why: the chain of causes as a sentence, from the end that no user had asked
# for, over the strategy of the supervisor that both are below.
said=$(pid_of web/app)
says_of 0 '' signal db KILL
await 'ctl events web/app | grep -q "started, .* because db was killed"'
asked='because uid [0-9]*, pid [0-9]*, asked for Signal of db  \[after '
why="because db was killed by SIGKILL, and the root is rest_for_one"
why="$why; that was $asked"
has 0 "web/app: was told to stop, $why" events web/app
has 0 "web/app: started, pid [0-9]*, $why" events web/app
has 0 "db: was killed by SIGKILL, $asked" events db
ctl events | grep 'web/app: ' | grep -q 'asked for Restart of web/app' ||
    fail 'a planned restart has no cause'

# Events in JSON: each line is an object with these members, in this order, and
# numbers have no gap. Followed they come as they happen.
ctl events --json >happened || fail 'no events'
two='[0-9]{2}' word='"[a-z_]+"' number='[0-9]+'
time="\"[0-9]{4}-$two-${two}T$two:$two:$two\\.[0-9]{3}Z\""
end="\"how\":$word,\"number\":$number(,\"signal\":\"[A-Z0-9+]+\")?"
form="\"number\":$number,\"time\":$time,\"monotonic_ms\":$number"
form="$form,\"type\":$word,\"path\":\"[^\"]+\"(,\"pid\":$number)?"
form="$form(,\"end\":\\{$end,\"class\":$word\\})?"
form="$form(,\"due_in_ms\":$number)?(,\"cause\":$number)?"
grep -Ev "^\\{$form,\"text\":\"[^\"]+\"\\}\$" happened >others
is 'events of another form' "$(cat others)" ''
sed 's/^{"number":\([0-9]*\),.*/\1/' happened | awk '$1 != NR { exit 1 }' ||
    fail 'numbers have gaps'
sed 's/.*"type":"\([a-z_]*\)".*/\1/' happened | sort -u >types
while read -r type; do
	sed -n '/^\.Sh EVENTS/,/^\.Sh ENV/p' "$SRCDIR/man/reevectl.1" |
	    grep -q "^\.It Cm .*$type" ||
	    fail "the manual does not know the event $type"
done <types
await 'ctl status jobs >said'
"$BUILDDIR/reevectl" -s "$socket" events -f --json jobs >followed &
follower=$!
says_of 0 'jobs/f started, pid PID' start-child jobs --id f -- 1000
says_of 0 '' terminate-child jobs/f
await 'grep -q "\"type\":\"down\",\"path\":\"jobs/f\"" followed'
kill "$follower"
wait "$follower"

# What cannot be written is told.
if [ -c /dev/full ]; then
	for verb in status 'status --json' tree paths events 'events --json'; do
		# shellcheck disable=SC2086 # a verb and its option
		ctl $verb >/dev/full 2>said
		is "the exit code of $verb" "$?" 1
		is "$verb" "$(cat said)" \
		    'reevectl: cannot write all of the output'
	done
fi
ctl events | head -n 1 >said
is 'the first event' "$(sed 's/.*Z  //' said)" '/: starts its children'
[ "$(ctl tree | grep -c "$(printf '\033')")" = 0 ] || fail 'colours in a pipe'

# In a locale that has them, box characters.
if locale -a 2>/dev/null | grep -qi '^C\.utf'; then
	LC_ALL=C.UTF-8 ctl tree | grep -q '^├─ db' || fail 'no box characters'
fi

# Not permitted: the socket is for the daemon's user.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	setpriv --reuid 65534 --regid 65534 --clear-groups \
	    "$BUILDDIR/reevectl" -s "$socket" ping >said 2>&1
	code=$?
	case $(cat said) in
	*'failed to execute'*) ;;	# it cannot be reached
	*)
		is 'the exit code of nobody' "$code" 3
		is 'what nobody gets' "$(cat said)" \
		    "reevectl: not permitted to connect to '$socket'" ;;
	esac
fi

# A file with errors, all of them told; nothing of it is applied.
cp reeve.conf good.conf
printf '[worker:bad]\nfrob = 1\n[nope]\n' >>reeve.conf
has 1 '^reevectl: refused, nothing is changed$' reload
is 'the errors' "$(grep -c 'reeve.conf:[0-9]*: ' said)" 3
cp good.conf reeve.conf
says_of 0 '' shutdown
ends_with 0
