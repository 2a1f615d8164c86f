# What `llvm-cov show' tells of lines, branches and decisions of src/core, as a
# table; and what was not run or not decided both ways: see mcdc. An inline
# function is told of once for each file that has it: what one of them does is
# done.

# Read a source: its lines, and the function that each of them is of.
function load(   at, name)
{
	while ((getline line <file) > 0) {
		if (match(line, /^[a-z_][a-z_0-9]*\(/))
			name = substr(line, 1, RLENGTH - 1)
		text[file, ++at] = line
		within[file, at] = name
	}
	close(file)
}

# What the source says at a line, from a column to the operator or the bracket
# that ends a condition there.
function condition(at, column,   rest, depth, i, two)
{
	rest = substr(text[file, at], column)
	for (i = 1; i <= length(rest); i++) {
		two = substr(rest, i, 2)
		depth += (two ~ /^\(/) - (two ~ /^\)/)
		if (depth < 0 || (depth == 0 && two ~ /^(&&|\|\||[?;])/))
			break
		if (i == length(rest) && (file, at + 1) in text) {
			line = text[file, ++at]
			sub(/^[ \t]*/, " ", line)
			rest = rest line
		}
	}
	rest = substr(rest, 1, i - 1)
	sub(/ +$/, "", rest)
	return rest
}

# Count a thing of a kind at a "line:column", and whether it was seen; if not,
# that is said by what.
function count(kind, place, is_seen, what,   key, part)
{
	key = file SUBSEP place SUBSEP what
	if (!(key in seen)) {
		seen[key] = 0
		split(place, part, ":")
		keys[++things] = key
		of_file[key] = file
		at_line[key] = part[1] + 0
		said_of[key] = condition(part[1] + 0, part[2])
		what_of[key] = what
		all[file, kind]++
		all["src/core", kind]++
	}
	if (!is_seen || seen[key])
		return
	seen[key] = 1
	good[file, kind]++
	good["src/core", kind]++
}

# Name a thing that was not seen.
function miss(key)
{
	print of_file[key] ":" at_line[key] ": " \
	    within[of_file[key], at_line[key]] ": " what_of[key] ": " \
	    said_of[key]
	misses++
}

# One row of the table.
function row(name)
{
	printf "%-20s %6d %6d %9d %6d %11d %6d\n", name, all[name, "line"],
	    good[name, "line"], all[name, "branch"], good[name, "branch"],
	    all[name, "condition"], good[name, "condition"]
}

/^[^ |].*\.[ch]:$/ {
	file = substr($0, 1, length($0) - 1)
	in_core = file ~ /^src\/core\//
	if (in_core) {
		files[++file_count] = file
		load()
	}
}
!in_core {
	next
}
/^ *[0-9]+\| *[0-9.kM]+\|/ {
	split($0, part, "|")
	match(part[3], /^[ \t]*/)
	count("line", (part[1] + 0) ":" (RLENGTH + 1), part[2] !~ /^ *0$/,
	    "not run")
}
/^ *\|  Branch \([0-9:]+\): \[True/ {
	gsub(/[():]+$|^\(/, "", $3)
	count("branch", $3, !/True: 0,/, "never true")
	count("branch", $3, !/False: 0\]/, "never false")
}
/^ *\|     Condition C[0-9]+ --> / {
	gsub(/[()]/, "", $5)
	place_of[$3] = $5
}
/^ *\|  C[0-9]+-Pair: / {
	sub(/-Pair:/, "", $2)
	count("condition", place_of[$2], !/not covered/, "not shown to matter")
}
END {
	print "file                  lines    run  branches  taken" \
	    "  conditions  shown"
	for (i = 1; i <= file_count; i++)
		row(files[i])
	row("src/core")
	for (i = 1; i <= things; i++)
		if (!seen[keys[i]])
			miss(keys[i])
	printf "mcdc: %d gaps\n", misses
	exit misses > 0 || all["src/core", "condition"] == 0
}
