package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.core.TxBatch;
import io.towpath.wire.Bytes;
import io.towpath.wire.Crc32c;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpPacket;
import io.towpath.wire.testing.Rfc;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Forged INITs leave nothing behind, and keep nobody out.
@Rfc(value = 9260, section = "5.1.3")
class InitFloodTest {
    private static final int FORGED = 500_000;
    private static final int HONEST_EVERY = 5000;
    private static final int BETWEEN_POLLS = 500;

    private final SctpLadder t = new SctpLadder();
    private final Random random = new Random(1);
    private final Crc32c crc = new Crc32c();
    private final byte[] init =
            SctpPacket.of(1, SctpLadder.HOST_PORT, 0, t.init()).emit();
    private int held;
    private int answered;

    private void forged() {
        Bytes.put16(init, 0, 1 + random.nextInt(0xffff));
        Bytes.put32(init, SctpHeader.LENGTH + 4, 1 + random.nextInt(Integer.MAX_VALUE));
        SctpHeader.writeChecksum(init, 0, init.length, crc);
        Packet packet = t.pool.take(init.length);
        System.arraycopy(init, 0, packet.bytes, packet.at, init.length);
        packet.end = packet.at + init.length;
        packet.transportAt = packet.at;
        packet.protocol = IpProtocol.SCTP;
        IpAddress source = IpAddress.of(0, 0xffff_0000_0000L | 0x0b00_0000 + random.nextInt(1 << 24));
        packet.sourceHigh = source.high();
        packet.sourceLow = source.low();
        packet.destinationHigh = t.own.getFirst().high();
        packet.destinationLow = t.own.getFirst().low();
        t.sctp.input(t.now, packet);
        held = Math.max(held, t.sctp.packetsHeld());
    }

    private void poll() {
        var out = new TxBatch(64);
        boolean more;
        do {
            t.network.sent.clear();
            more = t.sctp.poll(t.now, out);
            answered += out.size();
            out.releaseAll();
        } while (more);
        t.network.sent.clear();
    }

    private void honest(int number) {
        t.peerTag = 1000 + number;
        t.in(t.init(List.of()));
        t.out("INIT_ACK[...");
        t.in(t.cookieEcho());
        t.out("COOKIE_ACK[flgs=0]");
        t.accept();
        t.in(t.data(1, 0, 0, 100));
        t.out("SACK[...");
        assertThat(t.messages()).containsExactly("0:100");
        t.abort();
        t.out("ABORT[...");
    }

    @Test
    void halfAMillionForgedInitsCostAnAnswerEachAndNothingMore() {
        t.listen();
        int honest = 0;
        for (int i = 1; i <= FORGED; i++) {
            forged();
            if (i % BETWEEN_POLLS == 0) {
                poll();
            }
            if (i % HONEST_EVERY == 0) {
                honest(++honest);
            }
        }
        assertThat(honest).isEqualTo(FORGED / HONEST_EVERY);
        // Work is bounded by the queue of replies: what finds it full is not even answered.
        assertThat(held).isEqualTo(256);
        assertThat(t.dropped(Drop.REPLY_QUEUE_FULL)).isEqualTo(FORGED - answered);
        assertThat(answered).isEqualTo(FORGED / BETWEEN_POLLS * 256);
        assertThat(t.sctp.size()).isZero();
        assertThat(t.sctp.packetsHeld()).isZero();
        assertThat(t.pool.outstanding()).isZero();
    }
}
