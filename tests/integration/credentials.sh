# The user and the limits that a worker runs with: never root when the file
# names another user, and never a group that it should not have.
. "$SRCDIR/tests/integration/lib"
need_proc
[ "$(id -u)" -ne 0 ] || need_root

# An ordinary user may ask for what is its own anyway, and for no more.
me=$(id -un) mygroup=$(id -gn)
write_conf <<END
[worker:a]
command = cat /proc/self/status
stdout = file:$PWD/status
ready = exit
user = $me
group = $mygroup
umask = 027
limit_nofile = 64
limit_core = 0
[worker:limits]
command = cat /proc/self/limits
stdout = file:$PWD/limits
ready = exit
limit_nofile = 64
limit_fsize = 1M
[worker:nice]
command = cat /proc/self/stat
stdout = file:$PWD/stat
ready = exit
nice = 7
END
if [ "${linux:-0}" -eq 1 ]; then
	cat >>reeve.conf <<END
[worker:score]
command = cat /proc/self/oom_score_adj
stdout = file:$PWD/score
ready = exit
oom_score_adj = 300
END
fi

# field NAME: of ./status, blanks made one.
field() {
	sed -n "s/^$1:[	 ]*//p" status | tr -s '\t ' '  '
}

# ids FILE-OF-NUMBERS: the number four times, as the kernel shows them.
four() {
	echo "$1 $1 $1 $1"
}

start
stop
is 'the user' "$(field Uid)" "$(four "$(id -u)")"
is 'the group' "$(field Gid)" "$(four "$(id -g)")"
is 'the umask' "$(field Umask)" 0027
is 'the limit of descriptors' \
    "$(awk '/^Max open files/ { print $4, $5 }' limits)" '64 64'
is 'the limit of a file' \
    "$(awk '/^Max file size/ { print $4, $5 }' limits)" '1048576 1048576'
is 'the nice value' "$(sed 's/.*) //' stat | cut -d ' ' -f 17)" 7
[ "${linux:-0}" -ne 1 ] || is 'the score' "$(cat score)" 300

if [ "$(id -u)" -ne 0 ]; then
	write_conf <<END
[worker:a]
command = id
user = root
END
	launch
	ends_with 78
	grep -q '^reeve.conf:5: \[worker:a\] user = root: only root may' \
	    reeved.log ||
	    fail "not refused: $(cat reeved.log)"
	exit 0
fi

# Root: a user that the system knows, with its groups.
user=$(awk -F : '$3 != 0 && $3 != 65534 { print $1; exit }' /etc/passwd)
[ -n "$user" ] || skip 'there is no other user'
uid=$(id -u "$user") gid=$(id -g "$user")
other=$(awk -F : -v gid="$gid" '$3 != 0 && $3 != gid { print $1; exit }' \
    /etc/group)
other_gid=$(awk -F : -v name="$other" '$1 == name { print $3 }' /etc/group)

# try KEY...: run a worker with these lines; ./status is its own.
try() {
	rm -f status env
	{
		cat <<END
[worker]
ready = exit
END
		cat <<END
[worker:a]
command = cat /proc/self/status
stdout = file:$PWD/status
END
		printf '%s\n' "$@"
		cat <<END
[worker:b]
command = env
stdout = file:$PWD/env
END
		printf '%s\n' "$@"
	} | write_conf
	start
	stop
}

try "user = $user"
is 'the user' "$(field Uid)" "$(four "$uid")"
is 'the group' "$(field Gid)" "$(four "$gid")"
is 'the groups' "$(field Groups | tr ' ' '\n' | grep . | sort -n)" \
    "$(id -G "$user" | tr ' ' '\n' | sort -n)"
is 'the capabilities' "$(field CapEff) $(field CapPrm) $(field CapInh)" \
    '0000000000000000 0000000000000000 0000000000000000'
grep -Fqx "USER=$user" env || fail "USER is not set: $(cat env)"
grep -Fqx "LOGNAME=$user" env || fail "LOGNAME is not set: $(cat env)"
grep -Fqx "HOME=$(awk -F : -v name="$user" '$1 == name { print $6 }' \
    /etc/passwd)" env || fail "HOME is not set: $(cat env)"

try "user = $user" "group = $other"
is 'the group' "$(field Gid)" "$(four "$other_gid")"

try "user = $user" 'groups ='
is 'the user' "$(field Uid)" "$(four "$uid")"
is 'no groups' "$(field Groups | tr -d ' ')" ''

try "user = $user" "groups = $other"
is 'the groups' "$(field Groups | tr -d ' ')" "$other_gid"

# A group alone leaves none of root's others.
try "group = $other"
is 'the user' "$(field Uid)" "$(four 0)"
is 'the group' "$(field Gid)" "$(four "$other_gid")"
is 'the groups' "$(field Groups | tr -d ' ' | sed "s/^$other_gid\$//")" ''

# Users that there are not, or that look like numbers, are errors of the file.
for name in nosuchuser 0 0x0 00 -1 65534 4294967295 '' 'root extra' 0day; do
	write_conf <<END
[worker:a]
command = cat /proc/self/status
stdout = file:$PWD/never
user = $name
END
	launch
	ends_with 78
	grep -q '^reeve.conf:6: \[worker:a\] ' reeved.log ||
	    fail "user '$name' is not refused: $(cat reeved.log)"
done
[ ! -e never ] || fail 'it has run'

# The directory is entered as the user.
mkdir -m 700 secret
write_conf <<END
[worker:a]
command = /bin/true
user = $user
directory = $PWD/secret
END
launch
ends_with 2
says "^error: a: cannot start: changing to directory '$PWD/secret': Perm" ||
    fail 'nothing is said of the directory'

# What belongs to root is not read by its program.
write_conf <<END
[worker:a]
command = /bin/sh -c ': <$PWD/secret/file'
user = $user
ready = exit
END
echo >secret/file
launch
ends_with 2

# The daemon dies, and those of another user with it.
write_conf <<END
[worker:a]
command = sleep 1000
user = $user
END
start
a=$(pid_of a)
is 'its user' "$(awk '/^Uid:/ { print $2 }' "/proc/$a/status")" "$uid"
kill -KILL "$reeved"
wait "$reeved"
reeved=
[ "${linux:-0}" -eq 1 ] || kill -KILL "$a"	# nothing else would end it
await '! is_alive "$a"'
