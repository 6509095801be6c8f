package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.wire.testing.Rfc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The state diagram, RFC 9293 §3.3.2: which state may follow which, and every arc walked by segments and calls.
class TransitionTableTest {
    /// Figure 5, its notes, and the abort transitions that it leaves out.
    private static final Map<String, String> FIGURE = new TreeMap<>(Map.ofEntries(
            Map.entry("CLOSED", "LISTEN SYN-SENT"),
            Map.entry("LISTEN", "CLOSED SYN-RECEIVED SYN-SENT"),
            Map.entry("SYN-SENT", "CLOSED ESTABLISHED SYN-RECEIVED"),
            // without FIN-WAIT-1: a CLOSE waits for the handshake
            Map.entry("SYN-RECEIVED", "CLOSED ESTABLISHED LISTEN"),
            Map.entry("ESTABLISHED", "CLOSE-WAIT CLOSED FIN-WAIT-1"),
            Map.entry("FIN-WAIT-1", "CLOSED CLOSING FIN-WAIT-2 TIME-WAIT"),
            Map.entry("FIN-WAIT-2", "CLOSED TIME-WAIT"),
            Map.entry("CLOSE-WAIT", "CLOSED LAST-ACK"),
            Map.entry("CLOSING", "CLOSED TIME-WAIT"),
            Map.entry("LAST-ACK", "CLOSED"),
            Map.entry("TIME-WAIT", "CLOSED SYN-RECEIVED")));

    @ParameterizedTest
    @EnumSource(TcpState.class)
    @Rfc(value = 9293, section = "3.3.2")
    void everyStateIsFollowedOnlyByThoseOfTheFigure(TcpState from) {
        Set<String> followers = new TreeSet<>();
        for (TcpState to : TcpState.values()) {
            if (from.mayBecome(to)) {
                followers.add(to.rfcName());
            }
        }
        assertThat(String.join(" ", followers)).isEqualTo(FIGURE.get(from.rfcName()));
    }

    @Test
    void aConnectionRefusesATransitionThatTheFigureLacks() {
        for (TcpState from : States.ALIVE) {
            for (TcpState to : TcpState.values()) {
                if (from.mayBecome(to)) {
                    continue;
                }
                Ladder t = States.in(from);
                TcpConnection c = t.connection();
                assertThatThrownBy(() -> c.become(t.now, to, t.context, "impossible"))
                        .as("%s to %s", from, to)
                        .isInstanceOf(AssertionError.class);
                assertThat(c.state()).isEqualTo(from);
            }
        }
    }

    @Test
    void theFourSetsOfStatesAreTheRfcs() {
        List<String> synchronised = new ArrayList<>();
        List<String> sending = new ArrayList<>();
        List<String> receiving = new ArrayList<>();
        for (TcpState state : TcpState.values()) {
            if (state.isSynchronized()) {
                synchronised.add(state.rfcName());
            }
            if (state.maySend()) {
                sending.add(state.rfcName());
            }
            if (state.mayReceive()) {
                receiving.add(state.rfcName());
            }
        }
        assertThat(synchronised)
                .containsExactly(
                        "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT");
        assertThat(sending).containsExactly("SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT");
        assertThat(receiving).containsExactly("SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2");
    }

    /// The arcs that the events of `t` tell, since the last time.
    private static List<String> walked(Ladder t) {
        List<String> arcs = new ArrayList<>();
        for (TcpEvent event : t.events) {
            if (event instanceof TcpEvent.StateChanged change) {
                assertThat(change.from().mayBecome(change.to())).isTrue();
                arcs.add(change.from().rfcName() + " > " + change.to().rfcName());
            }
        }
        t.events.clear();
        return arcs;
    }

