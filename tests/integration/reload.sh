# A file that is edited in every possible way: only those workers are restarted
# that must be.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

# tree: the file, with what each test puts in place of a word.
tree() {
	edit <<END
[supervisor]
${root:-}
[worker]
environment = LEDGER=$ledger
ready = fd:3
max_dummy
[worker:a]
command = $standin -r 3 ${a:-}
${a_key:-}
[supervisor:rest]
strategy = ${rest:-rest_for_one}
${rest_key:-}
[worker:rest/x]
command = $standin -r 3 ${x:-}
[worker:rest/y]
command = $standin -r 3 ${y:-}
${y_key:-}
[worker:rest/z]
command = $standin -r 3 ${z:-}
[supervisor:all]
strategy = one_for_all
max_restarts = 0
[worker:all/p]
command = $standin -r 3 ${p:-}
[worker:all/q]
command = $standin -r 3 ${q:-}
${more:-}
[worker:b]
command = $standin -r 3
END
	sed -i '/^max_dummy$/d' reeve.conf
}
tree
start
is 'who lives' "$(living | sed 's/ .*//')" \
    "$(words a all/p all/q b rest/x rest/y rest/z)"

# Nothing: the same file; other blanks, comments, and the defaults said.
becomes 'nothing'
plans ''
a_key='
; a comment
	restart  =  permanent
shutdown=5s'
tree
becomes 'comments, blanks, defaults that are said'
plans ''
a_key=

# Policy is applied to what runs.
root='shutdown_order = concurrent
auto_shutdown = any_significant
max_restarts = 100
max_seconds = 1m'
rest=one_for_one rest_key='max_restarts = 50'
a_key='restart = transient
significant = yes
shutdown = 7s
stop_signal = INT
exit_normal = 0 3
exit_shutdown = HUP
exit_stopped = 0 9
restart_delay = 100ms
restart_delay_max = 10s
start_timeout = 30s
nice = 5
limit_nofile = 100:200'
tree
becomes 'policy of a worker, flags of supervisors'
words "$(story "$hang_up_after")" | grep -q \
    '^reload: change /: strategy' && fail 'what did not change is named'
plans 'change /: max_restarts, max_seconds, shutdown_order, auto_shutdown' \
    "change a: restart, significant, shutdown, restart_delay, \
restart_delay_max, start_timeout, stop_signal, exit_normal, exit_shutdown, \
exit_stopped, nice, limit_nofile" \
    'change rest: strategy, max_restarts'
# The strategy is one_for_one now: a worker dies alone.
before=$(living)
kill -KILL "$(pid_of rest/x)"
hears '^rest/x: started, pid [0-9]*, restart 1$'
is 'a death after the change of the strategy' \
    "$(other "$before" "$(living)")" '~rest/x'
root='' rest='' rest_key='' a_key=''
tree
becomes 'policy as it was'

# What runs: that worker, with the siblings that the strategy names.
a='-s 1'
tree
becomes 'command, one_for_one' '~a'
plans 'restart a: command'
y='-s 1'
tree
becomes 'command, rest_for_one' '~rest/y' '~rest/z'
plans 'restart rest/y: command' 'restart rest/z, along with rest/y'
q='-s 1'
tree
becomes 'command, one_for_all, max_restarts = 0' '~all/p' '~all/q'
plans 'restart all/p, along with all/q' 'restart all/q: command'
is 'restarts that are counted' "$(story | grep -c 'restart [1-9]')" 1
x='-s 1' z='-s 1'
tree
becomes 'command of two, rest_for_one: once each' \
    '~rest/x' '~rest/y' '~rest/z'
is 'starts of rest/z' "$(story "$hang_up_after" |
    grep -c '^rest/z: started, ')" 1
for key in 'environment = X=1' 'directory = /tmp' 'umask = 027' \
    'stdin = text:hello' 'stdout = null' 'stderr = null' \
    "environment_file = $PWD/vars"; do
	echo 'Y=2' >vars
	a_key=$key
	tree
	becomes "$key" '~a'
	plans "restart a: $(story "$hang_up_after" |
	    sed -n 's/^reload: restart a: //p')"
done
tr '\0' '\n' <"/proc/$(pid_of a)/environ" | grep -qx Y=2 ||
    fail 'the new environment is not there'
a_key=
tree
becomes 'the environment as it was' '~a'
if [ "$(id -u)" -eq 0 ]; then
	chmod 777 "$PWD"
	touch "$ledger" && chmod 666 "$ledger"
	a_key='user = nobody'
	tree
	becomes 'user' '~a'
	is 'the user' "$(stat -c %U "/proc/$(pid_of a)")" nobody
	a_key=
	tree
	becomes 'no user' '~a'
fi

# New, in their place; gone, the last one first.
more="[worker:all/new]
command = $standin -r 3
[supervisor:deep]
[supervisor:deep/er]
[worker:deep/er/u]
command = $standin -r 3
[worker:deep/v]
command = $standin -r 3"
tree
: >"$ledger"
becomes 'new' '+all/new' '+deep/er/u' '+deep/v'
plans 'start all/new' 'start deep'
is 'the order' "$(booked)" "$(words +all/new +deep/er/u +deep/v)"
more=
tree
: >"$ledger"
becomes 'gone' '-all/new' '-deep/er/u' '-deep/v'
plans 'stop and delete deep' 'stop and delete all/new'
is 'the order' "$(booked)" "$(words -deep/v -deep/er/u -all/new)"

# A worker becomes a supervisor, and back.
more="[supervisor:all/r]
[worker:all/r/in]
command = $standin -r 3"
tree
becomes 'a new supervisor' '+all/r/in'
more="[worker:all/r]
command = $standin -r 3"
tree
becomes 'a supervisor becomes a worker' '-all/r/in' '+all/r'
plans 'stop and delete all/r' 'start all/r'
more="[dynamic:all/r]
command = $standin -r 3"
tree
becomes 'a worker becomes a dynamic supervisor' '-all/r'
more="$more -s 1
max_children = 3"
tree
becomes 'its template'
plans 'change all/r: max_children, command'
more=
tree
becomes 'gone again'

# A new one before one that is to run another thing comes before it.
edit <<END
[supervisor]
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:early]
command = $standin -r 3
[worker:a]
command = $standin -r 3 -s 2
END
: >"$ledger"
becomes 'nearly everything' '+early' '~a' '-b' '-rest/x' '-rest/y' '-rest/z' \
    '-all/p' '-all/q'
is 'the order' "$(booked)" "$(words -b -all/q -all/p -rest/z -rest/y -rest/x \
    +early -a +a)"

# Another order: no worker is restarted, but the next stop obeys it.
edit <<END
[supervisor]
[worker]
environment = LEDGER=$ledger
ready = fd:3
[worker:a]
command = $standin -r 3 -s 2
[worker:new]
command = $standin -r 3
[worker:early]
command = $standin -r 3
END
becomes 'order, and one between' '+new'
plans 'reorder /' 'start new'

: >"$ledger"
stop
is 'the stops' "$(booked)" "$(words -early -new -a)"
