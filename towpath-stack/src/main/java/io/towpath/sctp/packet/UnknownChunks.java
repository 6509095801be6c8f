package io.towpath.sctp.packet;

import io.towpath.sctp.Association;
import io.towpath.sctp.path.Path;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;

/// Chunks of types that this host does not know (RFC 9260 §3.2): "The highest-order 2 bits of the Chunk Type
/// specify the action that is taken if the processing endpoint does not recognize the Chunk Type."
public final class UnknownChunks {
    private UnknownChunks() {}

    /// Takes note of one.
    ///
    /// @return whether to go on with the packet's next chunk
    public static boolean on(Association a, Path from, byte[] b, int at) {
        int type = SctpChunks.type(b, at);
        if (SctpChunks.unknownIsReported(type)) {
            a.control.reply(error(SctpCauses.UNRECOGNIZED_CHUNK, b, at, SctpChunks.valueEnd(b, at)), from);
        }
        return SctpChunks.unknownIsSkipped(type);
    }

    /// An ERROR chunk with one cause that quotes `b[from..to)`, padded; quotes longer than a packet are cut.
    public static byte[] error(int code, byte[] b, int from, int to) {
        int length = Math.min(to - from, QUOTE_MAX);
        byte[] chunk = new byte[SctpChunks.padded(SctpChunks.HEAD + SctpCauses.HEAD + length)];
        int next = SctpChunks.writeHead(chunk, 0, SctpChunks.ERROR, 0, SctpChunks.HEAD);
        SctpChunks.finish(chunk, 0, SctpCauses.writeOctets(chunk, next, code, b, from, from + length));
        return chunk;
    }

    private static final int QUOTE_MAX = 500;
}
