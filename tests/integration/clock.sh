# Clocks that jump. Only times that are shown are those of the wall clock; the
# monotonic clock may begin anywhere.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

tree() {
	edit <<END
[supervisor]
max_restarts = 1000
[worker:a]
command = $standin ${1:-}
[worker:later]
command = /bin/false
restart_delay = 300ms
END
}

# life: a start, a restart, one that is delayed, a reload, a stop.
life() {
	tree
	start
	kill -KILL "$(pid_of a)"
	hears '^a: started, pid [0-9]*, restart 1$'
	await '[ "$(starts_of later)" -ge 2 ]'
	# Written long ago, and in a time that is still to come, as when the
	# clock has been put back.
	for year in 1980 2035; do
		tree "-s $((year % 10))"
		touch -t ${year}01010000 reeve.conf
		after=$(story_length)
		kill -HUP "$reeved"
		hears '^reload: done, [12] changes*, 0 refused$' "$after"
	done
	stop
}

life
if unshare -T true 2>/dev/null; then
	plain=$REEVED
	for offset in 1 2000000 300000000; do
		REEVED="unshare -T --monotonic $offset --boottime $offset \
$plain"
		life
	done
	echo 'also where the clock stands elsewhere'
fi
