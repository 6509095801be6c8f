package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.towpath.core.NetworkError;
import io.towpath.core.Time;
import io.towpath.tcp.TcpIndication.Fault;
import io.towpath.tcp.TcpIndication.LocalSocket;
import io.towpath.tcp.config.TimeoutAction;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// The service primitives by name: RFC 9293 §3.9.1 and §3.10.1 to §3.10.6. STATUS is [TcpStatusTest]'s.
class TcpUserTest {
    private static final Endpoint PEER = new Endpoint(Ladder.PEER, Ladder.PEER_PORT);
    private static final Endpoint HOST = new Endpoint(Ladder.HOST, Ladder.HOST_PORT);

    private final Ladder t = new Ladder();
    private final TcpUser user = new TcpUser(t.tcp);

    TcpUserTest() {
        t.user = user;
    }

    private long passive() {
        return user.unspecifiedPassiveOpen(t.now, null, Ladder.HOST_PORT, t.config);
    }

    private long active() {
        return user.activeOpen(t.now, null, Ladder.HOST_PORT, PEER, t.config);
    }

    /// An established connection, opened passively, whose first indications were read.
    private long established() {
        long name = passive();
        handshake();
        told();
        return name;
    }

    private void handshake() {
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        t.in(". 1:1(0) ack 1 win 65535");
    }

    private List<TcpIndication> told() {
        t.pendingSegments(); // polls
        List<TcpIndication> all = new ArrayList<>();
        for (var next = user.next(); next != null; next = user.next()) {
            all.add(next);
        }
        return all;
    }

    private static Octets content(long position, int n) {
        return Octets.of(Ladder.content(position, n));
    }

    private static TcpIndication error(long name, Fault fault) {
        return new TcpIndication.Error(name, fault, null);
    }

