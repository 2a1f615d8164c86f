# A varlink client that knows nothing of reeve: tests/foreign/client.go, with
# the varlink library of Go; and varlinkctl, where it is installed.
. "$SRCDIR/tests/integration/lib"
sources=/usr/share/gocode
[ -d "$sources/src/github.com/varlink/go" ] && command -v go >/dev/null ||
    command -v varlinkctl >/dev/null ||
    skip 'there is neither the varlink library of Go nor varlinkctl'

write_conf <<END
[worker:db]
command = $standin
[dynamic:pool]
command = $standin
END
start
socket=$run/reeve.sock

if [ -d "$sources/src/github.com/varlink/go" ] && command -v go >/dev/null; then
	GOPATH=$sources GO111MODULE=off GOCACHE=$PWD/cache GOFLAGS='' \
	    go build -o client "$SRCDIR/tests/foreign/client.go" || exit
	chmod -R u+w cache && rm -rf cache
	./client "unix:$socket" >said || fail "$(cat said)"
	cat said
	version=$("$BUILDDIR/reeved" --version | awk '{ print $NF }')
	is 'what it has understood' "$(grep -v ' methods, ' said)" "$(cat <<END
product: reeved
Ping: state "up"
Ping: version "$version"
StartChild: path "pool/one"
StartChild: refused, io.reeve.Control.AlreadyStarted
CountChildren: active 1
CountChildren: specs 1
CountChildren: supervisors 0
CountChildren: workers 1
Status: / up
Status: db up
Status: pool up
Status: pool/one up
Events: pool/one started
Signal: done
Events: pool/one request
Events: pool/one down
Events: pool/one child_terminated
Events: pool/one started
END
)"
	is 'the interfaces' "$(sed -n 's/: [0-9]* methods, .*//p' said)" \
	    "$(words org.varlink.service io.reeve.Control)"
fi
if command -v varlinkctl >/dev/null; then
	varlinkctl introspect "$socket" io.reeve.Control >said ||
	    fail 'it does not understand the interface'
	varlinkctl call "$socket" io.reeve.Control.Ping '{}' >said ||
	    fail 'it is not answered'
	grep -q '"state"' said || fail "$(cat said)"
fi
stop
