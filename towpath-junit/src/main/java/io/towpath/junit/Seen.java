package io.towpath.junit;

import io.towpath.observe.Quantities;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import java.time.Duration;

/// One packet as it left a host, before the wire could do anything to it.
///
/// @param atNanos when, in nanoseconds since the beginning
/// @param from name of the host that sent it, or passed it on
/// @param to name of the host at the other end of the wire
/// @param wire name of the wire
/// @param source source address
/// @param destination destination address
/// @param protocol number of the transport protocol, 6 for TCP
/// @param sourcePort of TCP and UDP, else 0
/// @param destinationPort of TCP and UDP, else 0
/// @param flags TCP's flag bits as on the wire, else 0
/// @param sequence TCP's sequence number as on the wire, else 0
/// @param acknowledgment TCP's acknowledgment number as on the wire, else 0
/// @param dataBytes payload of the transport
/// @param again true for a TCP segment that takes up sequence numbers which this wire carried before
public record Seen(
        long atNanos,
        String from,
        String to,
        String wire,
        IpAddress source,
        IpAddress destination,
        int protocol,
        int sourcePort,
        int destinationPort,
        int flags,
        long sequence,
        long acknowledgment,
        int dataBytes,
        boolean again) {
    /// When, since the beginning.
    public Duration at() {
        return Duration.ofNanos(atNanos);
    }

    /// True when all of these flag bits ([TcpHeader]) are set.
    public boolean has(int wanted) {
        return protocol == IpProtocol.TCP && (flags & wanted) == wanted;
    }

    /// `1,000.000 ms client → server TCP 49152 → 80 SYN seq 17 len 0 (again)`.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder()
                .append(Quantities.moment(atNanos))
                .append(' ')
                .append(from)
                .append(" → ")
                .append(to);
        switch (protocol) {
            case IpProtocol.TCP ->
                text.append(" TCP ")
                        .append(sourcePort)
                        .append(" → ")
                        .append(destinationPort)
                        .append(flagText())
                        .append(" seq ")
                        .append(sequence)
                        .append(has(TcpHeader.ACK) ? " ack " + acknowledgment : "");
            case IpProtocol.UDP ->
                text.append(" UDP ").append(sourcePort).append(" → ").append(destinationPort);
            default -> text.append(" protocol ").append(protocol);
        }
        return text.append(" len ")
                .append(dataBytes)
                .append(again ? " (again)" : "")
                .toString();
    }

    private String flagText() {
        return (has(TcpHeader.SYN) ? " SYN" : "")
                + (has(TcpHeader.FIN) ? " FIN" : "")
                + (has(TcpHeader.RST) ? " RST" : "")
                + (has(TcpHeader.PSH) ? " PSH" : "")
                + (has(TcpHeader.ACK) ? " ACK" : "");
    }
}