    // ---- opens -------------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 9293, section = "3.9.1.1")
    void anUnspecifiedPassiveOpenTakesWhoeverComesFirst() {
        long name = passive();
        assertThat(told()).containsExactly(new TcpIndication.OpenId(name, new LocalSocket(null, 80), null));
        handshake();
        assertThat(told()).containsExactly(new TcpIndication.OpenSuccess(name, HOST, PEER));
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.1")
    void onePassiveOpenIsOneConnection() {
        passive();
        handshake();
        var another = TcpSegment.of(40_001, Ladder.HOST_PORT, TcpHeader.SYN, 7, 0, 65_535);
        t.inject(another.emit(Ladder.PEER, Ladder.HOST), 0);
        assertThat(t.next().has(TcpHeader.RST)).isTrue();
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.1")
    void aFullPassiveOpenTakesItsPeerOnly() {
        var other = new Endpoint(IpAddress.parse("10.0.0.9"), Ladder.PEER_PORT);
        long theirs = user.fullPassiveOpen(t.now, null, Ladder.HOST_PORT, other, t.config);
        t.in("S 0:0(0) win 65535");
        t.out("R. 0:0(0) ack 1");
        long ours = user.fullPassiveOpen(t.now, null, Ladder.HOST_PORT, PEER, t.config);
        told();
        handshake();
        assertThat(told()).containsExactly(new TcpIndication.OpenSuccess(ours, HOST, PEER));
        user.status(t.now, theirs);
        assertThat(((TcpIndication.StatusResponse) told().getFirst()).state()).isEqualTo(TcpState.LISTEN);
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.1")
    void aNamedPeerGoesBeforeAnUnspecifiedOpen() {
        long any = passive();
        long named = user.fullPassiveOpen(t.now, null, Ladder.HOST_PORT, PEER, t.config);
        told();
        handshake();
        assertThat(told()).containsExactly(new TcpIndication.OpenSuccess(named, HOST, PEER));
        user.close(t.now, any);
        assertThat(told()).containsExactly(new TcpIndication.Terminate(any, null));
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.1", requirement = "MUST-41")
    void theSamePassiveOpenTwiceFailsAndLeavesTheFirstAlone() {
        long first = passive();
        long second = passive();
        assertThat(told())
                .containsExactly(
                        new TcpIndication.OpenId(first, new LocalSocket(null, 80), null),
                        new TcpIndication.OpenId(second, new LocalSocket(null, 80), null),
                        new TcpIndication.OpenFailure(second, TcpError.ADDRESS_IN_USE));
        handshake();
        assertThat(told()).containsExactly(new TcpIndication.OpenSuccess(first, HOST, PEER));
    }

    @Test
    void aPeerThatIsNoSingleHostIsNoPeer() {
        for (String peer : List.of("224.0.0.1:80", "0.0.0.0:80", "10.0.0.2:0")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> user.fullPassiveOpen(t.now, null, 80, Endpoint.parse(peer), t.config));
        }
        assertThat(user.size()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.1")
    void anActiveOpenIsAnsweredByItsIdAndThenBySuccess() {
        long name = active();
        assertThat(told()).containsExactly(new TcpIndication.OpenId(name, new LocalSocket(Ladder.HOST, 80), PEER));
        t.out("S 0:0(0)");
        t.in("S. 0:0(0) ack 1 win 65535");
        t.out(". 1:1(0) ack 1");
        assertThat(told()).containsExactly(new TcpIndication.OpenSuccess(name, HOST, PEER));
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.3")
    void anOpenThatIsRefusedFails() {
        long name = active();
        t.out("S 0:0(0)");
        told();
        t.in("R. 0:0(0) ack 1");
        assertThat(told()).containsExactly(new TcpIndication.OpenFailure(name, TcpError.REFUSED));
        user.send(t.now, name, new byte[1], SendFlags.PUSH);
        assertThat(told()).containsExactly(error(name, Fault.DOES_NOT_EXIST));
    }

    @Test
    void anOpenWithoutARouteFailsAtOnce() {
        t.network.unreachable = true;
        long name = active();
        assertThat(told())
                .containsExactly(
                        new TcpIndication.OpenId(name, new LocalSocket(null, 80), PEER),
                        new TcpIndication.OpenFailure(name, TcpError.NO_ROUTE));
        assertThat(user.size()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.10.1")
    void theDataOfAnOpenWithDataFollowsTheHandshake() {
        long name = user.activeOpenWithData(
                t.now, null, Ladder.HOST_PORT, PEER, t.config, Ladder.content(0, 100), SendFlags.PUSH);
        t.out("S 0:0(0)");
        t.nothing();
        t.in("S. 0:0(0) ack 1 win 65535");
        t.out("P. 1:101(100) ack 1");
        assertThat(told()).contains(new TcpIndication.OpenSuccess(name, HOST, PEER));
    }

    @Test
    @Rfc(value = 9293, section = "3.10.1")
    @Rfc(value = 9293, section = "3.10.2")
    void aSendTurnsAFullPassiveOpenIntoAnActiveOne() {
        long name = user.fullPassiveOpen(t.now, null, Ladder.HOST_PORT, PEER, t.config);
        told();
        user.send(t.now, name, Ladder.content(0, 10), SendFlags.PUSH);
        t.out("S 0:0(0)");
        t.in("S. 0:0(0) ack 1 win 65535");
        t.out("P. 1:11(10) ack 1");
        assertThat(told())
                .containsExactly(
                        new TcpIndication.OpenId(name, new LocalSocket(Ladder.HOST, 80), PEER),
                        new TcpIndication.OpenSuccess(name, HOST, PEER));
    }

    @Test
    @Rfc(value = 9293, section = "3.10.1")
    void anOpenOfAPassiveOneNeedsItsPeerNamed() {
        long any = passive();
        told();
        user.open(t.now, any);
        user.send(t.now, any, new byte[1], SendFlags.PUSH);
        assertThat(told()).containsExactly(error(any, Fault.REMOTE_UNSPECIFIED), error(any, Fault.REMOTE_UNSPECIFIED));
        handshake();
        told();
        user.open(t.now, any);
        assertThat(told()).containsExactly(error(any, Fault.ALREADY_EXISTS));
    }

    // ---- SEND --------------------------------------------------------------------------------------------------

    @Test
    @Rfc(value = 9293, section = "3.10.2")
    void aSendForWhichThereIsNoRoomTakesNothing() {
        long name = established();
        user.send(t.now, name, new byte[t.config.sendBuffer() + 1], SendFlags.PUSH);
        assertThat(told()).containsExactly(error(name, Fault.INSUFFICIENT_RESOURCES));
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.2", requirement = "MAY-15")
    @Rfc(value = 9293, section = "3.9.1.2", requirement = "MAY-16")
    void withoutPushDataWaitsForCompany() {
        long name = established();
        user.send(t.now, name, Ladder.content(0, 300), SendFlags.WAIT);
        t.nothing();
        user.send(t.now, name, Ladder.content(300, 900), SendFlags.WAIT);
        t.out(". 1:1001(1000) ack 1");
        t.nothing();
        t.in(". 1:1(0) ack 1001");
        t.nothing();
        user.send(t.now, name, Ladder.content(1200, 10), SendFlags.PUSH);
        t.out("P. 1001:1211(210) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.2")
    void onlyPushedDataCarriesThePushBit() {
        long name = established();
        user.send(t.now, name, Ladder.content(0, 1000), SendFlags.WAIT);
        t.out(". 1:1001(1000) ack 1");
        user.send(t.now, name, Ladder.content(1000, 1000), SendFlags.PUSH);
        t.out("P. 1001:2001(1000) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.2")
    void unpushedDataMayRideBehindPushedData() {
        long name = established();
        user.send(t.now, name, Ladder.content(0, 10), SendFlags.PUSH);
        user.send(t.now, name, Ladder.content(10, 20), SendFlags.WAIT);
        t.out("P. 1:31(30) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.2", requirement = "MUST-60")
    void withoutPushDataIsNotHeldForEver() {
        long name = established();
        user.send(t.now, name, Ladder.content(0, 10), SendFlags.WAIT);
        t.nothing();
        t.after(199);
        t.nothing();
        t.after(1);
        t.out(". 1:11(10) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.4")
    void closeImpliesPush() {
        long name = established();
        user.send(t.now, name, Ladder.content(0, 10), SendFlags.WAIT);
        user.close(t.now, name);
        t.out("FP. 1:11(10) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.2")
    @Rfc(value = 6093, section = "4")
    void anUrgentSendPointsOnePastItsLastByte() {
        long name = established();
        user.send(t.now, name, Ladder.content(0, 10), SendFlags.URGENT);
        t.out("PU. 1:11(10) ack 1 urg 10");
    }

    @Test
    @Rfc(value = 9293, section = "3.10.8")
    void aTimeoutGivenWithASendAbortsAndItsReasonIsTold() {
        long name = established();
        user.send(t.now, name, Ladder.content(0, 10), SendFlags.PUSH.withTimeout(5 * Time.SECOND, TimeoutAction.ABORT));
        t.out("P. 1:11(10) ack 1");
        t.after(4999);
        assertThat(told()).isEmpty();
        t.after(1);
        assertThat(told()).containsExactly(new TcpIndication.Terminate(name, TcpError.TIMED_OUT));
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.8", requirement = "MUST-47")
    void aTimeoutWhoseActionIsToReportReportsAgainAndAgain() {
        long name = established();
        user.reports(name, true);
        user.send(
                t.now,
                name,
                Ladder.content(0, 10),
                SendFlags.PUSH.withTimeout(400 * Time.SECOND, TimeoutAction.REPORT));
        t.out("P. 1:11(10) ack 1");
        t.after(400_000);
        assertThat(told())
                .containsExactly(
                        new TcpIndication.Error(name, Fault.DELIVERY_PROBLEM, TcpError.TIMED_OUT), // R1
                        error(name, Fault.USER_TIMEOUT));
        t.after(400_000);
        assertThat(told()).containsExactly(error(name, Fault.USER_TIMEOUT));
        t.ignore();
        t.in(". 1:1(0) ack 11");
        t.after(400_000);
        assertThat(told()).isEmpty();
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.2")
    void aTimeoutThatIsChangedCountsFromWhereItBegan() {
        long name = established();
        user.send(t.now, name, Ladder.content(0, 10), SendFlags.PUSH);
        t.out("P. 1:11(10) ack 1");
        t.after(3000);
        user.send(
                t.now, name, Ladder.content(10, 10), SendFlags.PUSH.withTimeout(5 * Time.SECOND, TimeoutAction.ABORT));
        t.after(1999);
        assertThat(user.size()).isOne();
        t.after(1);
        assertThat(told()).containsExactly(new TcpIndication.Terminate(name, TcpError.TIMED_OUT));
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.1")
    void theTimeoutOfAnOpenCountsForTheOpenToo() {
        long name =
                user.activeOpen(t.now, null, Ladder.HOST_PORT, PEER, t.config.withUserTimeoutNanos(7 * Time.SECOND));
        t.out("S 0:0(0)");
        told();
        t.after(7000);
        assertThat(told()).containsExactly(new TcpIndication.OpenFailure(name, TcpError.TIMED_OUT));
    }

    // ---- RECEIVE, ALLOCATE, DELIVER ----------------------------------------------------------------------------

    @Test
    @Rfc(value = 9293, section = "3.10.3")
    void aReceiveIsQueuedUntilThereIsData() {
        long name = established();
        user.receive(t.now, name, 100);
        user.receive(t.now, name, 7);
        assertThat(told()).isEmpty();
        t.in("P. 1:51(50) ack 1");
        assertThat(told()).containsExactly(new TcpIndication.Deliver(name, content(0, 50), false, 0));
        t.in("P. 51:101(50) ack 1");
        assertThat(told()).containsExactly(new TcpIndication.Deliver(name, content(50, 7), false, 0));
        user.receive(t.now, name, 100);
        assertThat(told()).containsExactly(new TcpIndication.Deliver(name, content(57, 43), false, 0));
    }

    @Test
    @Rfc(value = 9293, section = "3.10.3")
    void aReceiveBeforeTheOpenWaitsForIt() {
        long name = passive();
        user.receive(t.now, name, 100);
        handshake();
        t.in("P. 1:51(50) ack 1");
        assertThat(told()).contains(new TcpIndication.Deliver(name, content(0, 50), false, 0));
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.3")
    void urgentDataIsDeliveredApartFromWhatFollows() {
        long name = established();
        t.in("PU. 1:101(100) ack 1 urg 40");
        assertThat(told()).containsExactly(error(name, Fault.URGENT_DATA));
        user.receive(t.now, name, 30);
        user.receive(t.now, name, 100);
        user.receive(t.now, name, 100);
        assertThat(told())
                .containsExactly(
                        new TcpIndication.Deliver(name, content(0, 30), true, 10),
                        new TcpIndication.Deliver(name, content(30, 10), true, 0),
                        new TcpIndication.Deliver(name, content(40, 60), false, 0));
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.8", requirement = "SHLD-20")
    void reportsCanBeTurnedOff() {
        long name = established();
        user.reports(name, false);
        t.in("PU. 1:101(100) ack 1 urg 40");
        assertThat(told()).isEmpty();
    }

    @Test
    void whatWasAllocatedIsDeliveredAsItComes() {
        long name = established();
        user.allocate(t.now, name, 120);
        t.in("P. 1:51(50) ack 1");
        t.in("P. 51:201(150) ack 1");
        assertThat(told())
                .containsExactly(
                        new TcpIndication.Deliver(name, content(0, 50), false, 0),
                        new TcpIndication.Deliver(name, content(50, 70), false, 0));
        user.allocate(t.now, name, 1000);
        assertThat(told()).containsExactly(new TcpIndication.Deliver(name, content(120, 80), false, 0));
    }

    @Test
    void theWindowIsWhatWasAllocated() {
        t.config = t.config.withReceiveBuffer(2000);
        long name = established();
        user.allocate(t.now, name, 5000); // the buffer holds 2000
        t.in("P. 1:1001(1000) ack 1");
        t.in("P. 1001:2001(1000) ack 1");
        t.ignore();
        t.in("P. 2001:3001(1000) ack 1");
        t.in("P. 3001:4001(1000) ack 1");
        t.ignore();
        t.after(100);
        t.in("P. 4001:5001(1000) ack 1");
        t.after(100);
        t.out(". 1:1(0) ack 5001 win 0");
        t.in(". 5001:5002(1) ack 1"); // a probe
        t.out(". 1:1(0) ack 5001 win 0");
        user.allocate(t.now, name, 300);
        t.out(". 1:1(0) ack 5001 win 300");
    }

    @Test
    void whatIsAllocatedBeforeTheOpenCounts() {
        t.config = t.config.withReceiveBuffer(1000);
        long name = passive();
        user.allocate(t.now, name, 1200);
        handshake();
        t.in("P. 1:1001(1000) ack 1");
        t.out(". 1:1(0) ack 1001 win 200");
        assertThat(told()).contains(new TcpIndication.Deliver(name, content(0, 1000), false, 0));
    }

    @Test
    void amountsMustBePositive() {
        long name = established();
        assertThatIllegalArgumentException().isThrownBy(() -> user.receive(t.now, name, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> user.allocate(t.now, name, 0));
    }

    // ---- CLOSE, CLOSING, ABORT, TERMINATE ----------------------------------------------------------------------

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void thePeersFinIsToldAtOnceAndItsDataCanStillBeReceived() {
        long name = established();
        t.in("FP. 1:51(50) ack 1");
        assertThat(told()).containsExactly(new TcpIndication.Closing(name));
        user.receive(t.now, name, 100);
        user.receive(t.now, name, 100);
        assertThat(told())
                .containsExactly(new TcpIndication.Deliver(name, content(0, 50), false, 0), error(name, Fault.CLOSING));
    }

    @Test
    @Rfc(value = 9293, section = "3.10.4")
    void aConnectionThatBothSidesCloseTerminatesWithoutAReason() {
        long name = established();
        user.close(t.now, name);
        t.out("F. 1:1(0) ack 1");
        t.in(". 1:1(0) ack 2");
        t.in("F. 1:1(0) ack 2");
        assertThat(told()).containsExactly(new TcpIndication.Closing(name), new TcpIndication.Terminate(name, null));
        assertThat(user.size()).isZero();
    }

    @Test
    void theEndWaitsForDataThatTheUserHasNotReceived() {
        long name = established();
        user.close(t.now, name);
        t.out("F. 1:1(0) ack 1");
        t.in(". 1:1(0) ack 2");
        t.in("FP. 1:51(50) ack 2");
        assertThat(told()).containsExactly(new TcpIndication.Closing(name));
        user.receive(t.now, name, 100);
        assertThat(told())
                .containsExactly(
                        new TcpIndication.Deliver(name, content(0, 50), false, 0),
                        new TcpIndication.Terminate(name, null));
    }

    @Test
    @Rfc(value = 9293, section = "3.10.4")
    void aSecondCloseIsAnError() {
        long name = established();
        user.close(t.now, name);
        user.close(t.now, name);
        user.send(t.now, name, new byte[1], SendFlags.PUSH);
        assertThat(told()).containsExactly(error(name, Fault.CLOSING), error(name, Fault.CLOSING));
    }

    @Test
    @Rfc(value = 9293, section = "3.10.4")
    void aPassiveOpenThatIsClosedListensNoLonger() {
        long name = passive();
        told();
        user.close(t.now, name);
        assertThat(told()).containsExactly(new TcpIndication.Terminate(name, null));
        t.in("S 0:0(0) win 65535");
        t.out("R. 0:0(0) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.10.5")
    void abortResetsAndTerminates() {
        long name = established();
        user.abort(t.now, name);
        t.out("R. 1:1(0) ack 1");
        assertThat(told()).containsExactly(new TcpIndication.Terminate(name, TcpError.ABORTED));
        long waiting = passive();
        told();
        user.abort(t.now, waiting);
        assertThat(told()).containsExactly(new TcpIndication.Terminate(waiting, TcpError.ABORTED));
    }

    @Test
    @Rfc(value = 9293, section = "3.10.5")
    void anAbortBeforeTheOpenIsAFailureToOpen() {
        long name = active();
        told();
        user.abort(t.now, name);
        assertThat(told()).containsExactly(new TcpIndication.OpenFailure(name, TcpError.ABORTED));
    }

    @Test
    @Rfc(value = 9293, section = "3.10.7.4")
    void aResetTerminatesAndDataIsFlushed() {
        long name = established();
        t.in("P. 1:51(50) ack 1");
        t.in("R 51:51(0)");
        assertThat(told()).containsExactly(new TcpIndication.Terminate(name, TcpError.RESET));
    }

    @Test
    @Rfc(value = 9293, section = "3.9.1.8", requirement = "MUST-47")
    void whatIcmpSaysIsReported() {
        long name = established();
        user.send(t.now, name, Ladder.content(0, 10), SendFlags.PUSH);
        t.ignore();
        t.icmp(NetworkError.Kind.HOST_UNREACHABLE, 0, 1);
        assertThat(told())
                .containsExactly(new TcpIndication.Error(name, Fault.DELIVERY_PROBLEM, TcpError.HOST_UNREACHABLE));
        t.in(". 1:1(0) ack 11");
        assertThat(Objects.requireNonNull(t.tcp).rowCount()).isOne();
        assertThat(told()).isEmpty();
    }

    @Test
    void aNameThatMeansNothingIsAnErrorForEveryRequest() {
        user.send(t.now, 99, new byte[1], SendFlags.PUSH);
        user.receive(t.now, 99, 1);
        user.allocate(t.now, 99, 1);
        user.close(t.now, 99);
        user.abort(t.now, 99);
        user.status(t.now, 99);
        user.open(t.now, 99);
        user.reports(99, true);
        assertThat(told()).hasSize(8).allMatch(error(99, Fault.DOES_NOT_EXIST)::equals);
        assertThat(new TcpIndication.Error(99, Fault.DOES_NOT_EXIST, null).text())
                .isEqualTo("error: connection does not exist");
    }
}
