package io.towpath.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.wire.Octets;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import io.towpath.wire.TcpSegment;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The header's options and checksum: RFC 9293 §3.1 and §3.2.
class OptionsTest {
    private static TcpOption raw(int... octets) {
        byte[] b = new byte[octets.length];
        for (int i = 0; i < b.length; i++) {
            b[i] = (byte) octets[i];
        }
        return new TcpOption.Malformed(Octets.of(b));
    }

    private static void arrive(Ladder t, TcpSegment segment) {
        t.inject(segment.emit(Ladder.PEER, Ladder.HOST), 0);
    }

    /// A listener that was sent a SYN with these options, its SYN-ACK seen.
    private static Ladder syn(TcpConfig config, TcpOption... options) {
        var t = new Ladder(config);
        t.listen();
        arrive(t, t.segment("S 0:0(0)").with(options));
        t.out("S. 0:0(0) ack 1");
        return t;
    }

    private static TcpConfig plain() {
        return TcpConfig.defaults().withTimestamps(false).withSack(false).withWindowScaling(false);
    }

    private static int mssAfter(TcpOption... options) {
        Ladder t = syn(plain(), options);
        t.in(". 1:1(0) ack 1");
        t.accept();
        return t.info().mss();
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-4")
    @Rfc(value = 9293, section = "3.2", requirement = "MUST-64")
    void endNoOperationAndMssAreUnderstoodAtAnyOffset() {
        assertThat(mssAfter(new TcpOption.Mss(800))).isEqualTo(800);
        assertThat(mssAfter(new TcpOption.Nop(), new TcpOption.Mss(800))).isEqualTo(800);
        assertThat(mssAfter(new TcpOption.Nop(), new TcpOption.Nop(), new TcpOption.Nop(), new TcpOption.Mss(800)))
                .isEqualTo(800);
        assertThat(mssAfter(new TcpOption.Mss(800), new TcpOption.End(), raw(0, 0, 0)))
                .isEqualTo(800);
        // What lies behind the end of the list is no option.
        assertThat(mssAfter(raw(0, 2, 4, 3, 32))).isEqualTo(536);
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-5")
    void optionsAreTakenFromAnySegment() {
        Ladder t = Ladder.established(plain().withTimestamps(true), 65_535);
        assertThat(t.info().timestamps()).isFalse();
        // A timestamp that was never agreed on, SACK blocks and padding, on a segment with text and on a FIN.
        arrive(t, t.segment("P. 1:101(100) ack 1").with(new TcpOption.Timestamps(1, 2), new TcpOption.Nop()));
        t.in("P. 101:201(100) ack 1 <sack 1:2>");
        arrive(t, t.segment("F. 201:201(0) ack 1").with(new TcpOption.Nop(), new TcpOption.Nop()));
        t.out(". 1:1(0) ack 202");
        t.read(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7, 9, 19, 30, 77, 172, 253, 254, 255})
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-6")
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-68")
    void unknownOptionIsSkippedByItsLength(int kind) {
        assertThat(mssAfter(raw(kind, 6, 2, 4, 1, 1), new TcpOption.Mss(900))).isEqualTo(900);
        assertThat(mssAfter(raw(kind, 2), new TcpOption.Mss(900))).isEqualTo(900);
        Ladder t = Ladder.established();
        arrive(t, t.segment("P. 1:101(100) ack 1").with(raw(kind, 3, 9, 1)));
        t.read(100);
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-7")
    void impossibleLengthsDoNoHarm() {
        int[][] bad = {
            {77, 0, 0, 0}, // zero
            {77, 1, 0, 0}, // shorter than itself
            {77, 41, 0, 0}, // beyond the header
            {1, 1, 1, 77}, // no room for a length
            {2, 3, 5, 0}, // an MSS of the wrong size
            {2, 0, 0, 0},
            {8, 4, 0, 0},
            {3, 255, 7, 0},
        };
        for (int[] octets : bad) {
            assertThat(mssAfter(new TcpOption.Mss(700), raw(octets))).isEqualTo(700); // what came before is kept
            assertThat(mssAfter(raw(octets), new TcpOption.Mss(700))).isEqualTo(536); // what follows is not
            Ladder t = Ladder.established();
            arrive(t, t.segment("P. 1:101(100) ack 1").with(raw(octets)));
            t.read(100);
            assertThat(t.state()).isEqualTo(TcpState.ESTABLISHED);
        }
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-69")
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-68")
    void whatFollowsTheEndOfTheOptionsIsZero() {
        for (int i = 0; i < 8; i++) {
            TcpConfig config = TcpConfig.defaults()
                    .withTimestamps((i & 1) != 0)
                    .withSack((i & 2) != 0)
                    .withWindowScaling((i & 4) != 0);
            var t = new Ladder(config);
            t.connect();
            wellFormed(t.next());
            t.in("S. 0:0(0) ack 1 <mss 1000,sackOK,TS val 1 ecr *,nop,wscale 7>");
            wellFormed(t.next());
            if ((i & 1) == 0) {
                t.in(". 100:200(100) ack 1"); // its answer carries a SACK block, if at all
                wellFormed(t.next());
            }
        }
    }

    private static void wellFormed(TcpSegment segment) {
        int octets = 0;
        for (TcpOption option : segment.options()) {
            assertThat(option).isNotInstanceOf(TcpOption.Malformed.class);
            if (option instanceof TcpOption.End end) {
                for (byte b : end.padding().toArray()) {
                    assertThat(b).isZero();
                }
            }
            octets += option.length();
        }
        assertThat(octets % 4).isZero();
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-2")
    void everySegmentCarriesAChecksumThatCoversThePseudoHeader() {
        Ladder t = Ladder.established(); // the ladder checks each one against both addresses
        t.write(999); // an odd length, too
        TcpSegment sent = t.next();
        byte[] again = sent.emit(Ladder.HOST, Ladder.PEER);
        assertThat(TcpSegment.parse(again, 0, again.length)).isEqualTo(sent);
        byte[] other = sent.emit(Ladder.HOST, io.towpath.wire.IpAddress.parse("10.0.0.3"));
        assertThat(other[16] << 8 | other[17] & 0xff).isNotEqualTo(again[16] << 8 | again[17] & 0xff);
    }

    @Test
    @Rfc(value = 9293, section = "3.1", requirement = "MUST-3")
    void segmentWithAWrongChecksumIsDroppedWhereverItIsWrong() {
        Ladder t = Ladder.established();
        byte[] right = t.segment("P. 1:102(101) ack 1").emit(Ladder.PEER, Ladder.HOST);
        int wrong = 0;
        for (int i = 0; i < right.length; i++) {
            byte[] b = right.clone();
            b[i] ^= 0x10;
            if (i == 12) {
                continue; // the data offset: the header is refused before its sum
            }
            t.inject(b, 0);
            wrong++;
        }
        assertThat(t.dropped(Drop.BAD_TCP_CHECKSUM)).isEqualTo(wrong);
        t.nothing();
        assertThat(t.info().receiveQueued()).isZero();
        t.inject(right, 0);
        t.read(101);
    }

    @Test
    void headerThatCannotBeIsDropped() {
        Ladder t = Ladder.established();
        byte[] right = t.segment("P. 1:11(10) ack 1").emit(Ladder.PEER, Ladder.HOST);
        for (int words = 0; words < 16; words++) {
            if (words >= 5 && words * 4 <= right.length) {
                continue;
            }
            byte[] b = right.clone();
            b[12] = (byte) (words << 4);
            t.inject(b, 0);
        }
        assertThat(t.dropped(Drop.BAD_TCP_HEADER)).isEqualTo(13);
        t.inject(java.util.Arrays.copyOf(right, 19), 0);
        assertThat(t.dropped(Drop.BAD_TCP_HEADER)).isEqualTo(14);
    }

    @Test
    @Rfc(value = 9293, section = "3.1")
    void reservedBitsAreIgnoredAndNeverSent() {
        Ladder t = Ladder.established();
        TcpSegment plain = t.segment("P. 1:101(100) ack 1");
        byte[] b = plain.emit(Ladder.PEER, Ladder.HOST);
        b[12] |= 0x0e;
        int sum = (b[16] & 0xff) << 8 | b[17] & 0xff;
        int mended = sum - 0x0e00; // one's complement: the sum goes down by what was added
        mended = mended < 0 ? mended + 0xffff : mended;
        b[16] = (byte) (mended >> 8);
        b[17] = (byte) mended;
        t.inject(b, 0);
        t.read(100);
        t.write(10);
        assertThat(t.next().emit(Ladder.HOST, Ladder.PEER)[12] & 0x0e).isZero();
        assertThat(TcpHeader.FLAGS & 0xe00).isZero();
    }
}
