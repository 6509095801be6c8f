package io.towpath.link;

import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpProtocol;

/// Transport checksums that a stack left for the link to fill in.
///
/// There are two such packets. One that the stack wrote has [Packet#checksumAt] set and the pseudo-header's sum in
/// the field. One that came in over an offloading link and is forwarded has [Packet#checksumVerified] set: it was
/// never damaged, but its field may hold anything, because nobody computed it.
public final class Checksums {
    private Checksums() {}

    /// Makes the transport checksum of `packet` right if it was left open, as a link without offload must before the
    /// bytes leave this memory. Clears both marks. `scratch` is overwritten.
    public static void settle(Packet packet, Medium medium, Headers scratch) {
        if (packet.checksumAt == 0 && !packet.checksumVerified) {
            return;
        }
        if (scratch.read(packet, medium)) {
            if (packet.checksumAt != 0) {
                complete(packet.bytes, packet.checksumAt, scratch);
            } else {
                write(packet.bytes, scratch);
            }
        }
        packet.checksumAt = 0;
        packet.checksumVerified = false;
    }

    /// Readies `packet` for a receiver in this memory: with checksum offload what was left open counts as verified,
    /// else it is settled.
    static void handOver(Packet packet, LinkInfo info, Headers scratch) {
        if (info.offloads().checksum()) {
            packet.checksumVerified |= packet.checksumAt != 0;
            packet.checksumAt = 0;
        } else {
            settle(packet, info.medium(), scratch);
        }
    }

    /// Adds the transport message to the pseudo-header's sum that lies in the field already. The sum is taken as the
    /// stack made it: with a routing header its destination is not the one in the IP header (RFC 8200 §8.1).
    private static void complete(byte[] b, int checksumAt, Headers headers) {
        int checksum = InternetChecksum.finish(InternetChecksum.add(0, b, headers.transportAt(), headers.end()));
        boolean udp = headers.protocol() == IpProtocol.UDP;
        Bytes.put16(b, checksumAt, udp && checksum == 0 ? 0xffff : checksum);
    }

    /// Computes the transport checksum of the packet that `headers` was read from and writes it; nothing happens to
    /// fragments, to transports other than TCP and UDP, and to a UDP datagram sent without one.
    static void write(byte[] b, Headers headers) {
        int checksumAt = headers.checksumAt(b);
        if (checksumAt == 0) {
            return;
        }
        boolean udp = headers.protocol() == IpProtocol.UDP;
        // RFC 768: "An all zero transmitted checksum value means that the transmitter generated no checksum".
        if (udp && headers.isIp4() && Bytes.u16(b, checksumAt) == 0) {
            return;
        }
        int from = headers.transportAt();
        int to = headers.end();
        Bytes.put16(b, checksumAt, 0);
        int checksum = InternetChecksum.finish(InternetChecksum.add(headers.pseudoSum(b, to - from), b, from, to));
        // RFC 768: "If the computed checksum is zero, it is transmitted as all ones".
        Bytes.put16(b, checksumAt, udp && checksum == 0 ? 0xffff : checksum);
    }

    /// True when the transport checksum of the packet that `headers` was read from is right, or there is none to be.
    static boolean isRight(byte[] b, Headers headers) {
        int checksumAt = headers.checksumAt(b);
        if (checksumAt == 0
                || (headers.protocol() == IpProtocol.UDP && headers.isIp4() && Bytes.u16(b, checksumAt) == 0)) {
            return true;
        }
        int length = headers.end() - headers.transportAt();
        return InternetChecksum.fold(
                        InternetChecksum.add(headers.pseudoSum(b, length), b, headers.transportAt(), headers.end()))
                == 0xffff;
    }
}
