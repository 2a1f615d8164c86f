# fish completion of reevectl(1): the daemon answers the paths

# The words that are no options: the verb, and what it is about.
function __reevectl_words
	set -l words (commandline -opc)
	set -l is_value no
	set -e words[1]
	for word in $words
		if test $is_value = yes
			set is_value no
			continue
		end
		switch $word
			case -s --socket -n --lines --id --restart \
				--shutdown --env
				set is_value yes
			case --
				# the rest is the child's
				printf '%s\n' --
				return
			case '-*'
			case '*'
				echo $word
		end
	end
end

function __reevectl_no_verb
	test (count (__reevectl_words)) -eq 0
end

function __reevectl_verb_is
	set -l words (__reevectl_words)
	test (count $words) -gt 0
	and contains -- $words[1] $argv
end

function __reevectl_wants_signal
	__reevectl_verb_is signal
	and test (count (__reevectl_words)) -eq 2
end

function __reevectl_wants_path
	set -l words (__reevectl_words)
	test (count $words) -gt 0
	and not contains -- -- $words
	and not __reevectl_verb_is new
	and not __reevectl_wants_signal
end

function __reevectl_verbs
	reevectl --help 2>/dev/null |
		string replace -rf '^  ([a-z][a-z-]*) +(.*)$' '$1\t$2'
end

function __reevectl_paths
	set -l words (commandline -opc)
	set -l socket
	for i in (seq 1 (math (count $words) - 1))
		if contains -- $words[$i] -s --socket
			set socket -s $words[(math $i + 1)]
		end
	end
	reevectl $socket paths 2>/dev/null
end

complete -c reevectl -f
complete -c reevectl -s s -l socket -r -F -d 'where reeved listens'
complete -c reevectl -l json -d 'answer in JSON'
complete -c reevectl -s h -l help -d 'how it is used'
complete -c reevectl -s V -l version -d 'the version'
complete -c reevectl -n __reevectl_no_verb -a '(__reevectl_verbs)'
complete -c reevectl -n __reevectl_wants_path -a '(__reevectl_paths)'
complete -c reevectl -n __reevectl_wants_signal \
	-a 'HUP INT QUIT KILL USR1 USR2 TERM STOP CONT'
complete -c reevectl -n '__reevectl_verb_is logs events' -s f -l follow \
	-d 'go on'
complete -c reevectl -n '__reevectl_verb_is logs' -s n -l lines -x \
	-d 'how many'
complete -c reevectl -n '__reevectl_verb_is start-child' -l id -x -d 'its name'
complete -c reevectl -n '__reevectl_verb_is start-child' -l restart -x \
	-a 'permanent transient temporary' -d 'its restart type'
complete -c reevectl -n '__reevectl_verb_is start-child' -l shutdown -x \
	-a 'infinity brutal_kill' -d 'how it is stopped'
complete -c reevectl -n '__reevectl_verb_is start-child' -l significant \
	-d 'its end may end the supervisor'
complete -c reevectl -n '__reevectl_verb_is start-child' -l env -x \
	-d 'NAME=value'
complete -c reevectl -n '__reevectl_verb_is reload' -l dry-run \
	-d 'only tell what would be done'
complete -c reevectl -n '__reevectl_verb_is shutdown' -l now -d 'kill'
