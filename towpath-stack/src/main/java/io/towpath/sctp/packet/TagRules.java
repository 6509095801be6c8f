package io.towpath.sctp.packet;

import io.towpath.sctp.Association;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;

/// Whether a packet's verification tag lets it into an association (RFC 9260 §8.5).
public final class TagRules {
    private TagRules() {}

    /// Judges a packet whose first chunk, at `first`, is neither INIT nor COOKIE ECHO.
    ///
    /// @param at where the common header begins
    public static boolean accepts(Association a, byte[] b, int at, int first) {
        int tag = SctpHeader.verificationTag(b, at);
        int type = SctpChunks.type(b, first);
        if (type == SctpChunks.ABORT || type == SctpChunks.SHUTDOWN_COMPLETE) {
            // §8.5.1 B and C: "if the Verification Tag field of the packet matches its own tag and the T bit is
            // not set OR if it is set to its peer's tag and the T bit is set in the Chunk Flags."
            return SctpChunks.has(b, first, SctpChunks.T) ? a.peerTag != 0 && tag == a.peerTag : tag == a.localTag;
        }
        // §8.5: "the endpoint MUST ensure that the value in the Verification Tag field of the received SCTP
        // packet matches its own tag."
        return tag == a.localTag;
    }
}
