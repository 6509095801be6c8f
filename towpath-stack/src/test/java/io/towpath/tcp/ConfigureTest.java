package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Settings of a connection that is open already.
class ConfigureTest {
    private static void configure(Ladder t, UnaryOperator<TcpConfig> change) {
        TcpConnection c = t.connection();
        t.tcp.configure(t.now, c, change.apply(c.config()));
    }

    @Test
    @Rfc(value = 9293, section = "3.8.4", requirement = "MUST-24")
    void keepAliveTurnedOnCountsFromWhatWasHeardLast() {
        Ladder t = Ladder.established();
        t.after(4000);
        configure(t, c -> c.withKeepAlive(true).withKeepAliveIdleNanos(10 * Time.SECOND));
        t.after(5999);
        t.nothing();
        t.after(1);
        t.out(". 0:0(0) ack 1");
    }

    @Test
    void keepAliveTurnedOffIsSilent() {
        Ladder t = Ladder.established();
        configure(t, c -> c.withKeepAlive(true).withKeepAliveIdleNanos(10 * Time.SECOND));
        configure(t, c -> c.withKeepAlive(false));
        t.after(3_600_000);
        t.nothing();
    }

    @Test
    @Rfc(value = 9293, section = "3.7.4", requirement = "MUST-17")
    void nagleTurnedOffLetsGoWhatItHeld() {
        Ladder t = Ladder.established(TcpConfig.defaults().withTimestamps(false).withNoDelay(false), 65_535);
        t.write(100);
        t.out("P. 1:101(100) ack 1");
        t.write(50);
        t.nothing();
        configure(t, c -> c.withNoDelay(true));
        t.out("P. 101:151(50) ack 1");
    }

    @Test
    void aLargerReceiveBufferIsOffered() {
        Ladder t = Ladder.established(TcpConfig.defaults().withTimestamps(false).withReceiveBuffer(10_000), 65_535);
        configure(t, c -> c.withReceiveBuffer(40_000));
        t.out(". 1:1(0) ack 1 win 40000");
    }

    @Test
    void aLargerSendBufferTakesMore() {
        Ladder t = Ladder.established(TcpConfig.defaults().withTimestamps(false).withSendBuffer(1000), 65_535);
        assertThat(t.connection().sendRing().writable()).isEqualTo(1000);
        configure(t, c -> c.withSendBuffer(5000));
        assertThat(t.connection().sendRing().writable()).isEqualTo(5000);
    }

    @Test
    void theMarkOfUrgentDataIsAPositionInTheStream() {
        Ladder t = Ladder.established();
        assertThat(t.connection().urgentEnd()).isLessThanOrEqualTo(0);
        t.in("P. 1:11(10) ack 1 win 65535");
        t.in("PU. 11:16(5) ack 1 win 65535 urg 5");
        assertThat(t.connection().urgentEnd()).isEqualTo(15);
    }
}
