package io.towpath.wire;

import java.util.List;

/// A TCP segment as a value for tests and tools; engines read [TcpHeader] in place.
///
/// @param sourcePort 0 … 65535
/// @param destinationPort 0 … 65535
/// @param sequence SEG.SEQ, 0 … 2^32 − 1
/// @param acknowledgment SEG.ACK, 0 … 2^32 − 1
/// @param flags any of [TcpHeader#FLAGS]
/// @param window SEG.WND as on the wire, 0 … 65535
/// @param urgentPointer SEG.UP, 0 … 65535
/// @param options in their order, at most 40 octets
/// @param payload the data
public record TcpSegment(
        int sourcePort,
        int destinationPort,
        long sequence,
        long acknowledgment,
        int flags,
        int window,
        int urgentPointer,
        List<TcpOption> options,
        Octets payload) {
    /// Checks that the values fit the format.
    ///
    /// @throws IllegalArgumentException if the options are more than 40 octets
    public TcpSegment {
        options = List.copyOf(options);
        if (TcpOption.emit(options).length > TcpHeader.OPTIONS_MAX) {
            throw new IllegalArgumentException("TCP options take at most 40 octets: " + options);
        }
    }

    /// A segment without options and data.
    public static TcpSegment of(
            int sourcePort, int destinationPort, int flags, long sequence, long acknowledgment, int window) {
        return new TcpSegment(
                sourcePort, destinationPort, sequence, acknowledgment, flags, window, 0, List.of(), Octets.EMPTY);
    }

    /// The same with these options.
    public TcpSegment with(TcpOption... newOptions) {
        return new TcpSegment(
                sourcePort,
                destinationPort,
                sequence,
                acknowledgment,
                flags,
                window,
                urgentPointer,
                List.of(newOptions),
                payload);
    }

    /// The same with this data.
    public TcpSegment withPayload(byte... data) {
        return new TcpSegment(
                sourcePort,
                destinationPort,
                sequence,
                acknowledgment,
                flags,
                window,
                urgentPointer,
                options,
                Octets.of(data));
    }

    /// Whether all of these flags are set.
    public boolean has(int wanted) {
        return (flags & wanted) == wanted;
    }

    /// SEG.LEN: octets of data, and one for each of SYN and FIN (RFC 9293 §3.4).
    public int sequenceLength() {
        return payload.length() + (has(TcpHeader.SYN) ? 1 : 0) + (has(TcpHeader.FIN) ? 1 : 0);
    }

    /// Reads the segment `at` … `end`, without a look at its checksum.
    ///
    /// @throws MalformedPacketException if it does not pass [TcpHeader#check]
    public static TcpSegment parse(byte[] b, int at, int end) {
        MalformedPacketException.require("TCP segment", TcpHeader.check(b, at, end));
        int dataAt = at + TcpHeader.dataOffset(b, at);
        return new TcpSegment(
                TcpHeader.sourcePort(b, at),
                TcpHeader.destinationPort(b, at),
                TcpHeader.sequence(b, at) & 0xffff_ffffL,
                TcpHeader.acknowledgment(b, at) & 0xffff_ffffL,
                TcpHeader.flags(b, at),
                TcpHeader.window(b, at),
                TcpHeader.urgentPointer(b, at),
                TcpOption.parse(b, at + TcpHeader.LENGTH, dataAt),
                Octets.of(b, dataAt, end));
    }

    /// The segment's octets, with the checksum for these addresses.
    public byte[] emit(IpAddress source, IpAddress destination) {
        byte[] optionBytes = TcpOption.emit(options);
        int headerLength = TcpHeader.LENGTH + optionBytes.length;
        byte[] b = new byte[headerLength + payload.length()];
        TcpHeader.write(
                b,
                0,
                sourcePort,
                destinationPort,
                (int) sequence,
                (int) acknowledgment,
                headerLength,
                flags,
                window,
                urgentPointer);
        System.arraycopy(optionBytes, 0, b, TcpHeader.LENGTH, optionBytes.length);
        payload.write(b, headerLength);
        long pseudo = InternetChecksum.pseudo(
                source.high(), source.low(), destination.high(), destination.low(), IpProtocol.TCP, b.length);
        TcpHeader.writeChecksum(b, 0, b.length, pseudo);
        return b;
    }

    /// The one-line notation with numbers relative to the initial sequence numbers of both sides, as in a ladder.
    ///
    /// @param sequenceBase what becomes 0 in the sender's direction
    /// @param acknowledgmentBase what becomes 0 in the other: for the acknowledgment number and SACK blocks
    public String text(long sequenceBase, long acknowledgmentBase) {
        long first = sequence - sequenceBase & 0xffff_ffffL;
        long next = first + payload.length() & 0xffff_ffffL;
        var text = new StringBuilder(80);
        text.append(TcpHeader.flagsText(flags)).append(' ');
        text.append(first)
                .append(':')
                .append(next)
                .append('(')
                .append(payload.length())
                .append(')');
        if (has(TcpHeader.ACK)) {
            text.append(" ack ").append(acknowledgment - acknowledgmentBase & 0xffff_ffffL);
        }
        text.append(" win ").append(window);
        if (has(TcpHeader.URG)) {
            text.append(" urg ").append(urgentPointer);
        }
        if (!options.isEmpty()) {
            appendOptions(text, acknowledgmentBase);
        }
        return text.toString();
    }

    private void appendOptions(StringBuilder text, long acknowledgmentBase) {
        char before = '<';
        text.append(' ');
        for (TcpOption option : options) {
            text.append(before);
            text.append(option instanceof TcpOption.Sack sack ? sack.text(acknowledgmentBase) : option.toString());
            before = ',';
        }
        text.append('>');
    }

    /// The one-line notation with numbers as on the wire: `S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,nop,wscale
    /// 8>`.
    @Override
    public String toString() {
        return text(0, 0);
    }
}
