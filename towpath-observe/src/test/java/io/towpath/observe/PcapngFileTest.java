package io.towpath.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.link.LinkInfo;
import io.towpath.tcp.TcpEvent;
import io.towpath.tcp.TcpState;
import io.towpath.wire.CapturedPacket;
import io.towpath.wire.Ip4Packet;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.LinkType;
import io.towpath.wire.PcapngReader;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapngFileTest {
    private static final LinkInfo WIRE = new LinkInfo("wire.a", Medium.RAW_IP, 1500, Offloads.NONE);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final Packet meta = new PacketPool().take(0);

    private static byte[] segment(int flags, int length) {
        byte[] tcp = TcpSegment.of(1000, 80, flags, 5, 6, 100)
                .withPayload(new byte[length])
                .emit(Conversation.LEFT, Conversation.RIGHT);
        return Ip4Packet.of(Conversation.LEFT, Conversation.RIGHT, IpProtocol.TCP, tcp)
                .emit();
    }

    private static TcpEvent.SegmentOut out(int flags, int length, TcpEvent.Why why) {
        return new TcpEvent.SegmentOut(0, 1, 1, 1, flags, length, 100, TcpState.ESTABLISHED, why);
    }

    private static List<CapturedPacket> read(Path file) throws IOException {
        var reader = new PcapngReader(Files.readAllBytes(file));
        var packets = new ArrayList<CapturedPacket>();
        for (@Nullable CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
            packets.add(packet);
        }
        return packets;
    }

    @Test
    void packetsComeBackWithMomentAndBytes() throws IOException {
        Path file = folder.resolve("a.pcapng");
        byte[] packet = segment(TcpHeader.ACK, 10);
        try (PcapngFile capture = PcapngFile.create(file, "test", 1_000_000_000L)) {
            capture.tap(WIRE).packet(123, true, packet, 0, packet.length, meta);
        }

        assertThat(read(file)).singleElement().satisfies(read -> {
            assertThat(read.nanos()).isEqualTo(1_000_000_123L);
            assertThat(read.linkType()).isEqualTo(LinkType.RAW);
            assertThat(read.data().toArray()).isEqualTo(packet);
            assertThat(read.comment()).isNull();
        });
    }

    @Test
    void aRetransmissionCarriesItsCauseAndItsNeighboursDoNot() throws IOException {
        Path file = folder.resolve("b.pcapng");
        byte[] data = segment(TcpHeader.ACK, 10);
        byte[] more = segment(TcpHeader.ACK, 20);
        try (PcapngFile capture = PcapngFile.create(file, "test", 0)) {
            PcapngFile.Tap tap = capture.tap(WIRE);
            tap.on(out(TcpHeader.ACK, 10, TcpEvent.Why.DATA));
            tap.on(out(TcpHeader.ACK, 30, TcpEvent.Why.PROBE)); // never reached the link
            tap.on(out(TcpHeader.ACK, 20, TcpEvent.Why.TIMEOUT));
            tap.packet(1, true, data, 0, data.length, meta);
            tap.packet(2, false, more, 0, more.length, meta);
            tap.packet(3, true, more, 0, more.length, meta);
            tap.packet(4, true, more, 0, more.length, meta);
        }

        assertThat(read(file))
                .map(CapturedPacket::comment)
                .containsExactly(null, null, "sent again: retransmission timeout", null);
    }

    @Test
    void whatIsCapturedAfterCloseIsLeftOut() throws IOException {
        Path file = folder.resolve("c.pcapng");
        PcapngFile capture = PcapngFile.create(file, "test", 0);
        PcapngFile.Tap tap = capture.tap(WIRE);
        capture.close();
        capture.close();
        byte[] packet = segment(TcpHeader.ACK, 10);
        tap.packet(1, true, packet, 0, packet.length, meta);

        assertThat(read(file)).isEmpty();
        assertThat(capture.packets()).isZero();
    }

    @Test
    void aFileThatCannotBeMadeIsAnException() {
        assertThatIOException()
                .isThrownBy(() -> PcapngFile.create(folder.resolve("missing/d.pcapng"), "test", 0)
                        .close());
    }
}
