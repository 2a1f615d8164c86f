# `reevectl new NAME' writes a project that runs at once, in any place, and does
# what its README says; files that exist stay as they are.
. "$SRCDIR/tests/integration/lib"

PATH=$BUILDDIR:$PATH
export PATH
unset REEVE_SOCKET

# refuses CODE TEXT NAME: nothing is written.
refuses() {
	find . ! -name said | sort >../before
	reevectl new "$3" >said 2>&1
	is "the exit code for '$3'" "$?" "$1"
	grep -q -- "$2" said || fail "'$3': $(cat said)"
	is 'what is there' "$(find . ! -name said | sort)" "$(cat ../before)"
}
mkdir desk
cd desk || exit 1
refuses 64 "'a b' is no name" 'a b'
refuses 64 "'' is no name" ''
refuses 64 "'a/b' is no name" a/b
refuses 64 "'\.\.' is no name" ..
refuses 64 "'reeve.conf' is no name" reeve.conf
refuses 64 "'README' is no name" README
refuses 64 "is no name" "$(printf '%065d' 0)"
refuses 64 "'.x1b\[31m' is no name" "$(printf '\033[31m')"
refuses 64 'usage: reevectl' -x
mkdir there && echo mine >there/README
refuses 1 "^reevectl: cannot make 'there': File exists$" there
is 'what was there' "$(cat there/README)" mine
reevectl new >said 2>&1
is 'the exit code without a name' "$?" 64

# The path of a socket must be short; that of the project is odd.
home=$(mktemp -d) || fail 'no temporary directory'
trap 'rm -rf "$home"' EXIT
odd="$home/a ;'\$x"
mkdir "$odd" || fail 'no directory'
cd "$odd" || fail 'no directory'
umask 077
reevectl new kiosk >../said || fail 'it is not written'
is 'what is said' "$(cat ../said)" 'kiosk: reeve.conf, kiosk, README
now: cd kiosk && reeved -c reeve.conf'
cd kiosk || fail 'no directory'
is 'what is written' "$(ls)" 'README
kiosk
reeve.conf'
reeved --test -c reeve.conf >../said 2>&1 || fail "$(cat ../said)"

$REEVED -c reeve.conf >../out 2>../log &
reeved=$!
await 'reevectl -s run/reeve.sock status kiosk >../said 2>&1'
await 'grep -q "^kiosk: 2, restart 0$" ../out'
# What the README tells to do.
for verb in status 'signal kiosk KILL' events shutdown; do
	grep -q "^    reevectl -s run/reeve.sock $verb  " README ||
	    fail "the README does not say: $verb"
done
reevectl -s run/reeve.sock signal kiosk KILL || fail 'it cannot be killed'
await 'grep -q "^kiosk: 1, restart 1$" ../out'
reevectl -s run/reeve.sock events |
    grep -q 'kiosk: started, pid [0-9]*, because it was killed by SIGKILL' ||
    fail 'the events do not say why'
reevectl -s run/reeve.sock shutdown || fail 'it cannot be stopped'
await has_ended
wait "$reeved"
is 'the exit code' "$?" 0
tail -n 1 ../out | grep -q '^kiosk: stopping$' || fail 'it was not told to stop'
reeved=

# Where nothing can be written, or where the directory has no name.
cd "$home" || fail 'no directory'
full=$(trap '' XFSZ && ulimit -f 0 && exec reevectl new full 2>&1)
is 'the exit code without room' "$?" 1
is 'what is said' "$(printf '%s\n' "$full" | head -n 1)" \
    "reevectl: cannot write below 'full': File too large"
mkdir gone
cd gone || fail 'no directory'
rmdir ../gone
if ! env pwd >/dev/null 2>&1; then
	reevectl new lost >"$odd/said" 2>&1
	is 'the exit code nowhere' "$?" 1
	is 'what is said' "$(cat "$odd/said")" "reevectl: cannot tell the \
directory for 'lost': No such file or directory"
fi
