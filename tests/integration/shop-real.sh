# The shop of conf/examples with its real servers: a server that is killed comes
# back with those that depend on it, and the shop is open again.
. "$SRCDIR/tests/integration/lib"
need_proc
PATH=$PATH:/usr/sbin:/sbin
need redis-server redis-cli memcached nginx bash
# Memcached and nginx insist on becoming another user then.
[ "$(id -u)" -ne 0 ] || need_root
all='store/redis store/memcached front/clerk front/web/pages front/web/nginx'

# Ports of our own, so that two of these can run at a time.
port=$((20000 + $$ % 4000 * 3))
run=$PWD/shop
cp -R "$SRCDIR/conf/examples/shop" scripts
sed -e "s|/tmp/reeve-shop|$run|; s/16379/$port/; s/16311/$((port + 1))/" \
    -e 's|^\[supervisor:front/web\]$|&\nmax_seconds = 1m|' \
    "$SRCDIR/conf/examples/shop.conf" >reeve.conf
sed "s/16311/$((port + 1))/; s/16380/$((port + 2))/" \
    "$SRCDIR/conf/examples/shop/nginx.conf" >scripts/nginx.conf
PATH=$PWD/scripts:$PATH
export PATH
chmod 755 .

# cli WORD...: ask redis.
cli() {
	redis-cli -h 127.0.0.1 -p $port --raw "$@" 2>&1
}

# page: what the shop shows.
page() {
	bash -c 'exec 5<>"/dev/tcp/127.0.0.1/$1" &&
	    printf "GET / HTTP/1.0\r\n\r\n" >&5 && cat <&5' - \
	    $((port + 2)) 2>/dev/null
}

# open: an order is taken, and shown.
open() {
	sold=$((${sold:-0} + 1))
	await 'cli lpush orders tea | grep -q "^[0-9]"'
	await '[ "0$(cli hget sold tea)" -ge $sold ]'
	await 'page | grep -q "^tea"'
}

# workers: the processes that are the daemon's own children.
workers() {
	family "$reeved" | awk -v top="$reeved" '$2 == top { print $1 }' |
	    sort -n
}

# shoot PATH WORD...: kill a worker; this follows, and the shop is open again.
shoot() {
	after=$(story_length)
	kill -KILL "$(pid_of "$1")"
	shift
	# shellcheck disable=SC2086 # several
	await '[ "$(outline $after | wc -l)" -ge '$#' ]'
	is 'what follows' "$(outline "$after")" "$(words "$@")"
	open
	is 'the workers' "$(workers)" \
	    "$(for path in $all; do pid_of "$path"; done | sort -n)"
}

start
open
shoot store/redis -store/redis +store/redis
shoot store/memcached -store/memcached +store/memcached
shoot front/web/nginx -front/web/nginx -front/web/pages \
    +front/web/pages +front/web/nginx
shoot front/web/pages -front/web/pages -front/web/nginx \
    +front/web/pages +front/web/nginx
shoot front/clerk -front/clerk -front/web/nginx -front/web/pages \
    +front/clerk +front/web/pages +front/web/nginx
stop

# Again and again, as with the stand-ins.
start
sold=$(cli hget sold tea)
open
deaths=0
while [ $deaths -lt 36 ]; do
	await '[ "$(starts_of front/web/nginx)" -gt $deaths ]'
	deaths=$((deaths + 1))
	kill -KILL "$(pid_of front/web/nginx)"
done
ends_with 1
is 'who gives up' "$(story | sed -n 's/^error: \(.*\): gives up: .*/\1/p' |
    sort | uniq -c | tr -s ' ')" "$(words ' 1 /' ' 3 front' ' 9 front/web')"
is 'the end' "$(outline | tail -n 5)" "$(words -front/web/nginx \
    -front/web/pages -front/clerk -store/memcached -store/redis)"
