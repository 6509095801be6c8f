package io.towpath.drill;

import io.towpath.drill.PacketSpec.IpSpec;
import io.towpath.drill.script.Cursor;
import io.towpath.drill.sctp.PacketReader;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.TcpOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads packets: fields of the IP header, then `S. 0:0(0) ack 1 win 65535 <mss 1460>`, `udp(1000)` or
/// `icmp unreachable frag_needed mtu 1200 [1:1461(1460)]`.
final class PacketParser {
    private static final String FLAG_LETTERS = "FSRP.UEWA";
    private static final long MAX_32 = 0xffff_ffffL;

    private final Cursor in;
    private final boolean inbound;
    private @Nullable Integer ecn;
    private @Nullable Integer hopLimit;
    private @Nullable Integer trafficClass;

    private PacketParser(Cursor in, boolean inbound) {
        this.in = in;
        this.inbound = inbound;
    }

    /// Reads what stands behind `<` or `>`.
    ///
    /// @param inbound whether the host is to get it
    static PacketSpec parse(Cursor in, boolean inbound) {
        return new PacketParser(in, inbound).packet();
    }

    private PacketSpec packet() {
        while (in.isAt("[") || in.isAt("(")) {
            ipField();
        }
        var ip = new IpSpec(ecn, hopLimit, trafficClass);
        if (in.acceptWord("udp")) {
            return udp(ip);
        }
        if (in.acceptWord("sctp")) {
            return new PacketSpec.Sctp(ip, PacketReader.parse(in, inbound));
        }
        if (in.acceptWord("icmp")) {
            return icmp(ip);
        }
        if (Character.isLowerCase(in.peek())) {
            throw in.notUnderstood("a packet of the protocol '" + in.word() + "'");
        }
        return tcp(ip);
    }

    private void ipField() {
        boolean square = in.accept("[");
        if (!square) {
            in.expect("(");
        }
        do {
            String name = in.word();
            switch (name) {
                case "noecn" -> ecn = 0;
                case "ect1" -> ecn = 1;
                case "ect0" -> ecn = 2;
                case "ce" -> ecn = 3;
                case "ttl", "hlim" -> hopLimit = (int) in.number(255);
                case "tos", "tclass" -> trafficClass = (int) in.number(255);
                default -> throw in.notUnderstood("IP field '" + name + "'");
            }
        } while (in.accept(","));
        in.expect(square ? "]" : ")");
    }

    private PacketSpec udp(IpSpec ip) {
        in.expect("(");
        int length = (int) in.number(0xffff);
        in.expect(")");
        return new PacketSpec.Udp(ip, length);
    }

    private PacketSpec icmp(IpSpec ip) {
        IcmpKind kind = IcmpKind.parse(in);
        long mtu = in.acceptWord("mtu") ? in.number(0xffff) : 0;
        PacketSpec quoted = null;
        if (in.accept("[")) {
            quoted = Character.isDigit(in.peek())
                    ? sequenceOnly(new IpSpec(null, null, null))
                    : new PacketParser(in, inbound).packet();
            in.expect("]");
        }
        return new PacketSpec.Icmp(ip, kind, mtu, quoted);
    }

    private PacketSpec sequenceOnly(IpSpec none) {
        var range = new Range();
        return new PacketSpec.Tcp(
                none, TcpHeader.ACK, range.start, range.absolute, range.length, null, null, null, List.of());
    }

    private PacketSpec tcp(IpSpec ip) {
        String letters = in.runOf(FLAG_LETTERS);
        if (letters.startsWith("...")) {
            throw in.notUnderstood("a segment without flags");
        }
        int flags = 0;
        for (int i = 0; i < letters.length(); i++) {
            flags |= 1 << FLAG_LETTERS.indexOf(letters.charAt(i));
        }
        if (letters.isEmpty() && !in.accept("-")) {
            throw in.notUnderstood("a packet expected before " + in.rest());
        }
        var range = new Range();
        Long acknowledgment = in.acceptWord("ack") ? in.number(MAX_32) : null;
        Integer window = in.acceptWord("win") ? (int) in.number(0xffff) : null;
        Integer urgent = in.acceptWord("urg") ? (int) in.number(0xffff) : null;
        List<TcpOption> options = in.accept("<") ? OptionNotation.parse(in) : List.of();
        return new PacketSpec.Tcp(
                ip, flags, range.start, range.absolute, range.length, acknowledgment, window, urgent, options);
    }

    /// `1:1001(1000)`, `0:0(0)!`, `...(0)`.
    private final class Range {
        final @Nullable Long start;
        final int length;
        final boolean absolute;

        Range() {
            Long end = null;
            if (in.accept("...")) {
                start = null;
            } else {
                start = in.number(MAX_32);
                in.expect(":");
                end = in.number(MAX_32);
            }
            in.expect("(");
            length = (int) in.number(1 << 24);
            in.expect(")");
            absolute = in.accept("!");
            if (start != null && end != null && (start + length & MAX_32) != end) {
                throw in.notUnderstood(start + ":" + end + " does not have " + length + " octets");
            }
        }
    }
}
