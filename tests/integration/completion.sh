# Completion in bash, and in fish where it is: verbs, options, what options
# take, and the paths, which the daemon answers.
. "$SRCDIR/tests/integration/lib"

command -v bash >/dev/null || skip 'there is no bash'
write_conf <<-'END'
[worker:db]
command = sleep 1000
[supervisor:web]
[worker:web/app]
command = sleep 1000
[worker:web/cache]
command = sleep 1000
END
start
PATH=$BUILDDIR:$PATH
export PATH

# completes EXPECTED WORD...: the last word is completed to these.
completes() {
	completes_want=$1
	shift
	is "$*" "$(bash -c '
	. "$SRCDIR/conf/completion/reevectl.bash"
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_reevectl
	printf "%s" "${COMPREPLY[*]}"' bash "$@")" "$completes_want"
}
unset REEVE_SOCKET
socket=$run/reeve.sock
completes 'status start-child' reevectl st
completes 'terminate-child' reevectl --json te
completes 'web web/app web/cache' reevectl -s "$socket" status w
completes 'web/app web/cache' reevectl --socket "$socket" restart web/
completes 'db' reevectl -s "$socket" status web/app d
completes '' reevectl -s "$run/none" status d
completes '--socket --shutdown --significant' reevectl --s
completes 'permanent' reevectl start-child web --restart p
completes 'infinity' reevectl start-child web --shutdown i
completes '' reevectl start-child web --id w
completes '' reevectl -s "$socket" start-child web --id x -- w
completes 'HUP' reevectl -s "$socket" signal db H
completes "$socket" reevectl -s "$run/reeve.s"
completes '' reevectl -s "$socket" new w
REEVE_SOCKET=$socket
export REEVE_SOCKET
completes 'db' reevectl logs -n 5 d

# fishes EXPECTED LINE: the same in fish, by what a line ends with.
fishes() {
	is "fish: $2" "$(fish --no-config -c \
	    'source $argv[1]; complete -C $argv[2]' \
	    "$SRCDIR/conf/completion/reevectl.fish" "$2" |
	    cut -f 1 | sort | tr '\n' ' ')" "${1:+$1 }"
}
if command -v fish >/dev/null; then
	REEVE_SOCKET=$run/none
	fishes 'start-child status' 'reevectl st'
	fishes 'terminate-child' 'reevectl --json te'
	fishes 'terminate-child' "reevectl -s $socket te"
	fishes 'web web/app web/cache' "reevectl -s $socket status w"
	fishes 'web/app web/cache' "reevectl --socket $socket restart web/"
	fishes 'db' "reevectl -s $socket logs -n 5 d"
	fishes '' 'reevectl status d'
	fishes '--shutdown --significant --socket' 'reevectl start-child --s'
	fishes 'permanent' 'reevectl start-child web --restart p'
	fishes 'infinity' 'reevectl start-child web --shutdown i'
	fishes '' "reevectl -s $socket start-child web --id w"
	fishes '' "reevectl -s $socket start-child web --id x -- w"
	fishes 'HUP' "reevectl -s $socket signal db H"
	fishes 'db' "reevectl -s $socket signal d"
	fishes '' "reevectl -s $socket new w"
fi

# All three know each verb's and each option's name, or ask for it.
options=$(sed -n 's/^\t{ "\([a-z-]*\)", [a-z]*_argument, .*/\1/p' \
    "$SRCDIR/src/ctl/main.c")
[ "$(printf '%s\n' "$options" | wc -l)" -ge 13 ] ||
    fail "the options are not found: $options"
for file in reevectl.bash _reevectl reevectl.fish; do
	grep -q 'reevectl.* paths' "$SRCDIR/conf/completion/$file" ||
	    fail "$file does not ask for the paths"
	for option in $options; do
		grep -Eq -- "(--|-l )$option\>" \
		    "$SRCDIR/conf/completion/$file" ||
		    fail "$file does not know --$option"
	done
done
stop
