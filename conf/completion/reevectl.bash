# bash completion of reevectl(1), which says itself what a word can become

_reevectl() {
	local words status
	words=$(reevectl --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
	status=$?
	COMPREPLY=()
	if ((status == 10)); then	# the name of a file
		words=$(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
	fi
	if [[ -n $words ]]; then
		mapfile -t COMPREPLY < <(cut -f 1 <<<"$words")
	fi
}
complete -F _reevectl reevectl
