package io.towpath.sim;

import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Watches that connections change state only as RFC 9293 figure 5 and its notes allow, each from the state that it was
/// in. The table is written out here once more, apart from the engine's own, so that a wrong line in either shows.
public final class Transitions {
    private static final List<String> LEGAL = List.of(
            // active open, passive open, close before anything happened
            "CLOSED>SYN_SENT",
            "CLOSED>LISTEN",
            "LISTEN>SYN_RECEIVED",
            "LISTEN>SYN_SENT",
            "LISTEN>CLOSED",
            "SYN_SENT>SYN_RECEIVED",
            "SYN_SENT>ESTABLISHED",
            "SYN_SENT>CLOSED",
            "SYN_RECEIVED>ESTABLISHED",
            "SYN_RECEIVED>FIN_WAIT_1",
            "SYN_RECEIVED>LISTEN",
            "SYN_RECEIVED>CLOSED",
            // close
            "ESTABLISHED>FIN_WAIT_1",
            "ESTABLISHED>CLOSE_WAIT",
            "FIN_WAIT_1>FIN_WAIT_2",
            "FIN_WAIT_1>CLOSING",
            "FIN_WAIT_1>TIME_WAIT",
            "FIN_WAIT_2>TIME_WAIT",
            "CLOSE_WAIT>LAST_ACK",
            "CLOSING>TIME_WAIT",
            "LAST_ACK>CLOSED",
            "TIME_WAIT>CLOSED",
            // RFC 6191: a new incarnation out of TIME-WAIT
            "TIME_WAIT>SYN_RECEIVED",
            // abort, reset, timeout
            "ESTABLISHED>CLOSED",
            "FIN_WAIT_1>CLOSED",
            "FIN_WAIT_2>CLOSED",
            "CLOSE_WAIT>CLOSED",
            "CLOSING>CLOSED");

    private final Findings findings;
    private final String host;
    private final TreeMap<Long, TcpState> states = new TreeMap<>();
    private final long[] visits = new long[TcpState.values().length];

    /// Watches the connections of one host.
    public Transitions(String host, Findings findings) {
        this.host = host;
        this.findings = findings;
    }

    /// Takes note of a change.
    public void on(TcpEvent.StateChanged event) {
        TcpState before = states.getOrDefault(event.connection(), first(event.from()));
        if (before != event.from()) {
            complain(event, "was " + before.rfcName() + " before");
        }
        if (!LEGAL.contains(event.from() + ">" + event.to())) {
            complain(event, "no such transition");
        }
        visits[event.to().ordinal()]++;
        if (event.to() == TcpState.CLOSED) {
            states.remove(event.connection());
        } else {
            states.put(event.connection(), event.to());
        }
    }

    // A number that was not heard of begins as CLOSED, as LISTEN when a listener made it, or takes over a TIME-WAIT
    // row.
    private static TcpState first(TcpState from) {
        return from == TcpState.LISTEN || from == TcpState.TIME_WAIT ? from : TcpState.CLOSED;
    }

    /// How often a state was entered.
    public long visits(TcpState state) {
        return visits[state.ordinal()];
    }

    /// The connections that did not reach CLOSED, with their states, for messages.
    public List<String> open() {
        List<String> open = new ArrayList<>();
        states.forEach((connection, state) -> open.add("#" + connection + " " + state.rfcName()));
        return open;
    }

    /// The host lost its memory.
    public void restart() {
        states.clear();
    }

    private void complain(TcpEvent.StateChanged event, String what) {
        findings.add(
                event.at(),
                "states",
                host + " #" + event.connection() + " " + event.local() + " to " + event.remote() + ": "
                        + event.from().rfcName() + " to " + event.to().rfcName() + " (" + event.reason() + "): "
                        + what);
    }
}
