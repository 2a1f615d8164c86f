# Completion in bash, zsh and fish, if they are installed: verbs, options, what
# options take, signals, and the paths, which the daemon answers. The shells'
# files contain none of these words: they ask reevectl.
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
files=$SRCDIR/conf/completion
export PATH files

# in_bash WORD..., in_zsh and in_fish: what the last word is completed to.
in_bash() {
	bash -c '
	. "$files/reevectl.bash"
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_reevectl
	printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}
in_zsh() {	# the functions of its completion system only show here
	zsh -f -c '
	_describe() { print -rl -- "${(P@)2%%:*}" }
	_files() { print -rl -- ${words[CURRENT]}*(N) }
	words=("$@")
	CURRENT=$#
	. $files/_reevectl' zsh "$@"
}
in_fish() {
	fish --no-config -c '
	source $files/reevectl.fish
	complete -C "$argv"' "$@" | cut -f 1
}
shells=
for shell in bash zsh fish; do
	command -v $shell >/dev/null && shells="$shells $shell"
done
echo "shells:$shells"

# completes EXPECTED WORD...: in each shell, the last word to these, sorted.
completes() {
	completes_want=$1
	shift
	for shell in $shells; do
		is "$shell: $*" "$("in_$shell" "$@" | LC_ALL=C sort |
		    tr '\n' ' ' | sed 's/^ *//; s/ $//')" "$completes_want"
	done
}
unset REEVE_SOCKET
socket=$run/reeve.sock
completes 'start-child status' reevectl st
completes 'terminate-child' reevectl --json te
completes 'web web/app web/cache' reevectl -s "$socket" status w
completes 'web/app web/cache' reevectl --socket "$socket" restart web/
completes 'db' reevectl -s "$socket" status web/app d
completes 'web' reevectl -s "$socket" which-children w
completes '' reevectl -s "$socket" restart web/app d
completes '' reevectl -s "$run/none" status d
completes '--shutdown --significant --socket' reevectl --s
completes 'permanent' reevectl start-child web --restart p
completes 'infinity' reevectl start-child web --shutdown i
completes '' reevectl start-child web --id w
completes '' reevectl -s "$socket" start-child web --id x -- w
completes 'HUP' reevectl -s "$socket" signal db H
completes 'db' reevectl -s "$socket" signal d
completes "$socket" reevectl -s "$run/reeve.s"
completes '' reevectl -s "$socket" new w
completes '' reevectl nope w
completes '' reevectl status --nope w
is 'nothing to complete' "$(reevectl --complete)" ''

# A daemon that tells this user nothing: nor is anything said.
if is_root && command -v setpriv >/dev/null && chmod 755 "$PWD" "$run" &&
    setpriv --reuid=65534 --clear-groups test -x "$BUILDDIR"; then
	chmod 666 "$socket"
	is 'without a right' "$(setpriv --reuid=65534 --clear-groups \
	    reevectl --complete -s "$socket" status '' 2>&1)" ''
fi
REEVE_SOCKET=$socket
export REEVE_SOCKET
completes 'db' reevectl logs -n 5 d

# Every verb, and every option of each, as their help has them.
verbs=$(reevectl --help | sed -n 's/^  \([a-z][a-z-]*\)  *.*/\1/p' |
    LC_ALL=C sort | tr '\n' ' ')
[ "$(echo "$verbs" | wc -w)" -ge 19 ] || fail "the verbs are not found: $verbs"
completes "${verbs% }" reevectl ''
for verb in $verbs; do
	options=$({
		reevectl --help | grep -v '^  .* --\(json\|complete\) '
		reevectl "$verb" --help
	} | sed -n 's/^  .* \(--[a-z-]*\) .*/\1/p' |
	    LC_ALL=C sort | tr '\n' ' ')
	completes "${options% }" reevectl "$verb" --
done
for file in reevectl.bash _reevectl reevectl.fish; do
	for word in count-children terminate-child json follow HUP; do
		! grep -q -- "[ '(-]$word\>" "$files/$file" ||
		    fail "$file has a list of its own: $word"
	done
done
stop
