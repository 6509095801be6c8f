package io.towpath.tcp.config;

import io.towpath.core.Packet;
import io.towpath.core.SipHash;
import io.towpath.wire.Octets;

/// A secret key for Fast Open cookies. RFC 7413 §4.1.2 leaves the function to the server: here the cookie is
/// SipHash-2-4 of the peer's address and ours, in network order, as Linux has it; servers behind one address
/// that share a key accept each other's cookies.
///
/// @param k0 the key's first eight octets, least significant first
/// @param k1 the key's last eight octets, least significant first
public record FastOpenKey(long k0, long k1) {
    /// Reads a key as `net.ipv4.tcp_fastopen_key` has it: `a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4`.
    ///
    /// @throws IllegalArgumentException if it is none
    public static FastOpenKey parse(String text) {
        String[] part = text.split("-", -1);
        if (part.length != 4) {
            throw new IllegalArgumentException("a Fast Open key is four groups of hexadecimal digits, not " + text);
        }
        long[] word = new long[4];
        for (int i = 0; i < 4; i++) {
            try {
                word[i] = Integer.toUnsignedLong(Integer.parseUnsignedInt(part[i], 16));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("no Fast Open key: " + text, e);
            }
        }
        return new FastOpenKey(word[1] << 32 | word[0], word[3] << 32 | word[2]);
    }

    /// The cookie of the peer that `packet` came from: eight octets.
    public Octets cookie(Packet packet) {
        var hash = new SipHash(k0, k1);
        boolean ip4 = packet.destinationHigh == 0 && packet.destinationLow >>> 32 == 0xffff;
        long value = ip4
                ? hash.hash(Long.reverseBytes(packet.sourceLow << 32 | packet.destinationLow & 0xffff_ffffL))
                : hash.hash(
                        Long.reverseBytes(packet.sourceHigh),
                        Long.reverseBytes(packet.sourceLow),
                        Long.reverseBytes(packet.destinationHigh),
                        Long.reverseBytes(packet.destinationLow));
        byte[] octets = new byte[Long.BYTES];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (value >>> 8 * i);
        }
        return Octets.of(octets);
    }

    @Override
    public String toString() {
        return "FastOpenKey[secret]";
    }
}
