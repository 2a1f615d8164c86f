# A reload changes which groups may use the control socket, and with them the
# mode of the socket, without which their members could not connect.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/reload-lib"
need_proc

# socket: the mode and the group of the socket file.
socket() {
	ls -ln "$run/reeve.sock" | awk '{ print $1, $4 }' | tr -d .+@
}
group=$(id -gn) || skip 'our group has no name'
gid=$(id -g)

# tree [KEY]: a worker, and a group in [reeve] or not.
tree() {
	edit <<END
${1:-}
[worker:a]
command = sleep 1000
END
}
tree
start
is 'without a group' "$(socket)" "srw------- $gid"
tree "control_group = $group"
becomes 'a group'
is 'with a group' "$(socket)" "srw-rw---- $gid"
tree
becomes 'none again'
is 'without it again' "$(socket)" "srw------- $gid"
tree "status_group = $group"
becomes 'another'
is 'with another' "$(socket)" "srw-rw---- $gid"
"$BUILDDIR/reevectl" -s "$run/reeve.sock" ping >said ||
    fail 'it does not answer'
tree "control_group = gid:$gid"
becomes 'the same by its number'
is 'with it by its number' "$(socket)" "srw-rw---- $gid"
! says 'no such group' || fail 'a group by its number is not known'

# Root can give it to any group, and take it back.
if is_root; then
	tree "control_group = gid:4711"
	becomes 'a group that is not ours'
	is 'with that group' "$(socket)" 'srw-rw---- 4711'
	tree "control_group = gid:$gid"
	becomes 'ours again'
	is 'with ours' "$(socket)" "srw-rw---- $gid"
fi

# A file that is in the place of the socket is not touched.
mv "$run/reeve.sock" "$run/moved"
: >"$run/reeve.sock"
chmod 600 "$run/reeve.sock"
tree
becomes 'none once more'
is 'what is no socket of ours' "$(socket)" "-rw------- $gid"
says 'warning: control: .*reeve\.sock'
rm "$run/reeve.sock"
stop
