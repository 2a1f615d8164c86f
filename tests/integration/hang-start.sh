# A start that does not return: the program, the directory, a file that is
# opened or the environment file is on a file system that does not answer.
# After two seconds the start has failed, by what it hangs at. All others are
# restarted and clients are answered meanwhile, and the daemon can be ended. A
# process that cannot even be killed is unkillable until the mount answers.
. "$SRCDIR/tests/integration/lib"
. "$SRCDIR/tests/integration/hang-lib"
ctl() { "$BUILDDIR/reevectl" -s "$run/reeve.sock" "$@"; }
kinds='program directory stdin stdout'
# With POSIX alone the daemon reads the environment files itself.
[ "${linux:-0}" -eq 0 ] || kinds="$kinds environment"

# hangs_at MOUNT KIND: what is said of it. With POSIX alone the child tells
# nothing before it is over.
hangs_at() {
	if [ "${linux:-0}" -eq 0 ]; then
		echo 'starting it'
		return
	fi
	case $2 in
	program) hangs_at_step=executing ;;
	directory) hangs_at_step='changing to directory' ;;
	environment) hangs_at_step='reading the environment file' ;;
	*) hangs_at_step="opening $2" ;;
	esac
	echo "$hangs_at_step '$PWD/$1/$2'"
}

# worker NAME MOUNT KIND: a worker in a supervisor of its own that needs this of
# the mount.
worker() {
	case $3 in
	program) worker_key="command = $PWD/$2/program" ;;
	directory) worker_key="directory = $PWD/$2/directory" ;;
	stdin) worker_key="stdin = $PWD/$2/stdin" ;;
	stdout) worker_key="stdout = file:$PWD/$2/stdout" ;;
	environment) worker_key="environment_file = $PWD/$2/environment" ;;
	esac
	printf '[supervisor:%s]\nmax_restarts = 1000\n[worker:%s/w]\n' "$1" "$1"
	[ "$3" = program ] || echo "command = $standin"
	echo "$worker_key"
}

for mount in deaf mute; do
	mkdir -p $mount.src/directory
	cp "$standin" $mount.src/program
	: >$mount.src/stdin
	: >$mount.src/stdout
	: >$mount.src/environment
	hang_mount $mount
done
{
	cat <<END
[supervisor]
max_restarts = 1000
[worker]
shutdown = 1s
[worker:other]
command = $standin
END
	for kind in $kinds; do
		worker "deaf-$kind" deaf "$kind"
		worker "mute-$kind" mute "$kind"
	done
} | write_conf
# What a process uses that hangs still at the end is not freed: no leak.
echo 'leak:start_new' >kept
LSAN_OPTIONS=suppressions=$PWD/kept:print_suppressions=0
export LSAN_OPTIONS
start

# others_go_on: one that needs nothing of the mounts is restarted, and a client
# is answered.
others_go_on() {
	others_starts=$(starts_of other)
	kill -KILL "$(pid_of other)"
	await '[ "$(starts_of other)" -gt "$others_starts" ]'
	ctl ping >said || fail "no answer: $(cat said)"
}

hang_deaf deaf
hang_mute mute
after=$(story_length)
for kind in $kinds; do
	kill -KILL "$(pid_of "deaf-$kind/w")" "$(pid_of "mute-$kind/w")"
done
for round in 1 2 3 4 5; do
	others_go_on
done
for mount in deaf mute; do
	for kind in $kinds; do
		hears "^error: $mount-$kind/w: cannot start: $(hangs_at \
		    $mount "$kind"): it hangs there$" "$after"
	done
done
others_go_on

# What can be killed is started again and again. What cannot is unkillable.
for kind in $kinds; do
	hears "^error: mute-$kind/w: unkillable: pid " "$after"
	is "the starts of mute-$kind" "$(starts_of "mute-$kind/w")" 1
	ctl status "mute-$kind/w" >said
	grep -q unkillable said || fail "its state: $(cat said)"
done
others_go_on
ctl reload >said 2>&1 || fail "no reload: $(cat said)"
for mount in deaf mute; do
	hang_serve $mount
	for kind in $kinds; do
		await '[ "$(starts_of "$mount-$kind/w")" -eq 2 ]'
	done
done

# The daemon ends while some hang.
hang_deaf deaf
hang_mute mute
after=$(story_length)
kill -KILL "$(pid_of mute-program/w)" "$(pid_of deaf-stdin/w)"
hears '^error: mute-program/w: unkillable: pid ' "$after"
kill -TERM "$reeved"
await has_ended
wait "$reeved"
code=$?
reeved=
is 'the exit code' $code 71
says '^error: unkillable and left behind: 1$' ||
    fail 'nothing is said of what is left behind'
hang_end mute
hang_end deaf
await '[ -z "$(others)" ]'
