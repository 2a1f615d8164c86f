# A file with errors is refused whole, and every error is reported: its line,
# what is wrong and what is allowed. Nothing of the file is applied.
. "$SRCDIR/tests/integration/lib"
XDG_RUNTIME_DIR=$PWD	# or an ordinary user would have to name a run_dir
export XDG_RUNTIME_DIR

# refused [LINE...]: reeve.conf is; the errors are in ./errors, without the
# texts these lines, "LINE" or "0" for the file as a whole, if any are given.
refused() {
	$REEVED -c reeve.conf >out 2>errors </dev/null
	refused_code=$?
	[ $refused_code -eq 78 ] ||
	    fail "exit code $refused_code: $(cat errors)"
	[ ! -s out ] || fail "there is output: $(cat out)"
	[ ! -e "$run" ] || fail 'a run directory was made'
	[ -s errors ] || fail 'nothing is said'
	LC_ALL=C grep -q '[^ -~]' errors && fail "raw bytes: $(cat errors)"
	[ $# -eq 0 ] || is 'the lines with errors' "$(sed '
	    s/^reeve.conf:\([0-9]*\): .*/\1/
	    s/^reeve.conf: .*/0/' errors)" "$(words "$@")"
}

# explains PATTERN...: there is an error that matches each (grep -E).
explains() {
	for explains_pattern; do
		grep -Eq -- "$explains_pattern" errors ||
		    fail "no '$explains_pattern' in: $(cat errors)"
	done
}

# All at once, with suggestions.
cat >reeve.conf <<'END'
[reeve]
run_dir = relative/run
[supervisor]
stratgy = one_for_all
max_restarts = many
[worker:db]
comand = /bin/true
restart = permanet
shutdown = 5
[wroker:x]
command = /bin/true
[worker:web/app]
command = /bin/true
[worker:db]
command = /bin/true
[worker:a b]
command = /bin/true
[worker:quote]
command = /bin/sh -c 'unclosed
user = no-such-user
nonsense
[worker:later]
command = /bin/true
ready = notify
listen = 80
END
refused
explains '^reeve.conf:2: \[reeve\] run_dir = relative/run: ' \
    "^reeve.conf:4: \\[supervisor\\] .*'stratgy'.*'strategy'" \
    '^reeve.conf:5: \[supervisor\] max_restarts = many: ' \
    "^reeve.conf:7: \\[worker:db\\] .*'comand'.*'command'" \
    '^reeve.conf:8: \[worker:db\] restart = permanet: .*permanent' \
    '^reeve.conf:9: \[worker:db\] shutdown = 5: .*(unit|s,|ms)' \
    "^reeve.conf:10: .*wroker.*worker" \
    '^reeve.conf:12: \[worker:web/app\] .*web' \
    '^reeve.conf:14: \[worker:db\] .*reeve.conf:6' \
    '^reeve.conf:16: .*' \
    '^reeve.conf:19: \[worker:quote\] command = ' \
    '^reeve.conf:20: \[worker:quote\] user = no-such-user: ' \
    "^reeve.conf:21: 'nonsense' " \
    '^reeve.conf:24: \[worker:later\] ready = notify: not supported yet' \
    "^reeve.conf:25: \\[worker:later\\] .*not supported yet"
is 'the order' "$(sed 's/^[^:]*:\([0-9]*\):.*/\1/' errors)" \
    "$(sed 's/^[^:]*:\([0-9]*\):.*/\1/' errors | sort -n)"
is 'what --test says' "$($REEVED -c reeve.conf --test 2>&1)" "$(cat errors)"
is 'what --daemon says' "$($REEVED -c reeve.conf --daemon 2>&1)" "$(cat errors)"

# Bytes that are no text: none of them gets through to the terminal.
head -c 100000 /bin/sh >reeve.conf
refused
printf '[worker:a]\ncommand = /bin/true\nuser = nobody\0root\n' >reeve.conf
refused 3
explains 'NUL'
printf '[worker:a]\ncommand = /bin/true\nuser\033[31m = x\n' >reeve.conf
refused 3
printf '[worker:a]\r\ncommand = /bin/true\rmore\r\n' >reeve.conf
refused
explains '^reeve.conf:2: .*carriage return'

# Sizes: a line of 64 KiB is the longest; a file over 16 MiB is too large.
# long BYTES: make a file whose third line is that long.
long() {
	printf '[worker:a]\ncommand = /bin/true\nenvironment = X='
	head -c $(($1 - 16)) /dev/zero | tr '\0' x
	echo
}
long 65536 >reeve.conf
$REEVED -c reeve.conf --test >out 2>errors || fail "refused: $(cat errors)"
long 65537 >reeve.conf
refused 3
explains '65537 bytes, 65536 are allowed'
{
	printf '[worker:a]\ncommand = /bin/true\n'
	head -c 10000000 /dev/zero | tr '\0' '#' | fold -w 60000
	printf '\nnonsense\n'
} >reeve.conf
refused 170
{ head -c 17000000 /dev/zero | tr '\0' '\n'; } >reeve.conf
refused 0
explains '^reeve.conf: .*16777216'

# What is fine: CRLF, a byte order mark, comments, blanks, no last newline.
printf '\357\273\277[worker:a]\r\n; a\r\n  # b\r\n\tcommand = /bin/true ; c' \
    >reeve.conf
$REEVED -c reeve.conf --test >out 2>errors || fail "refused: $(cat errors)"

# No other user may have written it.
printf '[worker:a]\ncommand = /bin/true\n' >reeve.conf
for mode in 664 646 666; do
	chmod $mode reeve.conf
	refused 0
	explains 'neither group nor others may write'
done
chmod 644 reeve.conf
if is_root; then
	chown 65534 reeve.conf
	refused 0
	explains 'owned by uid 65534'
fi

# It must be a file.
rm -f reeve.conf
refused 0
mkdir reeve.conf
refused 0
rmdir reeve.conf
mkfifo reeve.conf || exit 1
refused 0
rm -f reeve.conf
ln -s /dev/zero reeve.conf
refused 0
rm -f reeve.conf

# Includes are checked in the same way, and named.
mkdir conf.d
printf '[reeve]\ninclude = conf.d/*.conf\n[worker:a]\ncommand = /bin/true\n' \
    >reeve.conf
printf '[worker:b]\ncommnd = /bin/true\n' >conf.d/1.conf
printf '[worker:a]\ncommand = /bin/true\n' >conf.d/2.conf
refused
explains "conf.d/1.conf:2: \\[worker:b\\] .*'command'" \
    'conf.d/2.conf:1: \[worker:a\] .*reeve.conf'
printf '[reeve]\ninclude = ../reeve.conf\n' >conf.d/1.conf
rm conf.d/2.conf
refused
explains 'includes itself .*conf.d/1.conf:2'

# An empty file is more likely a mistake than a tree without children.
: >reeve.conf
refused 0
explains "no section: .*'\\[supervisor\\]'"
write_conf <<END
[supervisor]
END
$REEVED -c reeve.conf --test >out 2>errors || fail "refused: $(cat errors)"
