# A reload with a bad file: every process stays, and the log says what is wrong,
# and where. After that a good file is loaded as ever.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

good() {
	rm -rf reeve.conf conf.d
	mkdir conf.d
	edit <<END
include = conf.d/*.conf
[worker]
environment = LEDGER=$ledger
[worker:a]
command = $standin
[supervisor:in]
[worker:in/b]
command = $standin
END
	printf '[worker:c]\ncommand = %s\n' "$standin" >conf.d/c.conf
	touch -t 202001010000 conf.d/c.conf
}
good
start
conf=$PWD/reeve.conf
# more TEXT: the good file, and this behind it (printf); it begins in line 11.
more() {
	good
	# shellcheck disable=SC2059 # meant to be a format
	printf "$@" >>reeve.conf
	touch -t 202001010000 reeve.conf
}
is 'lines' "$(awk 'END { print NR }' reeve.conf)" 10

more '[worker:d]\ncomand = /bin/true\nrestart = often\n[wrker:e]\n'
stays 'all errors at once' "$conf:11: \\[worker:d\\] .*command" \
    "$conf:12: \\[worker:d\\] .*'comand'.*'command'" \
    "$conf:13: \\[worker:d\\] restart = often: .*permanent" \
    "$conf:14: .*worker"
more '[worker:a]\ncommand = /bin/true\n'
stays 'a section twice' "$conf:11: .*$conf:6"
more '[worker:d]\ncommand = /bin/true\nuser = nobody\0root\n'
stays 'a NUL byte' "$conf:13: .*NUL"
more '[worker:d]\ncommand = /bin/true\n%s = x\n' \
    "$(head -c 66000 /dev/zero | tr '\0' x)"
stays 'a line that is too long' "$conf:13: .*65536"
more '[supervisor:in/b]\n'
stays 'a worker that is a supervisor too' "$conf:11: "
more '[worker:none/d]\ncommand = /bin/true\n'
stays 'no parent' "$conf:11: .*none"
more '[worker:d]\ncommand = /bin/sh -c "unclosed\n'
stays 'a quote that is open' "$conf:12: "
more '[worker:d]\ncommand = /bin/true\nuser = no-such-user\n'
stays 'no such user' "$conf:13: .*no-such-user"
more '[worker:d]\ncommand = /bin/true\nsignificant = yes\nrestart = transient\n'
stays 'OTP would refuse it' "$conf:[0-9]*: \\[worker:d\\] .*significant"

# The file as a whole.
good
: >reeve.conf
touch -t 202001010000 reeve.conf
stays 'an empty file' "$conf: no section"
good
printf '# nothing but a comment\n' >reeve.conf
touch -t 202001010000 reeve.conf
stays 'nothing but a comment' "$conf: no section"
head -c 100000 /bin/sh >reeve.conf
touch -t 202001010000 reeve.conf
stays 'a program' "$conf:1: "
head -c 17000000 /dev/zero | tr '\0' '\n' >reeve.conf
touch -t 202001010000 reeve.conf
stays 'a file of 17 MB' "$conf: .*16777216"
rm reeve.conf
stays 'no file' "$conf: cannot be opened: "
mkdir reeve.conf
stays 'a directory' "$conf: not a regular file"
rmdir reeve.conf
mkfifo reeve.conf
stays 'a FIFO' "$conf: not a regular file"
rm reeve.conf
ln -s /dev/zero reeve.conf
stays '/dev/zero' "$conf: not a regular file"
rm reeve.conf
ln -s reeve.conf reeve.conf
stays 'a link to itself' "$conf: cannot be opened: "
for mode in 0666 0664 0646; do
	good
	chmod $mode reeve.conf
	stays "others could write it, $mode" "$conf: mode $mode"
	good
	chmod $mode conf.d/c.conf
	stays "others could write what it includes, $mode" \
	    "$PWD/conf.d/c.conf: mode $mode"
done
good
if [ "$(id -u)" -eq 0 ]; then
	chown 65534 reeve.conf
	stays 'it is of another' "$conf: owned by uid 65534"
else
	chmod 000 reeve.conf
	stays 'it cannot be read' "$conf: cannot be opened: "
fi

# What is included has errors of its own.
good
printf '[worker:c]\nnonsense = 1\n' >conf.d/c.conf
touch -t 202001010000 conf.d/c.conf
stays 'an error in an included file' \
    "$PWD/conf.d/c.conf:2: \\[worker:c\\] .*nonsense"
good
printf '[worker:a]\ncommand = /bin/true\n' >conf.d/d.conf
touch -t 202001010000 conf.d/d.conf
stays 'a section of the first file once more' \
    "$PWD/conf.d/d.conf:1: .*$conf:6"
good
printf '[reeve]\ninclude = ../reeve.conf\n' >conf.d/d.conf
touch -t 202001010000 conf.d/d.conf
stays 'a circle' \
    "$PWD/conf.d/../reeve.conf: includes itself .*$PWD/conf.d/d.conf:2"
good
printf '[reeve]\ninclude = none.conf\n' >conf.d/d.conf
touch -t 202001010000 conf.d/d.conf
stays 'no such included file' \
    "$PWD/conf.d/none.conf: .*included by $PWD/conf.d/d.conf:2"

# What cannot change while the daemon runs.
for key in run_dir socket pid_file log_dir log; do
	good
	sed -i "1a $key = /tmp/other" reeve.conf
	[ "$key" != run_dir ] || sed -i 3d reeve.conf
	touch -t 202001010000 reeve.conf
	stays "$key" "$conf: \\[reeve\\] .*'$key'.*started anew"
done

# After all that, it takes what is fine: CRLF, a mark, five million bytes of
# comment, and a new worker.
more '[worker:d]\r\ncommand = %s\r\n' "$standin"
head -c 5000000 /dev/zero | tr '\0' '#' | fold -w 60000 >>reeve.conf
{ printf '\357\273\277' && cat reeve.conf; } >new
cat new >reeve.conf
touch -t 202001010000 reeve.conf
becomes 'a good file' '+d'
stop

# Root can read everything: once more as an ordinary user.
[ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null || exit 0
chmod 777 "$PWD"
rm -rf "$run" "$ledger"
good
chown 65534 reeve.conf conf.d/c.conf
REEVED="setpriv --reuid=65534 --regid=65534 --clear-groups $REEVED"
start
chmod 000 reeve.conf
stays 'it cannot be read' "$conf: cannot be opened: Permission denied"
chmod 644 reeve.conf
chmod 000 conf.d/c.conf
stays 'nor what it includes' "$PWD/conf.d/c.conf: cannot be opened: "
chmod 644 conf.d/c.conf
becomes 'readable again'
stop
