# The shop of conf/examples, with stand-ins for its servers and scripts. Each is
# killed in turn; then one again and again, until the shop has ended.
. "$SRCDIR/tests/integration/lib"
need_proc
all='store/redis store/memcached front/clerk front/web/pages front/web/nginx'

# The file is as it is shipped, but for where the shop is, and that a slow
# machine has a minute for what web allows in five seconds.
sed -e "s|/tmp/reeve-shop|$PWD/shop|" \
    -e 's|^\[supervisor:front/web\]$|&\nmax_seconds = 1m|' \
    "$SRCDIR/conf/examples/shop.conf" >reeve.conf
run=$PWD/shop
mkdir bin
printf '#!/bin/sh\necho "start store/room" >>%s\n' "$ledger" >bin/room
for name in redis-server memcached nginx; do
	printf '#!/bin/sh\nexec %s -l %s\n' "$standin" "$ledger" >bin/$name
done
for name in clerk pages; do
	printf '#!/bin/sh\nexec %s -l %s -r 3\n' "$standin" "$ledger" \
	    >bin/$name
done
chmod +x bin/*
PATH=$PWD/bin:$PATH
export PATH

# shoot PATH WORD...: kill a worker; this follows, and nothing else.
shoot() {
	after=$(story_length)
	kill -KILL "$(pid_of "$1")"
	shift
	# shellcheck disable=SC2086 # several
	await '[ "$(outline $after | wc -l)" -ge '$#' ]'
	is 'what follows' "$(outline "$after")" "$(words "$@")"
	# shellcheck disable=SC2086 # several
	check_family $all
}

# page, front: what each of the upper ones brings with it.
start
is 'the start' "$(outline)" "$(words +store/redis +store/memcached \
    +front/clerk +front/web/pages +front/web/nginx)"
is 'the first' "$(head -n 1 "$ledger")" 'start store/room'
shoot store/redis -store/redis +store/redis
shoot store/memcached -store/memcached +store/memcached
shoot front/web/nginx -front/web/nginx -front/web/pages \
    +front/web/pages +front/web/nginx
shoot front/web/pages -front/web/pages -front/web/nginx \
    +front/web/pages +front/web/nginx
shoot front/clerk -front/clerk -front/web/nginx -front/web/pages \
    +front/clerk +front/web/pages +front/web/nginx
says 'gives up' && fail 'somebody gives up'
after=$(story_length)
await '[ "$(booked | tail -n 1)" = +front/web/nginx ]'
for path in store/redis store/memcached; do
	await 'grep -qx "start $path $(pid_of $path)" "$ledger"'
done
count=$(booked | wc -l)
stop
set -- -front/web/nginx -front/web/pages -front/clerk -store/memcached \
    -store/redis
is 'the stop' "$(outline "$after")" "$(words "$@")"
is 'the stop, by the workers' "$(booked | tail -n +$((count + 1)))" \
    "$(words "$@")"

# Again and again: web allows 3 restarts, front 2, the root 2. So web gives up
# when nginx dies for the 4th time, front when web does for the 3rd time, the
# root when front does for the 3rd time: at the 36th death of nginx.
start
deaths=0
while [ $deaths -lt 36 ]; do
	await '[ "$(starts_of front/web/nginx)" -gt $deaths ]'
	deaths=$((deaths + 1))
	kill -KILL "$(pid_of front/web/nginx)"
done
ends_with 1
is 'who gives up' "$(story | sed -n 's/^error: \(.*\): gives up: .*/\1/p' |
    sort | uniq -c | tr -s ' ')" "$(words ' 1 /' ' 3 front' ' 9 front/web')"
for path in store/redis store/memcached; do
	is "the starts of $path" "$(starts_of $path)" 1
done
is 'the starts of front/clerk' "$(starts_of front/clerk)" 3
is 'the starts of front/web/pages' "$(starts_of front/web/pages)" 36
is 'the end' "$(outline | tail -n 5)" "$(words "$@")"
is 'the last words' "$(story | sed -n 's/^error: \([^ ]*\) gives up: .*/\1/p' |
    tail -n 3)" "$(words front/web: front: /:)"
