# deps asks each package manager for the packages by the names of its system,
# and asks the user nothing. It says what it could not get, and what to do if it
# may not install.
. "$SRCDIR/tests/integration/lib"

mkdir bin || fail "no directory"
for tool in sh env cat sort mktemp rm tail sed; do
	ln -s "$(command -v "$tool")" "bin/$tool"
done

# become MANAGER STATUS [UID]: a system with that package manager, which ends
# with the status, and this user.
become() {
	rm -f bin/apt-get bin/dnf bin/apk bin/pacman bin/zypper bin/pkg calls
	printf '#!/bin/sh\necho "${0##*/} $*" >>calls\nexit %s\n' "$2" \
	    >"bin/$1"
	printf '#!/bin/sh\necho %s\n' "${3:-0}" >bin/id
	chmod +x "bin/$1" bin/id
}

# deps: run it there; nothing at all is installed, so it has to fail.
deps() {
	PATH=$PWD/bin sh "$SRCDIR/.ci/deps" build >said 2>&1 &&
	    fail "deps succeeded where nothing is"
	touch calls
	cat said calls
}

# called WORDS, said WORDS: the manager was called, or the user told, so.
called() {
	grep -qF -- "$1" calls || fail "not called: $1"
}
said() {
	grep -qF -- "$1" said || fail "not said: $1"
}

become apt-get 0
deps
called 'apt-get update'
called 'apt-get install -y'
called 'autoconf check gcc libc6-dev libev-dev libinih-dev libjansson-dev'
said 'still missing: cc autoconf pkg-config libev inih jansson check'

become dnf 0
deps
called 'dnf install -y autoconf gcc libev-devel'
called 'pkgconfig(inih)'

become apk 0
deps
called 'apk add autoconf check-dev gcc musl-dev linux-headers inih-dev'

become pacman 0
deps
called 'pacman -S --noconfirm --needed autoconf check gcc jansson libev'

become zypper 0
deps
called 'zypper --non-interactive install autoconf gcc libev-devel'

become pkg 0
deps
called 'pkg install autoconf check inih jansson libev pkgconf'

# One that cannot be had keeps no other away, and is named.
become apt-get 1
deps
called ' DPkg::Lock::Timeout=120 check'
said 'apt cannot install libinih-dev'

# Without the right to install, and without sudo, nothing is tried.
become apt-get 0 1000
deps
said 'I am not root; please have apt install: autoconf check gcc'
[ ! -s calls ] || fail "tried to install without being root"

rm bin/apt-get
deps
said 'no package manager that I know; please install: cc autoconf'
