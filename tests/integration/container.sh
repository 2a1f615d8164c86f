# The example of a container: reeved as process 1 and an ordinary user, in
# namespaces and a root directory of its own, with the files of the image alone.
# shellcheck disable=SC2086 # commands in variables are meant to be split
. "$SRCDIR/tests/integration/lib"
need_proc
need ldd chroot unshare

example=$SRCDIR/conf/examples/container
root=$PWD/root

# The times agree: what is above waits longer than reeved may take.
bound=$(sed -n 's/^shutdown_timeout = \([0-9]*\)s$/\1/p' "$example/reeve.conf")
for grace in $(sed -n 's/^ *terminationGracePeriodSeconds: //p' \
    "$example/pod.yaml") $(sed -n 's/^ *kill_timeout = "\([0-9]*\)s"$/\1/p' \
    "$example/reeve.nomad"); do
	[ "$bound" -lt "$grace" ] || fail "$bound is not less than $grace"
done
is 'how many say how long' "$(grep -hE 'kill_timeout|GracePeriod' \
    "$example/pod.yaml" "$example/reeve.nomad" | grep -vc '#')" 2

# put FILE TO [MODE]: into the image.
put() {
	mkdir -p "$root${2%/*}" && cp -L "$1" "$root$2" && chmod "${3:-755}" \
	    "$root$2"
}

# with_libraries PROGRAM: what it is linked with, into the same places.
with_libraries() {
	for library in $(ldd "$1" 2>/dev/null | grep -o '/[^ ]*'); do
		[ -e "$root$library" ] || put "$library" "$library"
	done
}

# image: the programs of reeve, the example, a shell and what its scripts call.
image() {
	put "$BUILDDIR/reeved" /usr/sbin/reeved
	put "$BUILDDIR/reevectl" /usr/bin/reevectl
	for name in sh cat sleep; do
		path=$(command -v $name) || fail "no $name"
		put "$path" /bin/$name
		with_libraries "$path"
	done
	with_libraries "$BUILDDIR/reeved"
	put "$example/tick" /usr/local/bin/tick
	put "$example/reeve.conf" /etc/reeve/reeve.conf 644
	mkdir -p "$root/proc" "$root/dev" "$root/run"
	# As a volume is mounted there.
	chmod 777 "$root/run"
}
image

# As in the Containerfile. Root can become that user; another user stays.
entry=$(sed -n 's/^ENTRYPOINT \[\(.*\)\]$/\1/p' "$example/Containerfile" |
    tr -d '",')
check=$(sed -n 's/^	CMD \[\(.*\)\]$/\1/p' "$example/Containerfile" |
    tr -d '",')
image_user=$(sed -n 's/^USER //p' "$example/Containerfile")
if [ -z "$entry" ] || [ -z "$check" ] || [ -z "$image_user" ]; then
	fail 'the Containerfile is not as this test thinks'
fi
if is_root; then
	unshare='unshare -pfm --kill-child'
	as="chroot --userspec=$image_user"
else
	unshare='unshare -Urpfm --kill-child'
	as=chroot
fi
mounts="mount -t proc proc '$root/proc' && mount --rbind /dev '$root/dev'"
$unshare sh -c "$mounts" 2>said || skip "no namespaces: $(tail -n 1 said)"
$unshare $as "$root" /bin/sh -c : 2>said || skip "no chroot: $(tail -n 1 said)"

# run_container [ARGUMENT...]: as an engine does.
run_container() {
	: >reeved.log	# now, or the messages of an earlier one would be read
	$unshare sh -c "$mounts && exec env - \
	    PATH=/usr/sbin:/usr/bin:/bin:/usr/local/bin \
	    $as '$root' $entry" >reeved.out 2>reeved.log &
	outer=$!
}

# inside COMMAND...: as an engine does it in a container that runs.
inside() {
	env - PATH=/usr/sbin:/usr/bin:/bin \
	    REEVE_SOCKET=/run/reeve/reeve.sock nsenter -t "$reeved" -p -m \
	    ${userns:-} $as "$root" "$@" >said 2>&1
}

# comes_up: wait for it; process 1, seen from here, is $reeved.
comes_up() {
	hears '^running, '
	reeved=$(family $outer | awk -v outer=$outer '$2 == outer { print $1 }')
}

# ends_as CODE: the container ends, with that.
ends_as() {
	reeved=
	wait $outer
	ends_as_code=$?
	[ $ends_as_code -eq "$1" ] ||
	    fail "the container ends with $ends_as_code, not $1"
	check_nobody
}

# Process 1, as nobody, in a run directory that it has made.
run_container
comes_up
is 'its own pid' "$(cat "$root/run/reeve/reeved.pid")" 1
if is_root; then
	is 'its user' "$(awk '/^Uid:/ { print $2 ":" $3 }' \
	    "/proc/$reeved/status")" "${image_user%:*}:${image_user%:*}"
fi
await 'grep -q "^tick: ready$" reeved.out'

# Health, where the engine can ask.
is_root || userns=-U
if command -v nsenter >/dev/null && inside /bin/sh -c :; then
	inside $check || fail "health: $(cat said)"
	grep -q '^reeved .*, pid 1, ' said || fail "health: $(cat said)"
	inside reevectl status / || fail "startup: $(cat said)"
	inside reevectl status tick || fail "readiness: $(cat said)"
	inside reevectl terminate-child tick || fail "$(cat said)"
	inside reevectl status tick
	code=$?
	is 'what readiness says of a worker that is down' $code 3
	inside $check || fail 'it lives on'
	inside reevectl restart-child tick || fail "$(cat said)"
	mv "$root/etc/reeve/reeve.conf" "$root/etc/reeve/good"
	sed 's/tick 5/tick 6/' "$root/etc/reeve/good" \
	    >"$root/etc/reeve/reeve.conf"
	inside reevectl reload || fail "reload: $(cat said)"
	mv "$root/etc/reeve/good" "$root/etc/reeve/reeve.conf"
fi

# A stop: TERM to process 1, and what that ends with.
kill -TERM "$reeved"
ends_as 0
grep -q '^tick: stopped$' reeved.out || fail 'the worker was not asked'

# The root gives up: 1. The first start fails: 2. A wrong file: 78.
chmod u+w "$root/etc/reeve/reeve.conf"
printf '[worker:short]\ncommand = /bin/sh -c "exit 3"\n' \
    >>"$root/etc/reeve/reeve.conf"
run_container
ends_as 1
says '^error: /: gives up' || fail 'it does not say why'
put "$example/reeve.conf" /etc/reeve/reeve.conf 644
printf '[worker:none]\ncommand = /nonexistent\n' \
    >>"$root/etc/reeve/reeve.conf"
run_container
ends_as 2
says "'/nonexistent'" || fail 'it does not say why'
echo 'x = y' >>"$root/etc/reeve/reeve.conf"
run_container
ends_as 78
grep -q '^/etc/reeve/reeve.conf:[0-9]*: ' reeved.log ||
    fail 'it does not say why'
