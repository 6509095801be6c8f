package io.towpath.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.PacketPool;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SctpEvent;
import io.towpath.wire.Ip4Address;
import io.towpath.wire.Ip4Packet;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpDataHeader;
import io.towpath.wire.SctpPacket;
import java.util.List;
import org.junit.jupiter.api.Test;

/// SCTP associations as ladders: chunks in a few words, both paths, states of both ends.
class LadderChunksTest {
    private static final long FIRST = 0xffff_fffeL; // TSNs wrap early
    private static final int CLIENT = 40_000;
    private static final int SERVER = 5000;

    private final Ladder ladder = new Ladder("client", "server");
    private final PacketPool pool = new PacketPool();
    private long now;

    private static Ip4Address address(int path, int host) {
        return (Ip4Address) IpAddress.parse("10.0." + path + "." + host);
    }

    /// A packet crosses the wire; `arrives` says whether it gets there.
    private void packet(int path, boolean fromLeft, boolean arrives, SctpChunk... chunks) {
        byte[] inner = SctpPacket.of(fromLeft ? CLIENT : SERVER, fromLeft ? SERVER : CLIENT, 7, chunks)
                .emit();
        byte[] b = new Ip4Packet(
                        0,
                        0,
                        0,
                        64,
                        IpProtocol.SCTP,
                        address(path, fromLeft ? 1 : 2),
                        address(path, fromLeft ? 2 : 1),
                        Octets.EMPTY,
                        Octets.of(inner))
                .emit();
        var meta = pool.take(b.length);
        var from = fromLeft ? ladder.leftPackets() : ladder.rightPackets();
        var to = fromLeft ? ladder.rightPackets() : ladder.leftPackets();
        from.packet(now, true, b, 0, b.length, meta);
        now += 10;
        if (arrives) {
            to.packet(now, false, b, 0, b.length, meta);
        }
        meta.release();
    }

    private void state(boolean left, AssociationState.Name from, AssociationState.Name to) {
        (left ? ladder.leftStates() : ladder.rightStates()).on(new SctpEvent.StateChanged(now, 1, from, to, "test"));
    }

    private static SctpChunk init(int type) {
        return new SctpChunk.Init(type, 0, 7, 9000, 10, 4, FIRST, List.of());
    }

    private static SctpChunk data(int number, int n) {
        return new SctpChunk.Data(
                SctpDataHeader.B | SctpDataHeader.E,
                FIRST + number - 1 & 0xffff_ffffL,
                3,
                number - 1,
                0,
                Octets.of(new byte[n]));
    }

    private static SctpChunk sack(int cumulative, SctpChunk.Sack.Gap... gaps) {
        return new SctpChunk.Sack(0, FIRST + cumulative - 1 & 0xffff_ffffL, 8000, List.of(gaps), List.of());
    }

    private List<String> lines() {
        return new LadderText(ladder, new TextStyle(110, false, false)).lines(ladder.since(0));
    }

    @Test
    void theHandshakeIsShownWithTheStatesOfBothEnds() {
        state(true, AssociationState.Name.CLOSED, AssociationState.Name.COOKIE_WAIT);
        packet(0, true, true, init(SctpChunks.INIT));
        packet(0, false, true, init(SctpChunks.INIT_ACK));
        state(true, AssociationState.Name.COOKIE_WAIT, AssociationState.Name.COOKIE_ECHOED);
        packet(0, true, true, new SctpChunk.Opaque(SctpChunks.COOKIE_ECHO, 0, Octets.of(new byte[4])), data(1, 100));
        state(false, AssociationState.Name.CLOSED, AssociationState.Name.ESTABLISHED);
        packet(0, false, true, new SctpChunk.Bare(SctpChunks.COOKIE_ACK, 0), sack(1));

        assertThat(ladder.isAssociation()).isTrue();
        assertThat(ladder.left()).hasToString("10.0.0.1:40000");
        assertThat(ladder.right()).hasToString("10.0.0.2:5000");
        assertThat(lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches(".* COOKIE-WAIT \\|- INIT tsn 1 streams 10/4 rwnd 9000 -+>\\| CLOSED"),
                        line -> assertThat(line)
                                .matches(".* COOKIE-ECHOED \\|<-+ INIT ACK tsn 1 streams 10/4 rwnd 9000 -\\| CLOSED"),
                        line -> assertThat(line)
                                .matches(".* COOKIE-ECHOED \\|- COOKIE ECHO; DATA 1 sid 3 ssn 0 len 100 -+>\\|"
                                        + " ESTABLISHED"),
                        line -> assertThat(line).matches(".* \\|<-+ COOKIE ACK; SACK 1 rwnd 8000 -\\| ESTABLISHED"));
    }

    @Test
    void gapsRepetitionsLossesAndOtherPathsAreTold() {
        packet(0, true, true, init(SctpChunks.INIT));
        packet(0, true, true, data(1, 10));
        packet(0, true, false, data(2, 10));
        packet(0, true, true, data(3, 10));
        packet(0, false, true, sack(1, new SctpChunk.Sack.Gap(2, 2), new SctpChunk.Sack.Gap(4, 5)));
        packet(1, true, true, data(2, 10));

        assertThat(lines())
                .anyMatch(line -> line.matches(".*\\|- DATA 2 sid 3 ssn 1 len 10 -+ x lost \\|.*"))
                .anyMatch(line -> line.contains(" SACK 1 +3 +5-6 rwnd 8000 "))
                .anyMatch(line -> line.contains("|- path 2: DATA 2 sid 3 ssn 1 len 10 again -"));
    }

    @Test
    void longRunsAreCounted() {
        packet(0, true, true, init(SctpChunks.INIT));
        for (int i = 1; i <= 50; i++) {
            packet(0, true, true, data(i, 1000));
            packet(0, false, i % 10 != 0, sack(i));
        }
        packet(0, true, true, new SctpChunk.Tsn(SctpChunks.SHUTDOWN, 0, 5));

        assertThat(lines())
                .anyMatch(line -> line.matches(".* 47 packets, 47\\.0 kB .*"))
                .anyMatch(line -> line.matches(".* 47 acknowledgments, [45] lost .*"))
                .anyMatch(line -> line.matches(".*\\|- SHUTDOWN -+>\\|.*"));
    }

    @Test
    void packetsOfOtherAssociationsAreLeftOut() {
        packet(0, true, true, init(SctpChunks.INIT));
        byte[] other = SctpPacket.of(1, 2, 7, data(1, 10)).emit();
        byte[] b = new Ip4Packet(
                        0, 0, 0, 64, IpProtocol.SCTP, address(0, 1), address(0, 2), Octets.EMPTY, Octets.of(other))
                .emit();
        var meta = pool.take(b.length);
        ladder.leftPackets().packet(now, true, b, 0, b.length, meta);
        meta.release();
        assertThat(lines()).hasSize(1);
    }
}
