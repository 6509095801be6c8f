package io.towpath.drill;

import io.towpath.drill.sctp.PacketNotation;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a packet of a script looks like. Values that are not said are null.
sealed interface PacketSpec {
    /// Fields of the IP header.
    IpSpec ip();

    /// Fields of an IP header.
    ///
    /// @param ecn the two ECN bits
    /// @param hopLimit TTL or hop limit
    /// @param trafficClass the whole octet
    record IpSpec(
            @Nullable Integer ecn,
            @Nullable Integer hopLimit,
            @Nullable Integer trafficClass) {
        @Override
        public String toString() {
            var text = new StringBuilder();
            if (ecn != null) {
                text.append('[').append(ecnName(ecn)).append("] ");
            }
            if (hopLimit != null) {
                text.append("(ttl ").append(hopLimit).append(") ");
            }
            if (trafficClass != null) {
                text.append("(tos ").append(trafficClass).append(") ");
            }
            return text.toString();
        }
    }

    /// The name of two ECN bits.
    static String ecnName(int ecn) {
        return switch (ecn & 3) {
            case 0 -> "noecn";
            case 1 -> "ect1";
            case 2 -> "ect0";
            default -> "ce";
        };
    }

    /// A TCP segment.
    ///
    /// @param ip fields of the IP header
    /// @param flags any of [TcpHeader#FLAGS]
    /// @param sequence of the first octet; null for any
    /// @param absolute whether the sequence number is the one on the wire
    /// @param length octets of data
    /// @param acknowledgment null when not said
    /// @param window as on the wire, null when not said
    /// @param urgent pointer, null when not said
    /// @param options in their order, with relative numbers; null for any
    record Tcp(
            IpSpec ip,
            int flags,
            @Nullable Long sequence,
            boolean absolute,
            int length,
            @Nullable Long acknowledgment,
            @Nullable Integer window,
            @Nullable Integer urgent,
            @Nullable List<TcpOption> options)
            implements PacketSpec {
        boolean has(int wanted) {
            return (flags & wanted) == wanted;
        }

        @Override
        public String toString() {
            var text = new StringBuilder(ip.toString());
            text.append(TcpHeader.flagsText(flags)).append(' ');
            if (sequence == null) {
                text.append("...");
            } else {
                text.append(sequence).append(':').append(sequence + length);
            }
            text.append('(').append(length).append(')').append(absolute ? "!" : "");
            if (acknowledgment != null) {
                text.append(" ack ").append(acknowledgment);
            }
            if (window != null) {
                text.append(" win ").append(window);
            }
            if (urgent != null) {
                text.append(" urg ").append(urgent);
            }
            if (options == null) {
                text.append(" <...>");
            } else if (!options.isEmpty()) {
                text.append(" <").append(OptionNotation.text(options)).append('>');
            }
            return text.toString();
        }
    }

    /// A UDP datagram.
    ///
    /// @param ip fields of the IP header
    /// @param length octets of data
    record Udp(IpSpec ip, int length) implements PacketSpec {
        @Override
        public String toString() {
            return ip + "udp(" + length + ")";
        }
    }

    /// An SCTP packet.
    ///
    /// @param ip fields of the IP header
    /// @param packet chunks, and fields of the SCTP header
    record Sctp(IpSpec ip, PacketNotation packet) implements PacketSpec {
        @Override
        public String toString() {
            return ip.toString() + packet;
        }
    }

    /// An ICMP error.
    ///
    /// @param ip fields of the IP header
    /// @param type what it says
    /// @param mtu next-hop MTU, 0 when not said
    /// @param quoted the packet it complains of; null for the beginning of the connection
    record Icmp(
            IpSpec ip, IcmpKind type, long mtu, @Nullable PacketSpec quoted) implements PacketSpec {
        @Override
        public String toString() {
            return ip + "icmp " + type.notation() + (mtu == 0 ? "" : " mtu " + mtu)
                    + (quoted == null ? "" : " [" + quoted + "]");
        }
    }
}
