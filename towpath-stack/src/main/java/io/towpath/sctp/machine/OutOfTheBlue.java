package io.towpath.sctp.machine;

import io.towpath.core.Drop;
import io.towpath.core.Packet;
import io.towpath.sctp.handshake.SpentTags;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpCauses;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpHeader;

/// Packets for which there is no association (RFC 9260 §8.4).
final class OutOfTheBlue {
    private final Replies replies;
    private final SpentTags handedOver;

    /// @param handedOver tags of associations that another process has now
    OutOfTheBlue(Replies replies, SpentTags handedOver) {
        this.replies = replies;
        this.handedOver = handedOver;
    }

    /// A packet whose first chunk, at `first`, is neither INIT nor COOKIE ECHO.
    Drop on(long now, Packet packet, int first) {
        byte[] b = packet.bytes;
        int tag = SctpHeader.verificationTag(b, packet.at);
        if (handedOver.has(now, tag)) {
            // An ABORT would end an association that lives elsewhere; the peer sends again what is dropped here.
            return Drop.SCTP_OUT_OF_THE_BLUE;
        }
        boolean shutdownAck = false;
        boolean silent = false;
        for (int at = first; at < packet.end; at = SctpChunks.next(b, at, packet.end)) {
            Malformed fault = SctpChunks.check(b, at, packet.end);
            if (fault == Malformed.TRUNCATED || fault == Malformed.BAD_HEADER_LENGTH) {
                break;
            }
            switch (SctpChunks.type(b, at)) {
                // 2: "If the OOTB packet contains an ABORT chunk, the receiver MUST silently discard the OOTB
                // packet and take no further action."
                case SctpChunks.ABORT -> {
                    return Drop.SCTP_OUT_OF_THE_BLUE;
                }
                case SctpChunks.SHUTDOWN_ACK -> shutdownAck = true;
                // 6 and 7: a SHUTDOWN COMPLETE, a COOKIE ACK or a stale cookie's ERROR: "silently discard".
                case SctpChunks.SHUTDOWN_COMPLETE, SctpChunks.COOKIE_ACK -> silent = true;
                case SctpChunks.ERROR ->
                    silent |= SctpCauses.has(
                            b, SctpChunks.variableAt(b, at), SctpChunks.valueEnd(b, at), SctpCauses.STALE_COOKIE);
                // §3.3.3 and §5.2.3: a late INIT ACK.
                default -> {
                    // Answered below.
                }
            }
        }
        if (shutdownAck) {
            // 5: "the receiver of the OOTB packet MUST fill in the Verification Tag field of the outbound
            // packet with the Verification Tag received in the SHUTDOWN ACK chunk and set the T bit".
            replies.bare(Peer.of(packet), tag, SctpChunks.SHUTDOWN_COMPLETE, SctpChunks.T);
        } else if (!silent) {
            // 8: "The receiver SHOULD respond to the sender of the OOTB packet with an ABORT chunk" with the
            // tag reflected.
            replies.abort(Peer.of(packet), tag, SctpChunks.T);
        }
        return Drop.SCTP_OUT_OF_THE_BLUE;
    }
}
