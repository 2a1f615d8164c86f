# Scenarios of OTP with the daemon and real processes, over the control socket:
# all but those that need a simulated clock, or requests that the socket lacks.
. "$SRCDIR/tests/integration/lib"

"$BUILDDIR/drive" -j 4 "$BUILDDIR/reeved" "$BUILDDIR/actor" \
    "$SRCDIR"/tests/scenarios/*/*.scn >out 2>&1
status=$?
cat out
[ $status -eq 0 ] || fail "the exit code is $status"
played=$(sed -n 's/^\([0-9]*\) played: .*/\1/p' out)
[ "$played" -ge 200 ] || fail 'too few scenarios have been played'
check_nobody
