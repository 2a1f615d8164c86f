# What a worker is told: its environment and its arguments.
. "$SRCDIR/tests/integration/lib"

cat >file <<'END'
# a comment
FROM_FILE=1
BOTH=file
QUOTED="two words"
REEVE_PATH=false
END
cat >args <<'END'
for arg; do
	printf '<%s>\n' "$arg"
done
END
LANG=C SECRET=1 TAKEN=taken EMPTY=
export PATH LANG SECRET TAKEN EMPTY
unset TZ
write_conf <<END
environment_inherit = PATH TAKEN EMPTY MISSING
[worker]
environment = DEFAULT=worker OVER=worker
ready = exit
[supervisor:in]
[worker:in/env]
command = env
stdout = file:$PWD/env
environment = OVER=own BOTH=own A="b c" D='e "f"' "G=h i"
environment = X=1
environment = X=2
environment_file = $PWD/file
environment_file = -$PWD/none
[worker:in/args]
command = /bin/sh $PWD/args one 'two  2' "three \${OVER}" four\ 4 '' "q\"q" \
\${OVER}x '\${OVER}' \$\$5 "\${A}" ~ * ; a comment
stdout = file:$PWD/out
environment = A="b c"
[worker:again]
ready = exec
command = /bin/sh -c 'echo "\$REEVE_PATH \$REEVE_NAME \$REEVE_RESTARTS" \
>>$PWD/again; exec sleep 1000'
END
start
await '[ -s again ]'
kill -KILL "$(pid_of again)"
await '[ "$(grep -c . again)" -eq 2 ]'
stop
is 'the environment' "$(grep -v '^PATH=' env | sort)" "$(words \
    'A=b c' BOTH=own 'D=e "f"' DEFAULT=worker EMPTY= FROM_FILE=1 'G=h i' \
    OVER=own 'QUOTED=two words' REEVE_NAME=env REEVE_PATH=in/env \
    REEVE_RESTARTS=0 TAKEN=taken X=2)"
is 'the path' "$(grep '^PATH=' env)" "PATH=$PATH"
is 'the arguments' "$(cat out)" "$(words '<one>' '<two  2>' '<three worker>' \
    '<four 4>' '<>' '<q"q>' '<workerx>' '<${OVER}>' '<$5>' '<b c>' '<~>' '<*>')"
is 'a restart' "$(cat again)" "$(words 'again again 0' 'again again 1')"
