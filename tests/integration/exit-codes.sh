# Each way in which the daemon ends has its exit code and its message.
. "$SRCDIR/tests/integration/lib"

# 0: asked to stop, by either signal.
for signal in TERM INT; do
	# It is to have come so far that it hears a signal.
	write_conf <<END
[worker:a]
command = $standin -r 3
ready = fd:3
END
	start
	kill -$signal "$reeved"
	hears "^got SIG$signal\$"
	ends_with 0
	says '^a: stopped, exited with code 0$' || fail 'a was not stopped'
done

# 0: the root shuts down by itself.
write_conf <<END
[supervisor]
auto_shutdown = any_significant
[worker:a]
command = $standin -l $ledger
[worker:b]
command = $standin -l $ledger -e 200
restart = transient
significant = yes
END
launch
ends_with 0
is 'the story of an auto_shutdown' "$(outline)" "$(words +a +b -b -a)"

# 1: the root gives up.
write_conf <<END
[supervisor]
max_restarts = 2
max_seconds = 1h
[worker:a]
command = $standin -l $ledger
[worker:b]
command = $standin -e 20 -x 3
END
launch
ends_with 1
is 'the story of giving up' "$(outline)" "$(words +a +b -b +b -b +b -b -a)"
says '^error: /: gives up: more than 2 restarts in (1h|60m), the last of b$' ||
    fail 'giving up is not explained'

# 2: a child fails at the first start, what was started is undone.
write_conf <<END
[worker:a]
command = $standin
[supervisor:in]
[worker:in/b]
command = $standin
[worker:in/c]
command = $PWD/none --such
[worker:d]
command = $standin
END
launch
ends_with 2
is 'the story of a failed start' "$(outline)" "$(words +a +in/b -in/b -a)"
says "^error: in/c: cannot start: executing '$PWD/none': No such file" ||
    fail 'the failure is not explained'
says '^error: in: failed to start, because of in/c$' ||
    fail 'the failure of the supervisor is not explained'

# 71: the system does not do what the daemon needs. Nothing is started.
cat >reeve.conf <<END
[reeve]
run_dir = /dev/null/run
[worker:a]
command = $standin
END
launch
ends_with 71
says "^error: cannot make the run directory '/dev/null/run': " ||
    fail 'the failure is not explained'
says 'started' && fail 'something was started'

# 77: it may not.
mkdir -m 777 everybodys
chmod 777 everybodys
cat >reeve.conf <<END
[reeve]
run_dir = $PWD/everybodys
[worker:a]
command = $standin
END
launch
ends_with 77
says "^error: the run directory '$PWD/everybodys' must belong to root or " ||
    fail 'the failure is not explained'
[ -z "$(ls everybodys)" ] || fail 'there are files in it'
if [ "$(id -u)" -ne 0 ]; then
	chmod 500 everybodys
	sed -i 's|everybodys$|everybodys/run|' reeve.conf
	launch
	ends_with 77
	says "^error: cannot make the run directory '$PWD/everybodys/run': " ||
	    fail 'the failure is not explained'
fi

# 78: the configuration is wrong, or cannot be read.
rm -f reeve.conf
launch
ends_with 78
grep -q '^reeve.conf: ' reeved.log || fail 'the missing file is not named'
