package io.towpath.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmenterTest {
    private final PacketPool pool = new PacketPool();
    private final Segmenter segmenter = new Segmenter(Medium.RAW_IP);

    private List<Packet> cut(Packet whole) {
        List<Packet> pieces = new ArrayList<>();
        segmenter.begin(whole);
        for (Packet piece = segmenter.next(); piece != null; piece = segmenter.next()) {
            pieces.add(piece);
        }
        return pieces;
    }

    private Packet superSegment(boolean ip4, int seq, int flags, int payload) {
        Packet whole = Samples.tcp(pool, ip4, seq, flags, payload);
        whole.segmentBytes = 1448;
        return whole;
    }

    private static int seq(Packet piece) {
        return Bytes.i32(piece.bytes, Samples.headers(piece).transportAt() + 4);
    }

    private static int flags(Packet piece) {
        return Bytes.u8(piece.bytes, Samples.headers(piece).transportAt() + 13);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thePiecesCarryTheSameBytesUnderConsecutiveSequenceNumbersAndRightChecksums(boolean ip4) {
        int seq = 0xffff_f000;
        Packet whole = superSegment(ip4, seq, Samples.ACK, 10_001);
        List<Packet> pieces = cut(whole);
        assertThat(pieces).hasSize(7);
        int expected = seq;
        for (Packet piece : pieces) {
            assertThat(Samples.isSealed(piece)).isTrue();
            assertThat(seq(piece)).isEqualTo(expected);
            Headers headers = Samples.headers(piece);
            assertThat(headers.end()).isEqualTo(piece.end);
            int dataAt = headers.transportAt() + headers.tcpHeaderBytes(piece.bytes);
            for (int i = dataAt; i < piece.end; i++) {
                assertThat(piece.bytes[i]).isEqualTo((byte) (expected + i - dataAt));
            }
            expected += piece.end - dataAt;
            assertThat(piece.segmentBytes).isZero();
        }
        assertThat(expected - seq).isEqualTo(10_001);
        assertThat(pieces.getLast().length()).isEqualTo((ip4 ? 52 : 72) + 10_001 - 6 * 1448);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPendingChecksumStaysPendingAndIsRightOnceCompleted(boolean ip4) {
        List<Packet> pieces = cut(Samples.unseal(superSegment(ip4, 99, Samples.ACK, 5_000)));
        for (Packet piece : pieces) {
            assertThat(piece.checksumAt).isNotZero();
            Checksums.settle(piece, Medium.RAW_IP, new Headers());
            assertThat(Samples.isSealed(piece)).isTrue();
        }
    }

    @Test
    void pushAndFinAreOnTheLastPieceOnlyAndCongestionWindowReducedOnTheFirst() {
        List<Packet> pieces =
                cut(superSegment(true, 1, Samples.ACK | Samples.PSH | Samples.FIN | Samples.CWR, 3 * 1448));
        assertThat(pieces).hasSize(3);
        assertThat(flags(pieces.get(0))).isEqualTo(Samples.ACK | Samples.CWR);
        assertThat(flags(pieces.get(1))).isEqualTo(Samples.ACK);
        assertThat(flags(pieces.get(2))).isEqualTo(Samples.ACK | Samples.PSH | Samples.FIN);
    }

    @Test
    void theUrgentPointerKeepsItsPlaceInTheStream() {
        Packet whole = superSegment(true, 1, Samples.ACK | Samples.URG, 3 * 1448);
        int urgentAt = Samples.headers(whole).transportAt() + 18;
        Bytes.put16(whole.bytes, urgentAt, 2000);
        List<Packet> pieces = cut(whole);
        assertThat(Bytes.u16(pieces.get(0).bytes, urgentAt)).isEqualTo(2000);
        assertThat(Bytes.u16(pieces.get(1).bytes, urgentAt)).isEqualTo(552);
        assertThat(flags(pieces.get(1)) & Samples.URG).isNotZero();
        assertThat(flags(pieces.get(2)) & Samples.URG).isZero();
    }

    @Test
    void eachPieceHasAnIp4IdentificationOfItsOwn() {
        List<Packet> pieces = cut(superSegment(true, 1, Samples.ACK, 3 * 1448));
        assertThat(pieces.stream().map(p -> Bytes.u16(p.bytes, p.at + 4))).containsExactly(0xfffe, 0xffff, 0);
    }

    @Test
    void whatIsNoSuperSegmentComesOutAsItWentIn() {
        Packet small = Samples.tcp(pool, true, 1, Samples.ACK, 1448);
        small.segmentBytes = 1448;
        assertThat(cut(small)).containsExactly(small);
        assertThat(small.segmentBytes).isZero();
        Packet udp = Samples.udp(pool, true, 3000);
        udp.segmentBytes = 1000;
        assertThat(cut(udp)).containsExactly(udp);
        Packet junk = Samples.numbered(pool, 3000, 0);
        junk.segmentBytes = 1000;
        assertThat(cut(junk)).containsExactly(junk);
    }

    @Test
    void nothingIsLeftOnTheBooksOfThePool() {
        cut(superSegment(false, 1, Samples.ACK, 50_000)).forEach(Packet::release);
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void ethernetHeadersAreCopiedToo() {
        Packet whole = superSegment(true, 1, Samples.ACK, 3000);
        whole.at -= 14;
        for (int i = 0; i < 12; i++) {
            whole.bytes[whole.at + i] = (byte) (i + 1);
        }
        Bytes.put16(whole.bytes, whole.at + 12, 0x0800);
        Segmenter ethernet = new Segmenter(Medium.ETHERNET);
        ethernet.begin(whole);
        int count = 0;
        for (Packet piece = ethernet.next(); piece != null; piece = ethernet.next()) {
            count++;
            assertThat(piece.bytes[piece.at + 11]).isEqualTo((byte) 12);
            assertThat(Bytes.u16(piece.bytes, piece.at + 12)).isEqualTo(0x0800);
            piece.at += 14;
            assertThat(Samples.isSealed(piece)).isTrue();
        }
        assertThat(count).isEqualTo(3);
    }
}
