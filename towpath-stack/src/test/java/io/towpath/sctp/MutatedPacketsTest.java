package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.Bytes;
import io.towpath.wire.Crc32c;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpCause;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpDataHeader;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpPacket;
import io.towpath.wire.SctpParameter;
import io.towpath.wire.SctpReconfigParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a peer with the right tag and checksum sends: nothing is thrown, no packet leaks, memory stays bounded.
class MutatedPacketsTest {
    private static final int PACKETS = 4000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whateverTheChunksSayNothingBreaks(boolean interleaving) {
        var random = new Random(interleaving ? 12 : 11);
        var config = SctpLadder.plain()
                .withBuffers(20_000, 20_000)
                .withFeatures(SctpFeatures.defaults().withInterleaving(interleaving));
        SctpLadder t = open(config);
        int messages = 0;
        for (int i = 0; i < PACKETS; i++) {
            if (t.association().isClosed()) {
                t = open(config);
            }
            if (random.nextInt(8) == 0) {
                t.trySend(SendOptions.stream(random.nextInt(10)), 1 + random.nextInt(3000));
            }
            t.arrive(0, packet(t, random));
            t.after(random.nextInt(10) == 0 ? random.nextInt(3000) : 0);
            t.ignore();
            if (random.nextInt(4) == 0) {
                messages += t.messages().size();
            }
            SctpInfo info = t.info();
            assertThat(info.receivedBytes()).isLessThanOrEqualTo(3L * 20_000);
            assertThat(t.sctp.size()).isLessThanOrEqualTo(2);
        }
        assertThat(messages).as("some of it made sense").isGreaterThan(50);
    }

    private static SctpLadder open(SctpConfig config) {
        return PartialReliabilityTest.established(
                config, SctpChunks.FORWARD_TSN, SctpChunks.I_FORWARD_TSN, SctpChunks.I_DATA, SctpChunks.RECONFIG);
    }

    private static byte[] packet(SctpLadder t, Random random) {
        List<SctpChunk> chunks = new ArrayList<>();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            chunks.add(chunk(t, random));
        }
        long tag = chunks.getFirst().type() == SctpChunks.INIT ? 0 : t.info().localTag() & 0xffff_ffffL;
        byte[] b = new SctpPacket(SctpLadder.PEER_PORT, SctpLadder.HOST_PORT, tag, chunks).emit();
        for (int n = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0; n > 0; n--) {
            int at = SctpHeader.LENGTH + random.nextInt(b.length - SctpHeader.LENGTH);
            if (random.nextBoolean()) {
                b[at] = (byte) random.nextInt();
            } else {
                Bytes.put8(b, at, Bytes.u8(b, at) + random.nextInt(5) - 2);
            }
        }
        int end = random.nextInt(10) == 0
                ? SctpHeader.LENGTH + random.nextInt(b.length - SctpHeader.LENGTH + 1)
                : b.length;
        byte[] cut = Arrays.copyOf(b, end);
        SctpHeader.writeChecksum(cut, 0, cut.length, new Crc32c());
        return cut;
    }

    private static SctpChunk chunk(SctpLadder t, Random random) {
        long tsn = t.association().receiver().tracker.cumulative() + 1 + random.nextInt(6) - random.nextInt(2)
                & 0xffff_ffffL;
        int flags = random.nextInt(16);
        int stream = random.nextInt(11);
        Octets data = Octets.of(SctpLadder.content(1 + random.nextInt(600)));
        int outstanding = t.association().outstanding.size();
        long acked =
                t.association().outstanding.cumAcked() + random.nextInt(1 + Math.min(3, outstanding)) & 0xffff_ffffL;
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3 ->
                t.association().agreed.interleaving()
                        ? new SctpChunk.IData(flags, tsn, stream, random.nextInt(4), random.nextInt(4), data)
                        : new SctpChunk.Data(
                                random.nextInt(4) == 0 ? flags : SctpDataHeader.B | SctpDataHeader.E,
                                tsn,
                                stream,
                                random.nextInt(4),
                                0,
                                data);
            case 4, 5, 6 ->
                new SctpChunk.Sack(
                        0,
                        acked,
                        random.nextInt(30_000),
                        outstanding < 8 && random.nextInt(8) > 0
                                ? List.of()
                                : List.of(new SctpChunk.Sack.Gap(1 + random.nextInt(3), 2 + random.nextInt(4))),
                        List.of());
            case 7 -> new SctpChunk.ForwardTsn(0, tsn, List.of(new SctpChunk.ForwardTsn.Skipped(stream, flags)));
            case 8 ->
                new SctpChunk.IForwardTsn(
                        0, tsn, List.of(new SctpChunk.IForwardTsn.Skipped(stream, random.nextBoolean(), flags)));
            case 9 -> t.init();
            case 10 -> t.cookieEcho();
            case 11 ->
                new SctpChunk.Parameters(
                        SctpChunks.HEARTBEAT, 0, List.of(SctpParameter.heartbeatInfo(new byte[random.nextInt(60)])));
            case 12 ->
                new SctpChunk.Parameters(
                        SctpChunks.RECONFIG,
                        0,
                        List.of(
                                new SctpParameter.OutgoingReset(
                                        t.peerTsn(1 + random.nextInt(3)), 0, tsn, List.of(stream)),
                                new SctpParameter.AddStreams(
                                        SctpReconfigParameters.ADD_OUTGOING, t.peerTsn(2), random.nextInt(3))));
            case 13 -> SctpLadder.error(new SctpCause.InvalidStream(stream));
            case 14 ->
                new SctpChunk.Init(
                        SctpChunks.INIT,
                        0,
                        1 + random.nextInt(5),
                        20_000,
                        5,
                        5,
                        7,
                        List.of(new SctpParameter.Address(IpAddress.parse("10.0.0." + (2 + random.nextInt(2))))));
            default ->
                random.nextInt(20) == 0 ? t.shutdownChunk(0) : new SctpChunk.Opaque(random.nextInt(256), flags, data);
        };
    }
}
