# Where the output of workers goes, and where their input comes from.
. "$SRCDIR/tests/integration/lib"
mkdir logs

write_conf <<END
[worker]
ready = exit
[worker:inherit]
command = /bin/sh -c 'echo inherit out; echo inherit err >&2'
stdout = inherit
stderr = inherit
[worker:null]
command = /bin/sh -c 'echo null out; echo null err >&2'
stdout = null
stderr = null
[worker:file]
command = /bin/sh -c 'echo file out; echo file err >&2'
stdout = file:$PWD/file
stderr = stdout
[worker:two]
command = /bin/sh -c 'echo two out; echo two err >&2'
stdout = file:$PWD/file
stderr = file:$PWD/file.err
[worker:text]
command = cat
stdin = text:one "two"\n\tthree
stdout = file:$PWD/text
[worker:stdin]
command = wc -c
stdin = $SRCDIR/tests/integration/output.sh
stdout = file:$PWD/size
[worker:default]
command = /bin/sh -c 'cat; echo default out; echo default err >&2'
END
echo before >file
start
stop
is 'inherited stdout' "$(sort reeved.out)" \
    "$(words 'default out' 'inherit out')"
is 'inherited stderr' "$(grep -v ' reeved: ' reeved.log | sort)" \
    "$(words 'default err' 'inherit err')"
is 'a file' "$(cat file)" "$(words before 'file out' 'file err' 'two out')"
is 'another' "$(cat file.err)" 'two err'
is 'a text' "$(cat text)" "$(printf 'one "two"\n\tthree')"
is 'an input' "$(tr -d ' ' <size)" \
    "$(wc -c <"$SRCDIR/tests/integration/output.sh" | tr -d ' ')"

# log_dir: a file for each, named by the path; appended to over restarts.
write_conf <<END
log_dir = $PWD/logs
[worker:once]
command = /bin/sh -c 'echo once out; echo once err >&2'
ready = exit
[supervisor:in]
[worker:in/again]
command = /bin/sh -c 'echo "run \$REEVE_RESTARTS"; exec $standin -r 3'
ready = fd:3
END
start
kill -KILL "$(pid_of in/again)"
hears '^in/again: started, pid [0-9]*, restart 1$'
stop
is 'a log' "$(cat logs/once.log)" "$(words 'once out' 'once err')"
is 'a log over a restart' "$(cat logs/in.again.log)" "$(words 'run 0' 'run 1')"
is 'its mode' "$(ls -l logs/once.log | cut -c 1-10)" -rw-r-----
is 'the output' "$(cat reeved.out)" ''

# It stays where it is through reloads: an old file is forgotten with all that
# it said.
write_conf <<END
log_dir = $PWD/logs
[worker:stays]
command = /bin/sh -c 'echo "run \$REEVE_RESTARTS"; exec $standin -r 3'
ready = fd:3
END
touch -t 202001010000 reeve.conf
start
for round in 1 2 3; do
	kill -HUP "$reeved"
	await '[ "$(story | grep -c "^reload: done, ")" -eq $round ]'
	kill -KILL "$(pid_of stays)"
	hears "^stays: started, pid [0-9]*, restart $round\$"
	is 'what is told of it' "$("$BUILDDIR/reevectl" -s "$run/reeve.sock" \
	    logs -n 1 stays)" "run $round"
done
stop
is 'a log over reloads' "$(cat logs/stays.log)" \
    "$(words 'run 0' 'run 1' 'run 2' 'run 3')"

# lay KIND: make ./target what an attacker may have made it.
echo precious >precious
chmod 600 precious
lay() {
	rm -rf open/target
	case $1 in
	link) ln -s "$PWD/precious" open/target ;;
	hardlink) ln precious open/target ;;
	fifo) mkfifo open/target ;;
	directory) mkdir open/target ;;
	esac
}

# refused CODE WHAT: it ends with that code and says so of ./target, which is
# as it was.
refused() {
	launch
	ends_with "$1"
	says "^error: $2 '$PWD/open/target': " || fail "not said: $2, $kind"
	is "the $kind" "$(cat precious)" precious
	is 'its mode' "$(ls -l precious | cut -c 1-10)" -rw-------
}

# In a directory that every user may write to, no link is followed.
mkdir open
chmod 777 open
for kind in link hardlink fifo directory; do
	lay $kind
	write_conf <<END
[worker:a]
command = /bin/echo overwritten
ready = exit
stdout = file:$PWD/open/target
END
	refused 2 'a: cannot start: opening stdout'
	write_conf <<END
log = $PWD/open/target
[worker:a]
command = $standin
END
	refused 71 'cannot open the log'
	rm -rf open/target.log
	mv open/target open/target.log
	write_conf <<END
log_dir = $PWD/open
[worker:target]
command = /bin/echo overwritten
ready = exit
END
	launch
	ends_with 2
	says "^error: target: cannot start: opening stdout '$PWD/open/target" ||
	    fail "nothing is said of the $kind"
	is "the $kind" "$(cat precious)" precious
	rm -rf open/target.log
done

# Nor in one that another user owns.
if is_root; then
	chmod 755 open
	chown 65534 open
	lay link
	write_conf <<END
[worker:a]
command = /bin/echo overwritten
ready = exit
stdout = file:$PWD/open/target
END
	refused 2 'a: cannot start: opening stdout'
	chown 0 open
fi

# In a directory that is only ours, it is ours.
chmod 755 open
lay link
write_conf <<END
[worker:a]
command = /bin/echo added
ready = exit
stdout = file:$PWD/open/target
END
start
stop
is 'the file linked to' "$(cat precious)" "$(words precious added)"

# One that cannot be made.
write_conf <<END
[worker:a]
command = /bin/echo
stdout = file:$PWD/none/target
END
launch
ends_with 2
says "^error: a: cannot start: opening stdout '$PWD/none/target': No such" ||
    fail 'nothing is said of a missing directory'
