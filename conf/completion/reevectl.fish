# fish completion of reevectl(1)

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
complete -c reevectl -n __fish_use_subcommand -a '(__reevectl_verbs)'
complete -c reevectl -n 'not __fish_use_subcommand' \
	-a '(__reevectl_paths)'
