package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// Ladders that stand in a given state: the shortest way there, everything sent so far looked at.
///
/// The peer's next sequence number is 1, or 2 once its FIN was taken ([#peerNext]); the host's is 1, or 2 once its
/// FIN was sent ([#hostNext]).
final class States {
    /// The states of a connection in which segments arrive at step one of RFC 9293 §3.10.7.4, bar TIME-WAIT.
    static final List<TcpState> ALIVE = List.of(
            TcpState.SYN_RECEIVED,
            TcpState.ESTABLISHED,
            TcpState.FIN_WAIT_1,
            TcpState.FIN_WAIT_2,
            TcpState.CLOSE_WAIT,
            TcpState.CLOSING,
            TcpState.LAST_ACK);

    private States() {}

    /// A connection in `state`; SYN-RECEIVED is that of crossed opens.
    static Ladder in(TcpState state) {
        Ladder t;
        switch (state) {
            case SYN_SENT -> {
                t = new Ladder();
                t.connect();
                t.out("S 0:0(0)");
            }
            case SYN_RECEIVED -> {
                t = in(TcpState.SYN_SENT);
                t.in("S 0:0(0) win 65535 <mss 1000>");
                t.out("S. 0:0(0) ack 1");
            }
            case ESTABLISHED -> t = Ladder.established();
            case FIN_WAIT_1 -> {
                t = Ladder.established();
                t.close();
                t.out("F. 1:1(0) ack 1");
            }
            case FIN_WAIT_2 -> {
                t = in(TcpState.FIN_WAIT_1);
                t.in(". 1:1(0) ack 2");
            }
            case CLOSE_WAIT -> {
                t = Ladder.established();
                t.in("F. 1:1(0) ack 1");
                t.out(". 1:1(0) ack 2");
            }
            case CLOSING -> {
                t = in(TcpState.FIN_WAIT_1);
                t.in("F. 1:1(0) ack 1");
                t.out(". 2:2(0) ack 2");
            }
            case LAST_ACK -> {
                t = in(TcpState.CLOSE_WAIT);
                t.close();
                t.out("F. 1:1(0) ack 2");
            }
            case TIME_WAIT -> {
                t = in(TcpState.FIN_WAIT_2);
                t.in("F. 1:1(0) ack 2");
                t.out(". 2:2(0) ack 2");
            }
            default -> throw new IllegalArgumentException("no connection in " + state);
        }
        t.nothing();
        assertThat(t.state()).isEqualTo(state);
        t.signals();
        return t;
    }

    /// A half-open row: SYN-RECEIVED of a passive open, whose SYN-ACK was seen.
    static Ladder halfOpen() {
        var t = new Ladder();
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000>");
        t.out("S. 0:0(0) ack 1");
        assertThat(rows(t)).containsExactly(TcpState.SYN_RECEIVED);
        return t;
    }

    /// RCV.NXT of a connection in `state`, relative.
    static int peerNext(TcpState state) {
        return switch (state) {
            case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> 2;
            default -> 1;
        };
    }

    /// SND.NXT of a connection in `state`, relative.
    static int hostNext(TcpState state) {
        return switch (state) {
            case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> 2;
            default -> 1;
        };
    }

    /// The states of all rows.
    static List<TcpState> rows(Ladder t) {
        List<TcpState> states = new ArrayList<>();
        t.tcp.forEachRow(row -> states.add(row.state()));
        return states;
    }
}
