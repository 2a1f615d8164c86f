# Every file of the fuzzer's corpus, most of them bad, as a reload: all
# processes stay, and client and log get the very lines that `reeved --test'
# writes about the file. The good ones ask for another run_dir, and are refused
# for that.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc
XDG_RUNTIME_DIR=$PWD	# or an ordinary user would have to name a run_dir
export XDG_RUNTIME_DIR

good() {
	edit <<END
[worker:a]
command = $standin
[supervisor:in]
[worker:in/b]
command = $standin
END
}
good
start
before=$(family_pids)
conf=$PWD/reeve.conf
bad=0 fine=0
for file in "$SRCDIR"/tests/fuzz/corpus/conf/*; do
	name=${file##*/}
	cat "$file" >reeve.conf
	touch -t 202001010000 reeve.conf
	after=$(story_length)
	$REEVED --test -c "$conf" >/dev/null 2>expected
	code=$?
	case $code in
	0)
		fine=$((fine + 1))
		echo "$conf: [reeve] 'run_dir', 'socket', 'pid_file'" >expected
		;;
	78)	bad=$((bad + 1)) ;;
	*)	fail "$name: --test ends with $code" ;;
	esac
	"$BUILDDIR/reevectl" -s "$run/reeve.sock" reload >said 2>errors &&
	    fail "$name: it is accepted"
	[ ! -s said ] || fail "$name: there is output"
	sed 1d errors >said
	sed "s/\\('pid_file'\\): not while .*/\\1/" said >errors
	cmp errors expected || fail "$name: $(cat errors)"
	lines=$(($(awk 'END { print NR }' errors) + (code != 0)))
	await '[ "$(story "$after" | grep -c "^error: reload: ")" -ge $lines ]'
	is "$name: the log" "$(story "$after" | grep -c '^error: reload: ')" \
	    $lines
	is "$name: who lives" "$(family_pids)" "$before"
done
echo "$bad files with errors, $fine for another daemon"
[ $bad -ge 60 ] || fail "too few files"
is 'starts' "$(story | grep -c ': started, ')" 2
good
becomes 'a good file'
plans ''
stop
