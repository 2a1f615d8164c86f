# interface.awk: makes C of varlink interfaces.
#
#	awk -v rows=texts -f interface.awk FILE...	for base/interface.h
#	awk -v rows=methods -f interface.awk FILE...	for control/verbtable.h
#
# The words of an error are what stands in a comment behind it, or else those
# of its name. The verb of the method StartChild is verb_start_child.

function fail(why) {
	print FILENAME ":" FNR ": " why | "cat >&2"
	exit failed = 1
}

# Split a name at its capitals: "StartChild" is "start child" if by is " ".
function words_of(name, by,    words, i, c) {
	for (i = 1; i <= length(name); i++) {
		c = substr(name, i, 1)
		words = words (i > 1 && c ~ /[A-Z]/ ? by : "") tolower(c)
	}
	return words
}

function escaped(text) {
	gsub(/[\\"]/, "\\\\&", text)
	return text
}

function quoted(text) {
	return "\"" escaped(text) "\""
}

function add_error(line,    name, words) {
	name = line
	sub(/^error /, "", name)
	sub(/[ (].*/, "", name)
	words = line
	if (!sub(/.*\)[ \t]*#[ \t]*/, "", words))
		words = words_of(name, " ")
	errors = errors "\t{ " quoted(interface "." name) ", " \
	    quoted(words) " },\n"
}

function add_method(line,    name, verb, list, part, optional, n, i) {
	name = line
	sub(/^method /, "", name)
	sub(/\(.*/, "", name)
	sub(/^[^(]*\(/, "", line)
	sub(/\).*/, "", line)
	gsub(/[ \t]/, "", line)
	verb = "verb_" words_of(name, "_")
	verbs = verbs "extern const struct verb " verb ";\n"
	methods = methods "\t{ " quoted(interface "." name) ", &" verb ",\n" \
	    "\t    (const struct verb_parameter[]){\n"
	n = split(line, list, ",")
	for (i = 1; i <= n; i++) {
		split(list[i], part, ":")
		optional = sub(/^\?/, "", part[2]) ? "true" : "false"
		if (!(part[2] in types))
			fail(name ": no parameter can be of type " part[2])
		methods = methods "\t\t{ " quoted(part[1]) ", " \
		    types[part[2]] ", " optional " },\n"
	}
	methods = methods "\t\t{ NULL, VERB_TEXT, false },\n\t    } },\n"
}

function print_table(type, name, table) {
	print "const struct " type " " name "[] = {\n" table "};"
	print "const size_t " name "_count = sizeof(" name ") / sizeof(" \
	    name "[0]);"
}

BEGIN {
	types["string"] = "VERB_TEXT"
	types["int"] = "VERB_NUMBER"
	types["bool"] = "VERB_FLAG"
	types["[]string"] = "VERB_TEXTS"
}
FNR == 1 { texts = texts (NR > 1 ? "\t},\n" : "") "\t{ NAME" ++files ",\n" }
{ texts = texts "\t\"" escaped($0) "\\n\"\n" }
/^interface / {
	interface = $2
	sub("NAME" files, quoted(interface), texts)
}
/^error / { add_error($0) }
/^method / {
	method = ""
	is_open = 1
}
is_open {		# to the end of its parameters
	line = $0
	sub(/#.*/, "", line)
	method = method line
	is_open = line !~ /\)/
	if (!is_open)
		add_method(method)
}
END {
	if (failed)
		exit 1
	if (rows == "texts") {
		print "#include \"base/interface.h\""
		print_table("interface", "interfaces", texts "\t},\n")
		print_table("interface_error", "interface_errors", errors)
	} else {
		print "#include \"control/verbtable.h\""
		print verbs
		print_table("method", "verbtable", methods)
	}
}
