package io.towpath.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Valid SCTP values of every format from a seed, for round trips and for octets to mutate.
final class SctpGenerated {
    private final Generated generated;

    SctpGenerated(long seed) {
        generated = new Generated(seed);
    }

    int below(int bound) {
        return generated.below(bound);
    }

    byte[] bytes(int length) {
        return generated.bytes(length);
    }

    private long u32() {
        return generated.u32();
    }

    private int u16() {
        return below(65536);
    }

    private <T> List<T> list(int sizeMax, Supplier<T> item) {
        List<T> items = new ArrayList<>();
        for (int count = below(sizeMax + 1); count > 0; count--) {
            items.add(item.get());
        }
        return items;
    }

    private IpAddress address() {
        return below(2) == 0 ? generated.address4() : generated.address6();
    }

    private int oneOf(int... values) {
        return values[below(values.length)];
    }

    SctpParameter parameter() {
        return switch (below(12)) {
            case 0 -> new SctpParameter.Bare(oneOf(SctpParameters.ECN_CAPABLE, SctpParameters.FORWARD_TSN_SUPPORTED));
            case 1 ->
                new SctpParameter.Word(
                        oneOf(
                                SctpParameters.COOKIE_PRESERVATIVE,
                                SctpParameters.ZERO_CHECKSUM,
                                SctpParameters.ADAPTATION,
                                SctpParameters.SUCCESS_INDICATION,
                                SctpReconfigParameters.SSN_TSN_RESET),
                        u32());
            case 2 -> new SctpParameter.Address(address());
            case 3 ->
                new SctpParameter.Numbers(
                        oneOf(SctpParameters.ADDRESS_TYPES, SctpParameters.HMAC_ALGORITHMS), list(4, this::u16));
            case 4 ->
                new SctpParameter.ChunkTypes(
                        oneOf(SctpParameters.SUPPORTED_EXTENSIONS, SctpParameters.CHUNK_LIST),
                        list(7, () -> below(256)));
            case 5 ->
                new SctpParameter.AddressChange(
                        oneOf(SctpParameters.ADD_ADDRESS, SctpParameters.DELETE_ADDRESS, SctpParameters.SET_PRIMARY),
                        u32(),
                        address());
            case 6 -> new SctpParameter.ErrorIndication(u32(), list(3, this::cause));
            case 7 -> new SctpParameter.OutgoingReset(u32(), u32(), u32(), list(5, this::u16));
            case 8 -> new SctpParameter.IncomingReset(u32(), list(5, this::u16));
            case 9 ->
                below(2) == 0
                        ? new SctpParameter.ReconfigResponse(u32(), below(8))
                        : new SctpParameter.ReconfigResponse(u32(), below(8), u32(), u32());
            case 10 ->
                new SctpParameter.AddStreams(
                        oneOf(SctpReconfigParameters.ADD_OUTGOING, SctpReconfigParameters.ADD_INCOMING), u32(), u16());
            default ->
                new SctpParameter.Opaque(
                        oneOf(
                                SctpParameters.HEARTBEAT_INFO,
                                SctpParameters.STATE_COOKIE,
                                SctpParameters.UNRECOGNIZED,
                                SctpParameters.HOST_NAME,
                                SctpParameters.RANDOM,
                                SctpParameters.PADDING,
                                0x7fff,
                                0xc0ff),
                        generated.octets(40));
        };
    }

    SctpCause cause() {
        return switch (below(6)) {
            case 0 -> new SctpCause.InvalidStream(u16());
            case 1 -> new SctpCause.MissingParameters(list(4, this::u16));
            case 2 -> new SctpCause.Word(oneOf(SctpCauses.STALE_COOKIE, SctpCauses.NO_USER_DATA), u32());
            case 3 -> new SctpCause.UnsupportedHmac(u16());
            default -> {
                int code = oneOf(4, 5, 6, 7, 8, 10, 11, 12, 13, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0x7777);
                yield new SctpCause.Opaque(code, generated.octets(24));
            }
        };
    }

    SctpChunk chunk() {
        int flags = below(2) == 0 ? 0 : below(256);
        return switch (below(14)) {
            case 0 -> new SctpChunk.Data(flags, u32(), u16(), u16(), u32(), generated.octets(50));
            case 1 -> new SctpChunk.IData(flags, u32(), u16(), u32(), u32(), generated.octets(50));
            case 2 ->
                new SctpChunk.Init(
                        oneOf(SctpChunks.INIT, SctpChunks.INIT_ACK),
                        flags,
                        u32(),
                        u32(),
                        u16(),
                        u16(),
                        u32(),
                        list(5, this::parameter));
            case 3 ->
                new SctpChunk.Sack(
                        flags, u32(), u32(), list(4, () -> new SctpChunk.Sack.Gap(u16(), u16())), list(3, this::u32));
            case 4 ->
                new SctpChunk.ForwardTsn(flags, u32(), list(3, () -> new SctpChunk.ForwardTsn.Skipped(u16(), u16())));
            case 5 ->
                new SctpChunk.IForwardTsn(
                        flags, u32(), list(3, () -> new SctpChunk.IForwardTsn.Skipped(u16(), below(2) == 0, u32())));
            case 6 -> new SctpChunk.Failure(oneOf(SctpChunks.ABORT, SctpChunks.ERROR), flags, list(3, this::cause));
            case 7 ->
                new SctpChunk.Parameters(
                        oneOf(SctpChunks.HEARTBEAT, SctpChunks.HEARTBEAT_ACK, SctpChunks.RECONFIG),
                        flags,
                        list(3, this::parameter));
            case 8 ->
                new SctpChunk.AddressConfiguration(
                        oneOf(SctpChunks.ASCONF, SctpChunks.ASCONF_ACK), flags, u32(), list(3, this::parameter));
            case 9 -> new SctpChunk.Tsn(oneOf(SctpChunks.SHUTDOWN, SctpChunks.ECNE, SctpChunks.CWR), flags, u32());
            case 10 ->
                new SctpChunk.Bare(
                        oneOf(SctpChunks.SHUTDOWN_ACK, SctpChunks.COOKIE_ACK, SctpChunks.SHUTDOWN_COMPLETE), flags);
            case 11 -> new SctpChunk.Auth(flags, u16(), u16(), generated.octets(32));
            default ->
                new SctpChunk.Opaque(
                        oneOf(SctpChunks.COOKIE_ECHO, SctpChunks.PAD, SctpChunks.NR_SACK, 0x2f, 0xef),
                        flags,
                        generated.octets(30));
        };
    }

    SctpPacket packet() {
        List<SctpChunk> chunks = list(3, this::chunk);
        chunks.add(chunk());
        return new SctpPacket(u16(), u16(), u32(), chunks);
    }
}
