# fish completion of reevectl(1), which says itself what a word can become

function __reevectl
	set -l words (commandline -opc) (commandline -ct)
	reevectl --complete $words[2..-1] 2>/dev/null
	if test $status -eq 10
		# the name of a file
		__fish_complete_path (commandline -ct)
	end
end

complete -c reevectl -f -a '(__reevectl)'
