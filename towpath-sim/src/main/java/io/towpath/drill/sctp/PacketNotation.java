package io.towpath.drill.sctp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an SCTP packet of a script looks like.
///
/// @param tag the verification tag, null for that which the association has
/// @param badChecksum whether the checksum is wrong
/// @param encapsulation the UDP ports around it, null when it lies in IP
/// @param chunks in their order; octets without a name are an element without one
/// @param text as the script has it
public record PacketNotation(
        @Nullable Long tag,
        boolean badChecksum,
        @Nullable UdpPorts encapsulation,
        List<Notation.Element> chunks,
        String text) {
    /// The UDP ports of encapsulation (RFC 6951).
    ///
    /// @param source the sender's
    /// @param destination the receiver's
    public record UdpPorts(int source, int destination) {}

    @Override
    public String toString() {
        return text;
    }
}
