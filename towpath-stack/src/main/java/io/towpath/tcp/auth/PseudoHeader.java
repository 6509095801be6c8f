package io.towpath.tcp.auth;

import io.towpath.core.Packet;
import io.towpath.core.Route;
import io.towpath.wire.Bytes;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;

/// What is signed of the packet around a segment: the pseudo-header of the TCP checksum (RFC 9293 §3.1, RFC 8200
/// §8.1), and the addresses that are in it.
final class PseudoHeader {
    /// Octets of the longer one.
    static final int LENGTH_MAX = 40;

    private static final int IP4 = 12;
    private static final int IP6 = 40;

    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;

    PseudoHeader() {}

    /// Takes the addresses of a packet that came.
    PseudoHeader of(Packet packet) {
        sourceHigh = packet.sourceHigh;
        sourceLow = packet.sourceLow;
        destinationHigh = packet.destinationHigh;
        destinationLow = packet.destinationLow;
        return this;
    }

    /// Takes the addresses of a packet that leaves.
    PseudoHeader of(Route route) {
        sourceHigh = route.source().high();
        sourceLow = route.source().low();
        destinationHigh = route.destination().high();
        destinationLow = route.destination().low();
        return this;
    }

    /// Writes both addresses.
    ///
    /// @return the offset after them
    int writeAddresses(byte[] b, int at) {
        if (IpAddress.isIp4(sourceHigh, sourceLow)) {
            Bytes.put32(b, at, (int) sourceLow);
            Bytes.put32(b, at + 4, (int) destinationLow);
            return at + 8;
        }
        Bytes.put64(b, at, sourceHigh);
        Bytes.put64(b, at + 8, sourceLow);
        Bytes.put64(b, at + 16, destinationHigh);
        Bytes.put64(b, at + 24, destinationLow);
        return at + 32;
    }

    /// Writes the pseudo-header of a segment of `length` octets.
    ///
    /// @return the offset after it
    int write(byte[] b, int at, int length) {
        int next = writeAddresses(b, at);
        if (next - at == 8) {
            Bytes.put16(b, next, IpProtocol.TCP);
            Bytes.put16(b, next + 2, length);
            return at + IP4;
        }
        Bytes.put32(b, next, length);
        Bytes.put32(b, next + 4, IpProtocol.TCP);
        return at + IP6;
    }
}
