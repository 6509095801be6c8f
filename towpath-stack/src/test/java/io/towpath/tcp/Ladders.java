package io.towpath.tcp;

import io.towpath.congestion.Congestion;
import io.towpath.core.Time;
import io.towpath.tcp.config.RecoveryConfig;

/// Ladders whose connection is open already, by what the SYNs agreed on. The peer's MSS is 1000.
final class Ladders {
    private Ladders() {}

    /// No options but the MSS, no Nagle, NewReno, losses found by counting: every number follows from RFC 5681.
    static TcpConfig plain() {
        return TcpConfig.defaults()
                .withTimestamps(false)
                .withSack(false)
                .withWindowScaling(false)
                .withNoDelay(true)
                .withCongestion(Congestion.NEWRENO)
                .withRecovery(counting());
    }

    /// Nothing newer than RFC 6675, and no last resort.
    static RecoveryConfig counting() {
        return new RecoveryConfig(false, false, false, false, false, false, false, false, 3, 200 * Time.MILLISECOND);
    }

    /// An open connection with [#plain] settings and a window of 65,535.
    static Ladder open() {
        return Ladder.established(plain(), 65_535);
    }

    /// An open connection whose peer permits SACK.
    static Ladder withSack() {
        return withSack(plain());
    }

    static Ladder withSack(TcpConfig config) {
        var t = new Ladder(config.withSack(true));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
        t.out("S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK>");
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        return t;
    }

    /// An open connection with SACK over a path whose round trip takes `rtt` milliseconds; the handshake measured it.
    static Ladder withRoundTrip(TcpConfig config, int rtt) {
        var t = new Ladder(config.withSack(true));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>");
        t.out("S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK>");
        t.after(rtt);
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        return t;
    }

    /// An open connection with timestamps; the peer's clock stands at 101. A full segment has 988 bytes of text.
    static Ladder withTimestamps() {
        return withTimestamps(plain());
    }

    static Ladder withTimestamps(TcpConfig config) {
        var t = new Ladder(config.withTimestamps(true));
        t.listen();
        t.in("S 0:0(0) win 65535 <mss 1000,nop,nop,TS val 100 ecr 0>");
        t.out("S. 0:0(0) ack 1 <mss 1460,nop,nop,TS val * ecr 100>");
        t.in(". 1:1(0) ack 1 win 65535 <nop,nop,TS val 101 ecr *>");
        t.accept();
        return t;
    }
}
