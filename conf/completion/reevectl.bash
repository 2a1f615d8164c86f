# bash completion of reevectl(1): the daemon answers the paths

_reevectl() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local verb='' socket='' words='' count=0 i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-s | --socket)
			socket=${COMP_WORDS[i + 1]}
			((i++))
			;;
		-n | --lines | --id | --restart | --shutdown | --env) ((i++)) ;;
		--) return ;;	# the rest is the child's
		-*) ;;
		*)
			[[ -n $verb ]] && ((count++))
			verb=${verb:-${COMP_WORDS[i]}}
			;;
		esac
	done
	case $prev in
	-s | --socket)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--restart) words='permanent transient temporary' ;;
	--shutdown) words='infinity brutal_kill' ;;
	-n | --lines | --id | --env) return ;;
	*)
		if [[ $cur == -* ]]; then
			words='--socket --json --help --version --follow
--lines --id --restart --shutdown --significant --env --dry-run --now'
		elif [[ -z $verb ]]; then
			words=$(reevectl --help 2>/dev/null |
				sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')
		elif [[ $verb == signal && $count -eq 1 ]]; then
			words='HUP INT QUIT KILL USR1 USR2 TERM STOP CONT'
		elif [[ $verb != new ]]; then
			words=$(reevectl ${socket:+-s "$socket"} paths \
				2>/dev/null)
		fi
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _reevectl reevectl
