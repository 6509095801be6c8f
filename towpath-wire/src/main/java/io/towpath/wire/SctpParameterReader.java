package io.towpath.wire;

import java.util.ArrayList;
import java.util.List;

/// Reads one parameter, whose frame has been checked, as an [SctpParameter].
final class SctpParameterReader {
    private SctpParameterReader() {}

    static SctpParameter one(byte[] b, int at) {
        int type = SctpParameters.type(b, at);
        int end = SctpParameters.valueEnd(b, at);
        SctpParameter opaque = new SctpParameter.Opaque(type, Octets.of(b, at + SctpParameters.HEAD, end));
        if (SctpParameters.check(b, at, end) != Malformed.NONE) {
            return opaque;
        }
        return switch (type) {
            case SctpParameters.ECN_CAPABLE, SctpParameters.FORWARD_TSN_SUPPORTED -> new SctpParameter.Bare(type);
            case SctpParameters.COOKIE_PRESERVATIVE,
                    SctpParameters.ZERO_CHECKSUM,
                    SctpParameters.ADAPTATION,
                    SctpParameters.SUCCESS_INDICATION,
                    SctpReconfigParameters.SSN_TSN_RESET -> new SctpParameter.Word(type, Bytes.u32(b, at + 4));
            case SctpParameters.IPV4, SctpParameters.IPV6 ->
                isPlain(b, at) ? new SctpParameter.Address(address(b, at)) : opaque;
            case SctpParameters.ADDRESS_TYPES, SctpParameters.HMAC_ALGORITHMS ->
                new SctpParameter.Numbers(type, numbers(b, at));
            case SctpParameters.SUPPORTED_EXTENSIONS, SctpParameters.CHUNK_LIST ->
                new SctpParameter.ChunkTypes(type, octets(b, at + SctpParameters.HEAD, end));
            case SctpParameters.ADD_ADDRESS, SctpParameters.DELETE_ADDRESS, SctpParameters.SET_PRIMARY ->
                isPlain(b, at + 8)
                        ? new SctpParameter.AddressChange(type, Bytes.u32(b, at + 4), address(b, at + 8))
                        : opaque;
            case SctpParameters.ERROR_INDICATION ->
                new SctpParameter.ErrorIndication(
                        Bytes.u32(b, at + 4), SctpCause.parse(b, SctpParameters.causesAt(at), end));
            default -> reconfig(b, at, type, opaque);
        };
    }

    private static SctpParameter reconfig(byte[] b, int at, int type, SctpParameter opaque) {
        return switch (type) {
            case SctpReconfigParameters.OUTGOING_RESET ->
                new SctpParameter.OutgoingReset(
                        Bytes.u32(b, at + 4), Bytes.u32(b, at + 8), Bytes.u32(b, at + 12), streams(b, at));
            case SctpReconfigParameters.INCOMING_RESET ->
                new SctpParameter.IncomingReset(Bytes.u32(b, at + 4), streams(b, at));
            case SctpReconfigParameters.RESPONSE ->
                SctpReconfigParameters.hasTsns(b, at)
                        ? new SctpParameter.ReconfigResponse(
                                Bytes.u32(b, at + 4),
                                Bytes.u32(b, at + 8),
                                Bytes.u32(b, at + 12),
                                Bytes.u32(b, at + 16))
                        : new SctpParameter.ReconfigResponse(Bytes.u32(b, at + 4), Bytes.u32(b, at + 8));
            case SctpReconfigParameters.ADD_OUTGOING, SctpReconfigParameters.ADD_INCOMING ->
                new SctpParameter.AddStreams(type, Bytes.u32(b, at + 4), SctpReconfigParameters.newStreams(b, at));
            default -> opaque;
        };
    }

    /// Whether the address is of the family that its type says: a v4-mapped IPv6 address is kept as octets, because
    /// as a value it could not be told from IPv4.
    private static boolean isPlain(byte[] b, int at) {
        return SctpParameters.type(b, at) == SctpParameters.IPV4
                || !address(b, at).isIp4();
    }

    private static IpAddress address(byte[] b, int at) {
        return IpAddress.of(SctpParameters.addressHigh(b, at), SctpParameters.addressLow(b, at));
    }

    private static List<Integer> numbers(byte[] b, int at) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < SctpParameters.numbers(b, at); i++) {
            numbers.add(SctpParameters.number(b, at, i));
        }
        return numbers;
    }

    private static List<Integer> octets(byte[] b, int at, int end) {
        List<Integer> octets = new ArrayList<>();
        for (int next = at; next < end; next++) {
            octets.add(Bytes.u8(b, next));
        }
        return octets;
    }

    private static List<Integer> streams(byte[] b, int at) {
        List<Integer> streams = new ArrayList<>();
        for (int i = 0; i < SctpReconfigParameters.streams(b, at); i++) {
            streams.add(SctpReconfigParameters.stream(b, at, i));
        }
        return streams;
    }
}
