package io.towpath.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.TxBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaptureTest {
    private record Seen(long now, boolean outbound, byte[] bytes) {}

    private final PacketPool pool = new PacketPool();
    private final TxBatch out = new TxBatch(8);
    private final RxBatch in = new RxBatch(8, pool);
    private final List<Seen> seen = new ArrayList<>();

    private Capture capture(Link inner) {
        return new Capture(
                inner,
                (now, outbound, b, at, end, meta) -> seen.add(new Seen(now, outbound, Arrays.copyOfRange(b, at, end))));
    }

    @Test
    void bothDirectionsAreShownWithTheirMoment() {
        var wire = MemoryLink.pair("wire", 1500, Offloads.NONE, 8);
        Capture link = capture(wire.a());
        out.add(Samples.numbered(pool, 40, 1));
        link.transmit(10, out);
        out.add(Samples.numbered(pool, 50, 2));
        wire.b().transmit(11, out);
        link.receive(12, in);
        assertThat(seen).extracting(Seen::now).containsExactly(10L, 12L);
        assertThat(seen).extracting(Seen::outbound).containsExactly(true, false);
        assertThat(seen).extracting(s -> s.bytes.length).containsExactly(40, 50);
    }

    @Test
    void aPendingChecksumIsShownFilledInAndLeftPendingInThePacket() {
        var wire = MemoryLink.pair("wire", 1500, new Offloads(true, 0), 8);
        Capture link = capture(wire.a());
        Packet packet = Samples.unseal(Samples.tcp(pool, true, 1, Samples.ACK, 500));
        byte[] before = packet.toBytes();
        out.add(packet);
        link.transmit(0, out);
        wire.b().receive(0, in);
        assertThat(in.get(0).toBytes()).isEqualTo(before);
        assertThat(in.get(0).checksumVerified).isTrue();
        Packet shown = pool.take(600);
        shown.end = shown.at + seen.getFirst().bytes.length;
        System.arraycopy(seen.getFirst().bytes, 0, shown.bytes, shown.at, shown.length());
        assertThat(Samples.isSealed(shown)).isTrue();
    }

    @Test
    void whatTheLinkBelowDidNotTakeIsNotShownTwice() {
        var wire = MemoryLink.pair("wire", 1500, Offloads.NONE, 1);
        Capture link = capture(wire.a());
        out.add(Samples.numbered(pool, 41, 1));
        out.add(Samples.numbered(pool, 42, 2));
        assertThat(link.transmit(0, out)).isEqualTo(1);
        assertThat(link.transmit(1, out)).isZero();
        wire.b().receive(1, in);
        out.add(Samples.numbered(pool, 43, 3));
        assertThat(link.transmit(2, out)).isEqualTo(1);
        assertThat(seen).extracting(s -> s.bytes.length).containsExactly(41, 42, 43);
    }
}