    @Test
    @Rfc(value = 9293, section = "3.3.2")
    void passiveOpenAndPassiveClose() {
        var t = new Ladder();
        t.listen();
        t.in("S 0:0(0) win 65535");
        assertThat(walked(t)).containsExactly("LISTEN > SYN-RECEIVED");
        t.in(". 1:1(0) ack 1");
        assertThat(walked(t)).containsExactly("SYN-RECEIVED > ESTABLISHED");
        t.accept();
        t.in("F. 1:1(0) ack 1");
        assertThat(walked(t)).containsExactly("ESTABLISHED > CLOSE-WAIT");
        t.close();
        assertThat(walked(t)).containsExactly("CLOSE-WAIT > LAST-ACK");
        t.ignore();
        t.in(". 2:2(0) ack 2");
        assertThat(walked(t)).containsExactly("LAST-ACK > CLOSED");
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.3.2")
    void activeOpenAndActiveClose() {
        var t = new Ladder();
        t.connect();
        assertThat(walked(t)).containsExactly("CLOSED > SYN-SENT");
        t.ignore();
        t.in("S. 0:0(0) ack 1");
        assertThat(walked(t)).containsExactly("SYN-SENT > ESTABLISHED");
        t.close();
        assertThat(walked(t)).containsExactly("ESTABLISHED > FIN-WAIT-1");
        t.ignore();
        t.in(". 1:1(0) ack 2");
        assertThat(walked(t)).containsExactly("FIN-WAIT-1 > FIN-WAIT-2");
        t.in("F. 1:1(0) ack 2");
        assertThat(walked(t)).containsExactly("FIN-WAIT-2 > TIME-WAIT");
        t.after(60_000);
        assertThat(walked(t)).containsExactly("TIME-WAIT > CLOSED");
    }

    @Test
    @Rfc(value = 9293, section = "3.5", requirement = "MUST-10")
    void crossedOpensAndCrossedCloses() {
        var t = new Ladder();
        t.connect();
        t.ignore();
        t.in("S 0:0(0) win 65535");
        assertThat(walked(t)).containsExactly("CLOSED > SYN-SENT", "SYN-SENT > SYN-RECEIVED");
        t.ignore();
        t.in(". 1:1(0) ack 1");
        assertThat(walked(t)).containsExactly("SYN-RECEIVED > ESTABLISHED");
        t.close();
        t.ignore();
        t.in("F. 1:1(0) ack 1");
        assertThat(walked(t)).containsExactly("ESTABLISHED > FIN-WAIT-1", "FIN-WAIT-1 > CLOSING");
        t.ignore();
        t.in(". 2:2(0) ack 2");
        assertThat(walked(t)).containsExactly("CLOSING > TIME-WAIT");
        assertThat(States.rows(t)).containsExactly(TcpState.TIME_WAIT);
    }

    @Test
    @Rfc(value = 9293, section = "3.3.2")
    void closeBeforeTheOpenIsCompleteLeadsToFinWait1OnceItIs() {
        Ladder t = States.in(TcpState.SYN_RECEIVED);
        t.events.clear();
        t.close();
        assertThat(walked(t)).isEmpty();
        t.in(". 1:1(0) ack 1");
        assertThat(walked(t)).containsExactly("SYN-RECEIVED > ESTABLISHED", "ESTABLISHED > FIN-WAIT-1");
        t.out("F. 1:1(0) ack 1");
    }

    @Test
    @Rfc(value = 9293, section = "3.3.2")
    void resetOfAPassiveOpenLeadsBackToListen() {
        Ladder t = States.halfOpen();
        t.events.clear();
        t.in("R 1:1(0)");
        assertThat(walked(t)).containsExactly("SYN-RECEIVED > LISTEN");
        t.in("S 0:0(0) win 65535");
        t.out("S. 0:0(0) ack 1");
        assertThat(walked(t)).containsExactly("LISTEN > SYN-RECEIVED");
    }

    @Test
    @Rfc(value = 9293, section = "3.3.2")
    void finWithTheAcknowledgmentOfOursLeadsStraightToTimeWait() {
        Ladder t = States.in(TcpState.FIN_WAIT_1);
        t.events.clear();
        t.in("F. 1:1(0) ack 2");
        // By way of FIN-WAIT-2: the acknowledgment is looked at before the FIN, both in one segment.
        assertThat(walked(t)).containsExactly("FIN-WAIT-1 > FIN-WAIT-2", "FIN-WAIT-2 > TIME-WAIT");
        t.out(". 2:2(0) ack 2");
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {
                "SYN_SENT",
                "SYN_RECEIVED",
                "ESTABLISHED",
                "FIN_WAIT_1",
                "FIN_WAIT_2",
                "CLOSE_WAIT",
                "CLOSING",
                "LAST_ACK"
            })
    @Rfc(value = 9293, section = "3.10.5")
    void abortLeadsToClosedFromEveryState(TcpState from) {
        Ladder t = States.in(from);
        t.events.clear();
        t.abort();
        assertThat(walked(t)).containsExactly(from.rfcName() + " > CLOSED");
        assertThat(t.connection().error()).isEqualTo(TcpError.ABORTED);
        assertThat(t.tcp.rowCount()).isZero();
    }

    @Test
    void closedListenerIsClosed() {
        var t = new Ladder();
        t.listen();
        var listener = java.util.Objects.requireNonNull(t.listener);
        assertThat(listener.state()).isEqualTo(TcpState.LISTEN);
        t.tcp.close(t.now, listener);
        assertThat(listener.state()).isEqualTo(TcpState.CLOSED);
        t.in("S 0:0(0)");
        t.next();
        assertThat(t.tcp.rowCount()).isZero();
    }
}
