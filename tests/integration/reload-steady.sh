# A thousand reloads (COUNT), of the same file, of others and of bad ones: the
# daemon is no larger after all of them than after the first hundreds, and has
# no more descriptors. Where a tool finds leaks by itself, fewer will do.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc
if [ "$REEVED" = "$BUILDDIR/reeved" ] && ! grep -q 'fsanitize' \
    "$BUILDDIR/config.mk" "$SRCDIR/config.mk" 2>/dev/null; then
	finder='' count=${COUNT:-1000}
else
	finder=yes count=${COUNT:-300}
fi

# tree FILE TEXT: make a file; each kind of child, and a text behind it.
tree() {
	edit <<END
include = conf.d/*.conf
shutdown_timeout = ${timeout:-1m}
[supervisor]
strategy = rest_for_one
max_restarts = ${restarts:-9}
[worker]
environment = LEDGER=$ledger
stop_signal = INT
limit_core = ${core:-0}
[worker:a]
command = $standin
shutdown = ${shutdown:-3s}
exit_normal = 0-3 USR1
[supervisor:in]
$(for i in 1 2 3 4 5 6 7 8; do
		printf '[worker:in/w%d]\ncommand = %s\n' $i "$standin"
		printf 'environment = A="%s" B=2\n' "${value:-x y}"
	done)
[dynamic:on]
command = $standin -s \${B} ${template:-}
max_children = ${most:-7}
$2
END
	mv reeve.conf "$1"
}
mkdir conf.d
printf '[worker:c]\ncommand = %s\n' "$standin" >conf.d/c.conf
touch -t 202001010000 conf.d/c.conf
tree plain ''
timeout=2m restarts=8 core=0:1 shutdown=9s template=-x most=8
tree policy ''
tree more "[supervisor:z]
[worker:z/y]
command = $standin"
tree bad "[worker:z]
nonsense = $(head -c 5000 /dev/zero | tr '\0' x)
command = 'x"
tree missing "[worker:a/b]
command = x"
value='y z'
tree rerun ''

cp -p plain reeve.conf
start
ctl() {
	"$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@"
}
# reloads COUNT: so many reloads.
reloads() {
	reloads_left=$1
	while [ "$reloads_left" -gt 0 ]; do
		case $((reloads_left % 20)) in
		0) file="more" ;;
		5) file=rerun ;;
		10) file=bad ;;
		15) file=missing ;;
		1 | 3 | 7 | 9 | 11 | 13 | 17) file=policy ;;
		*) file=plain ;;
		esac
		cp -p $file reeve.conf
		ctl reload >said 2>&1
		reloads_code=$?
		case $file in
		bad | missing) reloads_want=1 ;;
		*) reloads_want=0 ;;
		esac
		[ $reloads_code -eq $reloads_want ] ||
		    fail "$file: exit code $reloads_code: $(cat said)"
		reloads_left=$((reloads_left - 1))
	done
}
# size: what the daemon takes of memory for itself, in kB.
size() {
	sed -n 's/^RssAnon:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$reeved/status"
}
# files: how many descriptors it has; 0, where that is only root's to know.
files() {
	find "/proc/$reeved/fd" -mindepth 1 2>/dev/null | wc -l
}
# The ring of events is filled first, and the heap has found its shape.
reloads $((count / 3))
files_before=$(files) size_before=$(size)
reloads $((count - count / 3))
await '[ "$(files)" -le "$files_before" ]'
size_after=$(size)
echo "after $((count / 3)) reloads: $size_before kB, $files_before descriptors"
echo "after $count reloads: $size_after kB, $(files) descriptors"
# What watches over memory takes some itself.
[ "$finder" ] || [ $((size_after - size_before)) -le 256 ] ||
    fail 'it has grown'
cp -p plain reeve.conf
ctl reload >said || fail "$(cat said)"
check_family a in/w1 in/w2 in/w3 in/w4 in/w5 in/w6 in/w7 in/w8 c
stop
