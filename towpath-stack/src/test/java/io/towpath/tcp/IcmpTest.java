package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.NetworkError;
import io.towpath.core.NetworkError.Kind;
import io.towpath.core.Signals;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// ICMP messages about our segments: RFC 9293 §3.9.2.2 and §3.9.1.8.
class IcmpTest {
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {
                "NETWORK_UNREACHABLE",
                "HOST_UNREACHABLE",
                "PROHIBITED",
                "TIME_EXCEEDED",
                "REASSEMBLY_TIMEOUT",
                "PARAMETER_PROBLEM"
            })
    @Rfc(value = 9293, section = "3.9.2.2", requirement = "MUST-56")
    @Rfc(value = 9293, section = "3.9.2.2", requirement = "SHLD-25")
    @Rfc(value = 9293, section = "3.9.1.8", requirement = "MUST-47")
    void softErrorIsToldAndAbortsNothing(Kind kind) {
        for (TcpState state : new TcpState[] {TcpState.SYN_SENT, TcpState.SYN_RECEIVED}) {
            Ladder t = States.in(state);
            t.icmp(kind, 0, 0);
            assertThat(t.state()).isEqualTo(state);
            assertThat(t.signals()).isEqualTo(Signals.ERROR);
        }
        Ladder t = Ladder.established();
        t.write(1000);
        t.ignore();
        t.signals();
        t.icmp(kind, 0, 1);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.signals()).isEqualTo(Signals.ERROR);
        assertThat(t.connection().error()).isNull();
        TcpError expected = switch (kind) {
            case NETWORK_UNREACHABLE -> TcpError.NETWORK_UNREACHABLE;
            case PROHIBITED -> TcpError.PROHIBITED;
            default -> TcpError.HOST_UNREACHABLE;
        };
        assertThat(t.connection().softError).isEqualTo(expected);
        t.in(". 1:1(0) ack 1001");
        assertThat(t.info().sendQueued()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.9.2.2", requirement = "SHLD-25")
    void softErrorIsTheReasonWhenTheConnectionTimesOut() {
        Ladder t = States.in(TcpState.SYN_SENT);
        t.icmp(Kind.NETWORK_UNREACHABLE, 0, 0);
        t.after(180_000);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(t.connection().error()).isEqualTo(TcpError.NETWORK_UNREACHABLE);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"PORT_UNREACHABLE", "PROTOCOL_UNREACHABLE"})
    @Rfc(value = 9293, section = "3.9.2.2", requirement = "SHLD-26")
    @Rfc(value = 9293, section = "3.9.2.2", requirement = "MUST-54")
    void hardErrorAbortsAnOpen(Kind kind) {
        for (TcpState state : new TcpState[] {TcpState.SYN_SENT, TcpState.SYN_RECEIVED}) {
            Ladder t = States.in(state);
            t.icmp(kind, 0, 0);
            t.nothing();
            assertThat(t.state()).isEqualTo(TcpState.CLOSED);
            assertThat(t.connection().error()).isEqualTo(TcpError.valueOf(kind.name()));
            assertThat(t.signals() & Signals.CLOSED).isNotZero();
            assertThat(t.tcp.rowCount()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"PORT_UNREACHABLE", "PROTOCOL_UNREACHABLE"})
    @Rfc(value = 5927, section = "5.2")
    void hardErrorIsASoftOneOnceTheConnectionIsOpen(Kind kind) {
        Ladder t = Ladder.established();
        t.write(1000);
        t.ignore();
        t.signals();
        t.icmp(kind, 0, 1);
        assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(t.signals()).isEqualTo(Signals.ERROR);
        assertThat(t.connection().softError).isEqualTo(TcpError.valueOf(kind.name()));
    }

    @Test
    @Rfc(value = 9293, section = "3.9.2.2", requirement = "MUST-54")
    void errorReachesTheConnectionThatCausedItAndNoOther() {
        Ladder t = States.in(TcpState.SYN_SENT);
        var other = (TcpConnection.Opened) t.tcp.connect(t.now, null, 81, Ladder.PEER, Ladder.PEER_PORT, t.config);
        t.icmp(Kind.PORT_UNREACHABLE, 0, 0);
        assertThat(t.state()).isEqualTo(TcpState.CLOSED);
        assertThat(other.connection().state()).isEqualTo(TcpState.SYN_SENT);
    }

    @Test
    void errorThatQuotesTooLittleOrNobodysSegmentIsIgnored() {
        Ladder t = States.in(TcpState.SYN_SENT);
        var error = new NetworkError(Kind.PORT_UNREACHABLE, Ladder.HOST, Ladder.PEER, 0, Ladder.PEER);
        byte[] quoted = t.segment("S 0:0(0)").emit(Ladder.HOST, Ladder.PEER); // the ports the wrong way round
        t.tcp.onNetworkError(t.now, error, quoted, 0, 8);
        for (int n = 0; n < 8; n++) {
            t.tcp.onNetworkError(t.now, error, new byte[n], 0, n);
        }
        t.nothing();
        assertThat(t.state()).isEqualTo(TcpState.SYN_SENT);
        assertThat(t.signals()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.9.2.2", requirement = "MUST-54")
    @Rfc(value = 9293, section = "3.7.1", requirement = "MUST-16")
    void segmentThatWasTooBigIsSentAgainInSmallerPieces() {
        Ladder t = Ladder.established();
        t.write(1000);
        t.out("P. 1:1001(1000) ack 1");
        t.icmp(Kind.TOO_BIG, 640, 1);
        t.out(". 1:601(600) ack 1");
        t.out("P. 601:1001(400) ack 1");
        assertThat(t.network.acceptedMtu).isEqualTo(640);
        assertThat(t.info().mss()).isEqualTo(600);
        t.write(1200);
        t.out(". 1001:1601(600) ack 1");
        t.out("P. 1601:2201(600) ack 1");
    }
}
