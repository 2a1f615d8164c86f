# apply.awk -v number=N LIST FILE: print FILE with the N-th break of LIST made.
# Blanks and line ends are alike, so that wrapping a line breaks nothing. Exits
# with 1 if the text that it is about does not stand there exactly once.
function add(line) {
	return substr(line, 2) "\n"
}

# A regular expression for some text.
function pattern(text, i, c, result) {
	gsub(/[ \t\n]+/, " ", text)
	sub(/^ /, "", text)
	sub(/ $/, "", text)
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c == " ")
			result = result "[ \t\n]+"
		else if (c ~ /[A-Za-z0-9_]/)
			result = result c
		else if (c == "^" || c == "\\")
			result = result "\\" c
		else
			result = result "[" c "]"
	}
	return result
}

FNR == NR {
	if (/^rule: /)
		n++
	if (n == number && /^-/)
		old = old add($0)
	if (n == number && /^\+/)
		new = new add($0)
	next
}
{ text = text $0 "\n" }
END {
	old = pattern(old)
	if (old == "" || !match(text, old))
		exit 1
	before = substr(text, 1, RSTART - 1)
	after = substr(text, RSTART + RLENGTH)
	if (match(after, old))
		exit 1
	sub(/[ \t]+$/, "", before)
	sub(/\n$/, "", new)
	printf "%s", before new after
}
