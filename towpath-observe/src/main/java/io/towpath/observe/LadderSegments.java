package io.towpath.observe;

import io.towpath.wire.Bytes;
import io.towpath.wire.Icmp6Header;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Serial;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOptions;
import io.towpath.wire.UdpHeader;

/// Reads packets into [LadderLabel]s and knows the initial sequence numbers of the connection that is followed.
final class LadderSegments {
    private final TcpOptions options = new TcpOptions();
    private final Side left = new Side();
    private final Side right = new Side();

    /// One sender's sequence space.
    private static final class Side {
        boolean known;
        long initial;
        /// One past the highest sequence number sent.
        long next;

        void begin(int wire) {
            if (!known) {
                known = true;
                initial = Integer.toUnsignedLong(wire);
                next = initial;
            }
        }

        long relative(int wire) {
            return Serial.unwrap(wire, next) - initial;
        }
    }

    LadderLabel.Tcp tcp(boolean fromLeft, byte[] b, int at, int end) {
        Side sender = fromLeft ? left : right;
        Side receiver = fromLeft ? right : left;
        int flags = TcpHeader.flags(b, at);
        int data = end - at - TcpHeader.dataOffset(b, at);
        // A connection whose opening was not seen is counted from what is seen first.
        sender.begin(TcpHeader.sequence(b, at));
        long seq = sender.relative(TcpHeader.sequence(b, at));
        long ack = -1;
        if ((flags & TcpHeader.ACK) != 0) {
            receiver.begin(TcpHeader.acknowledgment(b, at));
            ack = receiver.relative(TcpHeader.acknowledgment(b, at));
        }
        int covers = data + Integer.bitCount(flags & (TcpHeader.SYN | TcpHeader.FIN));
        long past = sender.initial + seq + covers;
        boolean again = covers > 0 && past <= sender.next;
        sender.next = Math.max(sender.next, past);
        options.parseHeader(b, at);
        return new LadderLabel.Tcp(flags, seq, ack, data, TcpHeader.window(b, at), optionsText(flags, receiver), again);
    }

    private String optionsText(int flags, Side acknowledged) {
        var text = new StringBuilder();
        if ((flags & TcpHeader.SYN) != 0) {
            if (options.mss >= 0) {
                text.append(" mss ").append(options.mss);
            }
            if (options.windowScale >= 0) {
                text.append(" wscale ").append(options.windowScale);
            }
            if (options.sackPermitted) {
                text.append(" sack");
            }
            if (options.hasTimestamp) {
                text.append(" ts");
            }
        }
        for (int i = 0; i < options.sackCount; i++) {
            text.append(i == 0 ? " sack " : " ")
                    .append(acknowledged.relative(options.left[i]))
                    .append('-')
                    .append(acknowledged.relative(options.right[i]));
        }
        return text.toString().strip();
    }

    static LadderLabel.Other other(Glance glance, byte[] b) {
        int length = glance.end - glance.transportAt;
        if (glance.fragment) {
            return new LadderLabel.Other(IpProtocol.name(glance.protocol) + " fragment len " + length, length);
        }
        return switch (glance.protocol) {
            case IpProtocol.UDP -> {
                int data = UdpHeader.length(b, glance.transportAt) - UdpHeader.LENGTH;
                yield new LadderLabel.Other(
                        "UDP " + glance.sourcePort + " > " + glance.destinationPort + " len " + data, data);
            }
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> new LadderLabel.Other(icmp(glance, b), 0);
            default -> new LadderLabel.Other(IpProtocol.name(glance.protocol) + " len " + length, length);
        };
    }

    private static String icmp(Glance glance, byte[] b) {
        int at = glance.transportAt;
        int length = glance.end - at;
        String name = glance.protocol == IpProtocol.ICMP ? "ICMP" : "ICMPv6";
        if (length < IcmpHeader.LENGTH) {
            return name + " truncated";
        }
        int type = Bytes.u8(b, at);
        boolean old = glance.protocol == IpProtocol.ICMP;
        if (type == (old ? IcmpHeader.ECHO_REQUEST : Icmp6Header.ECHO_REQUEST)) {
            return name + " echo request seq " + IcmpHeader.sequence(b, at) + " len " + (length - IcmpHeader.LENGTH);
        }
        if (type == (old ? IcmpHeader.ECHO_REPLY : Icmp6Header.ECHO_REPLY)) {
            return name + " echo reply seq " + IcmpHeader.sequence(b, at) + " len " + (length - IcmpHeader.LENGTH);
        }
        if (type == (old ? IcmpHeader.UNREACHABLE : Icmp6Header.UNREACHABLE)) {
            return name + " unreachable code " + Bytes.u8(b, at + 1);
        }
        return name + " type " + type + " code " + Bytes.u8(b, at + 1);
    }
}
