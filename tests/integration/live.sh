# After a reload the limits, the nice value and the score of a running process
# are those of the new file. What the system refuses is reported, and holds from
# the next start on. The process stays.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

tree() {
	edit <<END
[worker:a]
command = /bin/sh -c '/bin/sleep 1000 & wait'
$(words "$@")
[worker:b]
command = /bin/sleep 1000
END
}
# soft NAME, hard NAME: limits of a, as the kernel has them.
soft() {
	sed -n "s/^Max $1  *\([^ ]*\) .*/\1/p" "/proc/$worker/limits"
}
hard() {
	sed -n "s/^Max $1  *[^ ]*  *\([^ ]*\) .*/\1/p" "/proc/$worker/limits"
}
nice_of() {
	sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 17
}
# warned: the last reload said that something cannot be.
warned() {
	says '^warning: a: .* cannot be changed while it runs' "$hang_up_after"
}
# may CAPABILITY: the daemon has it, by its number.
may() {
	may_caps=$(sed -n 's/^CapEff:	//p' /proc/self/status)
	[ $((0x$may_caps >> $1 & 1)) -eq 1 ]
}

tree
start
worker=$(pid_of a)
await '[ "$(family "$worker" | wc -l)" -ge 1 ]'
child=$(family "$worker" | cut -d ' ' -f 1)
files=$(hard 'open files')
was=$(soft 'open files')
core=$(soft 'core file size')
score=$(cat "/proc/$worker/oom_score_adj")

tree 'nice = 7'
becomes 'nice'
plans 'change a: nice'
is 'nice' "$(nice_of "$worker") $(nice_of "$child")" '7 7'
is 'nice of b' "$(nice_of "$(pid_of b)")" 0
if may 23; then		# CAP_SYS_NICE
	tree 'nice = 3'
	becomes 'nicer'
	is 'nice' "$(nice_of "$worker")" 3
	tree
	becomes 'nice as it was'
	is 'nice' "$(nice_of "$worker")" 0
else
	tree
	becomes 'nicer, which only root may'
	warned || fail 'it is not said'
	is 'nice' "$(nice_of "$worker")" 7
fi

if [ "${linux:-0}" -ne 1 ]; then
	tree 'limit_nofile = 50'
	becomes 'a limit, with POSIX alone'
	warned || fail 'it is not said'
	is 'the limit' "$(soft 'open files')" "$was"
	kill -KILL "$worker"
	hears '^a: started, pid [0-9]*, restart 1'
	worker=$(pid_of a)
	is 'the limit of the next one' "$(soft 'open files')" 50
	stop
	exit 0
fi

# The soft limit goes down and up; without a word it is what it was.
tree "limit_nofile = 50:$files" 'limit_core = 0'
becomes 'soft limits'
plans 'change a: limit_core, limit_nofile'
is 'the limits' "$(soft 'open files') $(hard 'open files')" "50 $files"
is 'cores' "$(soft 'core file size') $(hard 'core file size')" '0 0'
is 'the score' "$(cat "/proc/$worker/oom_score_adj")" "$score"
tree "limit_nofile = 70:$files" 'limit_core = 0'
becomes 'one limit'
plans 'change a: limit_nofile'
is 'the limit' "$(soft 'open files')" 70
warned && fail "something was refused"
tree 'limit_core = 0'
becomes 'a limit no more'
is 'the limits' "$(soft 'open files') $(hard 'open files')" "$was $files"
warned && fail "something was refused"

# Also limits that the daemon has inherited.
was=$(soft 'cpu time') seconds=$(hard 'cpu time' | sed s/unlimited/infinity/)
tree "limit_cpu = 5000:$seconds" 'limit_core = 0'
becomes 'a limit of time'
is 'the time' "$(soft 'cpu time')" 5000
tree 'limit_core = 0'
becomes 'a limit of time no more'
is 'the time' "$(soft 'cpu time')" "$was"
warned && fail "something was refused"

# What only some may: to raise a hard limit.
tree
becomes 'nothing said of cores'
if may 24; then		# CAP_SYS_RESOURCE
	is 'cores' "$(soft 'core file size')" "$core"
else
	says '^warning: a: limit_core cannot be changed .*: Operation not' \
	    "$hang_up_after" || fail 'it is not said'
	kill -KILL "$worker"
	hears '^a: started, pid [0-9]*, restart 1'
	worker=$(pid_of a)
	is 'cores of the next one' "$(soft 'core file size')" "$core"
fi

tree 'oom_score_adj = 600'
becomes 'score'
is 'the score' "$(cat "/proc/$worker/oom_score_adj")" 600

# A process that is to run another thing has it all from its start on.
sed -i '/^command = .*wait/s/1000/1001/
s/^oom_score.*/nice = 9/' reeve.conf
becomes 'another command' '~a'
worker=$(pid_of a)
is 'nice' "$(nice_of "$worker")" 9
warned && fail "something was refused"
stop
