package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.ecn.Ecn;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpSegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A segment that comes behind one like it is judged as if it came alone.
class SegmentRunTest {
    private static final int TEXT = 100;

    private static Ladder open(boolean stamps) {
        var t = new Ladder(TcpConfig.defaults().withTimestamps(stamps).withWindowScaling(false));
        t.listen();
        t.in(stamps ? "S 0:0(0) win 65535 <mss 1000,TS val 100 ecr 0>" : "S 0:0(0) win 65535 <mss 1000>");
        t.rememberStamp();
        t.next();
        t.in(stamps ? ". 1:1(0) ack 1 win 65535 <TS val 101 ecr 0>" : ". 1:1(0) ack 1 win 65535");
        t.accept();
        return t;
    }

    private static byte[] bulk(Ladder t, int number, boolean stamps) {
        int from = 1 + number * TEXT;
        return t.segment(". " + from + ":" + (from + TEXT) + "(" + TEXT + ") ack 1 win 65535"
                        + (stamps ? " <TS val 102 ecr 0>" : ""))
                .emit(Ladder.PEER, Ladder.HOST);
    }

    private static byte[] mended(byte[] segment) {
        byte[] b = segment.clone();
        long pseudo = InternetChecksum.pseudo(
                Ladder.PEER.high(), Ladder.PEER.low(), Ladder.HOST.high(), Ladder.HOST.low(), IpProtocol.TCP, b.length);
        TcpHeader.writeChecksum(b, 0, b.length, pseudo);
        return b;
    }

    /// What a host makes of a second segment behind a first; or, apart, with one in between that ends the run and that
    /// is dropped.
    private static List<String> taken(boolean stamps, boolean apart, int octet, int mask, boolean mend) {
        Ladder t = open(stamps);
        t.inject(bulk(t, 0, stamps), 0);
        if (apart) {
            byte[] broken = bulk(t, 5, stamps);
            broken[TcpHeader.LENGTH + 20] ^= 1;
            t.inject(broken, 0);
        }
        byte[] changed = bulk(t, 1, stamps);
        changed[octet] ^= (byte) mask;
        t.inject(mend ? mended(changed) : changed, 0);
        t.inject(bulk(t, 2, stamps), 0);
        t.after(300);
        List<String> told = new ArrayList<>();
        told.add(t.state().toString());
        for (Drop reason : Drop.values()) {
            long known = apart && reason == Drop.BAD_TCP_CHECKSUM ? 1 : 0;
            if (t.dropped(reason) > known) {
                told.add(reason + " " + (t.dropped(reason) - known));
            }
        }
        while (t.pendingSegments() > 0) {
            told.add(t.next().toString());
        }
        if (t.state() == TcpState.ESTABLISHED) {
            told.add(t.info().toString());
        }
        return told;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachOctetOfTheHeaderCountsAsItWouldAlone(boolean stamps) {
        int header = TcpHeader.LENGTH + (stamps ? 12 : 0);
        for (int octet = 0; octet < header; octet++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                for (boolean mend : new boolean[] {false, true}) {
                    assertThat(taken(stamps, false, octet, 1 << bit, mend))
                            .as("octet %d bit %d, %s", octet, bit, mend ? "checksum mended" : "checksum wrong")
                            .isEqualTo(taken(stamps, true, octet, 1 << bit, mend));
                }
            }
        }
    }

    @Test
    void aRunOfTextIsTakenWhole() {
        Ladder t = open(true);
        for (int i = 0; i < 50; i++) {
            t.inject(bulk(t, i, true), 0);
        }
        t.read(50 * TEXT);
        assertThat(t.dropped(Drop.BAD_TCP_CHECKSUM)).isZero();
    }

    @Test
    void aRunGoesToNoConnectionThatIsGone() {
        Ladder t = open(false);
        t.inject(bulk(t, 0, false), 0);
        t.abort();
        t.ignore();
        t.inject(bulk(t, 1, false), 0);
        assertThat(TcpHeader.RST & t.next().flags()).isEqualTo(TcpHeader.RST);
    }

    @Test
    void aMarkOnOneSegmentOfARunIsSeen() {
        var t = new Ladder(Ladders.plain().withEcn(EcnConfig.ACCEPT));
        t.listen();
        t.in("SEW 0:0(0) win 65535 <mss 1000>");
        t.next();
        t.in(". 1:1(0) ack 1 win 65535");
        t.accept();
        t.ecn = Ecn.ECT_0;
        t.inject(bulk(t, 0, false), 0);
        t.ecn = Ecn.CE;
        t.inject(bulk(t, 1, false), 0);
        TcpSegment last = t.next();
        while (t.pendingSegments() > 0) {
            last = t.next();
        }
        assertThat(last.flags() & TcpHeader.ECE).isEqualTo(TcpHeader.ECE);
    }
}
