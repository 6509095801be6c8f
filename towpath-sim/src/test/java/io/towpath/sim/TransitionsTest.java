package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import io.towpath.wire.Endpoint;
import org.junit.jupiter.api.Test;

class TransitionsTest {
    private static final Endpoint A = Endpoint.parse("10.0.0.1:1");
    private static final Endpoint B = Endpoint.parse("10.0.0.2:2");

    private final Findings findings = new Findings();
    private final Transitions transitions = new Transitions("host", findings);

    private void change(TcpState from, TcpState to) {
        transitions.on(new TcpEvent.StateChanged(0, 1, A, B, from, to, "test"));
    }

    @Test
    void aWholeLifeIsLegal() {
        change(TcpState.CLOSED, TcpState.SYN_SENT);
        change(TcpState.SYN_SENT, TcpState.ESTABLISHED);
        change(TcpState.ESTABLISHED, TcpState.FIN_WAIT_1);
        change(TcpState.FIN_WAIT_1, TcpState.CLOSING);
        change(TcpState.CLOSING, TcpState.TIME_WAIT);
        assertThat(transitions.open()).containsExactly("#1 TIME-WAIT");
        change(TcpState.TIME_WAIT, TcpState.CLOSED);
        assertThat(findings.isEmpty()).isTrue();
        assertThat(transitions.open()).isEmpty();
    }

    @Test
    void aShortCutIsFound() {
        change(TcpState.CLOSED, TcpState.ESTABLISHED);
        assertThat(findings.kept().getFirst().text()).contains("no such transition");
    }

    @Test
    void aChangeFromAnotherStateIsFound() {
        change(TcpState.CLOSED, TcpState.SYN_SENT);
        change(TcpState.ESTABLISHED, TcpState.FIN_WAIT_1);
        assertThat(findings.kept().getFirst().text()).contains("was SYN-SENT before");
    }

    @Test
    void theEnginesOwnTableAllowsNothingElse() {
        for (TcpState from : TcpState.values()) {
            for (TcpState to : TcpState.values()) {
                var found = new Findings();
                var watcher = new Transitions("host", found);
                // Bring the watcher to `from`, whatever it thinks of the way.
                if (from != TcpState.CLOSED && from != TcpState.LISTEN && from != TcpState.TIME_WAIT) {
                    watcher.on(new TcpEvent.StateChanged(0, 1, A, B, TcpState.CLOSED, from, "test"));
                }
                long before = found.count();
                watcher.on(new TcpEvent.StateChanged(0, 1, A, B, from, to, "test"));
                if (from.mayBecome(to)) {
                    assertThat(found.count()).as(from + " to " + to).isEqualTo(before);
                }
            }
        }
    }
}
