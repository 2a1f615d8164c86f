# A program that does not run is a failed start; a sentence says why.
. "$SRCDIR/tests/integration/lib"
mkdir dir
printf '#!/bin/sh\n' >plain && chmod 644 plain
printf '#!%s/none\n' "$PWD" >lost && chmod 755 lost
printf 'neither this nor that\n' >text && chmod 755 text
: >empty && chmod 755 empty

# refused COMMAND MESSAGE: so it is, for that reason.
refused() {
	write_conf <<END
[worker:before]
command = $standin -l $ledger
[worker:a]
$1
END
	launch
	ends_with 2
	says "^error: a: cannot start: $2" ||
	    fail "'$1' is explained with: $(story)"
	is 'the story' "$(outline)" "$(words +before -before)"
}

refused "command = $PWD/missing" "executing '$PWD/missing': No such file"
refused "command = $PWD/plain" \
    "executing '$PWD/plain': .*not an executable file"
refused "command = $PWD/dir" "executing '$PWD/dir': .*it is a directory"
refused "command = $PWD/lost" \
    "executing '$PWD/lost': .*its interpreter '$PWD/none' is missing"
refused "command = $PWD/text" "executing '$PWD/text': Exec format error"
refused "command = $PWD/empty" "executing '$PWD/empty': .*it is empty"
refused 'command = no-such-program-here' \
    "executing 'no-such-program-here': .*none in its PATH"
refused 'command = /bin/sh/' "executing '/bin/sh/': Not a directory"
refused "command = $standin
directory = $PWD/none" "changing to directory '$PWD/none': No such file"
refused "command = $standin
environment_file = $PWD/none" \
    "reading the environment file '$PWD/none': No such file"
refused "command = $standin
stdin = $PWD/none" "opening stdin '$PWD/none': No such file"
refused "command = $standin \${NOT_THERE}" \
    "expanding the command: there is no 'NOT_THERE'"

# A program that was there at the start and is gone when it is needed again:
# that counts, and its supervisor gives up at once.
cp "$standin" gone
write_conf <<END
[supervisor]
max_seconds = 1h
[worker:a]
command = $PWD/gone
END
start
rm gone
kill -KILL "$(pid_of a)"
ends_with 1
is 'the tries' "$(story |
    grep -c "^error: a: cannot start: executing '$PWD/gone': ")" 3
says '^error: /: gives up: more than 3 restarts in 1h' ||
    fail 'it does not say that it gives up'

# A program that is being written to is tried again.
cp "$standin" busy
write_conf <<END
[worker:a]
command = $PWD/busy
END
exec 9>>busy
launch
exec 9>&-
await 'has_said "^running, " || has_ended'
says '^running, ' || says "executing '$PWD/busy': Text file busy" ||
    fail "not explained: $(story)"
if is_alive "$reeved"; then
	stop
else
	ends_with 2
fi

# A file system that forbids it.
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o noexec none dir 2>/dev/null; then
	cp "$standin" dir/program
	write_conf <<END
[worker:a]
command = $PWD/dir/program
END
	launch
	await has_ended
	umount dir
	ends_with 2
	says "executing '$PWD/dir/program': .*mounted noexec" ||
	    fail "noexec is explained with: $(story)"
fi
