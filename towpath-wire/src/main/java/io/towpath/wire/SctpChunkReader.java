package io.towpath.wire;

import java.util.ArrayList;
import java.util.List;

/// Reads one chunk, whose frame has been checked, as an [SctpChunk].
final class SctpChunkReader {
    private SctpChunkReader() {}

    /// Reads the chunk at `at`; `fault` is what [SctpChunks#check] said of its body.
    static SctpChunk one(byte[] b, int at, Malformed fault) {
        int type = SctpChunks.type(b, at);
        int flags = SctpChunks.flags(b, at);
        int end = SctpChunks.valueEnd(b, at);
        SctpChunk opaque = new SctpChunk.Opaque(type, flags, Octets.of(b, at + SctpChunks.HEAD, end));
        if (fault != Malformed.NONE) {
            return opaque;
        }
        return switch (type) {
            case SctpChunks.DATA ->
                new SctpChunk.Data(
                        flags,
                        Bytes.u32(b, at + 4),
                        SctpDataHeader.streamId(b, at),
                        SctpDataHeader.ssn(b, at),
                        SctpDataHeader.ppid(b, at) & 0xffff_ffffL,
                        Octets.of(b, at + SctpDataHeader.LENGTH, end));
            case SctpChunks.I_DATA ->
                new SctpChunk.IData(
                        flags,
                        Bytes.u32(b, at + 4),
                        SctpDataHeader.streamId(b, at),
                        SctpDataHeader.mid(b, at) & 0xffff_ffffL,
                        SctpDataHeader.ppidOrFsn(b, at) & 0xffff_ffffL,
                        Octets.of(b, at + SctpDataHeader.I_LENGTH, end));
            case SctpChunks.INIT, SctpChunks.INIT_ACK ->
                new SctpChunk.Init(
                        type,
                        flags,
                        SctpInitHeader.initiateTag(b, at) & 0xffff_ffffL,
                        SctpInitHeader.rwnd(b, at),
                        SctpInitHeader.outboundStreams(b, at),
                        SctpInitHeader.inboundStreams(b, at),
                        SctpInitHeader.initialTsn(b, at) & 0xffff_ffffL,
                        parameters(b, at));
            case SctpChunks.SACK -> sack(b, at, flags, opaque);
            case SctpChunks.FORWARD_TSN -> new SctpChunk.ForwardTsn(flags, Bytes.u32(b, at + 4), streams(b, at));
            case SctpChunks.I_FORWARD_TSN -> new SctpChunk.IForwardTsn(flags, Bytes.u32(b, at + 4), iStreams(b, at));
            case SctpChunks.ABORT, SctpChunks.ERROR ->
                new SctpChunk.Failure(type, flags, SctpCause.parse(b, SctpChunks.variableAt(b, at), end));
            case SctpChunks.AUTH ->
                new SctpChunk.Auth(
                        flags,
                        SctpAuthHeader.keyId(b, at),
                        SctpAuthHeader.hmacId(b, at),
                        Octets.of(b, at + SctpAuthHeader.LENGTH, end));
            default -> plain(b, at, type, flags, opaque);
        };
    }

    private static SctpChunk plain(byte[] b, int at, int type, int flags, SctpChunk opaque) {
        int length = SctpChunks.length(b, at);
        return switch (type) {
            case SctpChunks.HEARTBEAT, SctpChunks.HEARTBEAT_ACK, SctpChunks.RECONFIG ->
                new SctpChunk.Parameters(type, flags, parameters(b, at));
            case SctpChunks.ASCONF, SctpChunks.ASCONF_ACK ->
                new SctpChunk.AddressConfiguration(
                        type, flags, SctpChunks.serial(b, at) & 0xffff_ffffL, parameters(b, at));
            case SctpChunks.SHUTDOWN, SctpChunks.ECNE, SctpChunks.CWR ->
                length == 8 ? new SctpChunk.Tsn(type, flags, SctpChunks.tsn(b, at) & 0xffff_ffffL) : opaque;
            case SctpChunks.SHUTDOWN_ACK, SctpChunks.COOKIE_ACK, SctpChunks.SHUTDOWN_COMPLETE ->
                length == SctpChunks.HEAD ? new SctpChunk.Bare(type, flags) : opaque;
            default -> opaque;
        };
    }

    private static List<SctpParameter> parameters(byte[] b, int at) {
        return SctpParameter.parse(b, SctpChunks.variableAt(b, at), SctpChunks.valueEnd(b, at));
    }

    private static SctpChunk sack(byte[] b, int at, int flags, SctpChunk opaque) {
        List<SctpChunk.Sack.Gap> gaps = new ArrayList<>();
        for (int i = 0; i < SctpSackHeader.gaps(b, at); i++) {
            gaps.add(new SctpChunk.Sack.Gap(SctpSackHeader.gapStart(b, at, i), SctpSackHeader.gapEnd(b, at, i)));
        }
        List<Long> duplicates = new ArrayList<>();
        for (int i = 0; i < SctpSackHeader.duplicates(b, at); i++) {
            duplicates.add(SctpSackHeader.duplicate(b, at, i) & 0xffff_ffffL);
        }
        var sack = new SctpChunk.Sack(
                flags,
                SctpSackHeader.cumulativeTsn(b, at) & 0xffff_ffffL,
                SctpSackHeader.rwnd(b, at),
                gaps,
                duplicates);
        return sack.length() == SctpChunks.length(b, at) ? sack : opaque;
    }

    private static List<SctpChunk.ForwardTsn.Skipped> streams(byte[] b, int at) {
        List<SctpChunk.ForwardTsn.Skipped> streams = new ArrayList<>();
        for (int i = 0; i < SctpForwardTsnHeader.streams(b, at); i++) {
            streams.add(new SctpChunk.ForwardTsn.Skipped(
                    SctpForwardTsnHeader.streamId(b, at, i), SctpForwardTsnHeader.ssn(b, at, i)));
        }
        return streams;
    }

    private static List<SctpChunk.IForwardTsn.Skipped> iStreams(byte[] b, int at) {
        List<SctpChunk.IForwardTsn.Skipped> streams = new ArrayList<>();
        for (int i = 0; i < SctpForwardTsnHeader.streams(b, at); i++) {
            streams.add(new SctpChunk.IForwardTsn.Skipped(
                    SctpForwardTsnHeader.iStreamId(b, at, i),
                    SctpForwardTsnHeader.iUnordered(b, at, i),
                    SctpForwardTsnHeader.iMid(b, at, i) & 0xffff_ffffL));
        }
        return streams;
    }
}
