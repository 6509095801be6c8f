package io.towpath.tcp;

import io.towpath.wire.TcpHeader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The one-line notation of a segment, read back: `FP. 1:101(100) ack 1 win 1000 urg 5 <mss 1460,nop,wscale 8>`.
/// What is left out is null, and matches anything when expected.
record Notation(
        int flags,
        long from,
        long to,
        @Nullable Long ack,
        @Nullable Integer window,
        @Nullable Integer urgent,
        boolean hasOptions,
        List<String> options) {
    private static final Pattern SHAPE = Pattern.compile("([FSRPUEWA.-]+) (\\d+):(\\d+)\\((\\d+)\\)(?: ack (\\d+))?"
            + "(?: win (\\d+))?(?: urg (\\d+))?(?: <(.*)>)?");
    private static final String LETTERS = "FSRP.UEWA";

    static Notation parse(String text) {
        Matcher m = SHAPE.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("not a segment: " + text);
        }
        int flags = 0;
        for (char letter : m.group(1).toCharArray()) {
            flags |= letter == '-' ? 0 : 1 << LETTERS.indexOf(letter);
        }
        long from = Long.parseLong(m.group(2));
        long to = Long.parseLong(m.group(3));
        if (to - from != Long.parseLong(m.group(4))) {
            throw new IllegalArgumentException("length is not the difference of the numbers: " + text);
        }
        if ((flags & TcpHeader.ACK) != 0 != (m.group(5) != null)) {
            throw new IllegalArgumentException("flag . and ack go together: " + text);
        }
        return new Notation(
                flags,
                from,
                to,
                m.group(5) == null ? null : Long.valueOf(m.group(5)),
                m.group(6) == null ? null : Integer.valueOf(m.group(6)),
                m.group(7) == null ? null : Integer.valueOf(m.group(7)),
                m.group(8) != null,
                m.group(8) == null || m.group(8).isEmpty()
                        ? List.of()
                        : List.of(m.group(8).split(",")));
    }

    /// True when this segment is what `wanted` asks for. In a wanted option a `*` stands for any number.
    boolean matches(Notation wanted) {
        if (flags != wanted.flags || from != wanted.from || to != wanted.to) {
            return false;
        }
        if (wanted.ack != null && !wanted.ack.equals(ack)
                || wanted.window != null && !wanted.window.equals(window)
                || wanted.urgent != null && !wanted.urgent.equals(urgent)) {
            return false;
        }
        if (!wanted.hasOptions) {
            return true;
        }
        if (options.size() != wanted.options.size()) {
            return false;
        }
        for (int i = 0; i < options.size(); i++) {
            String pattern = Pattern.quote(wanted.options.get(i)).replace("*", "\\E\\d+\\Q");
            if (!options.get(i).matches(pattern)) {
                return false;
            }
        }
        return true;
    }
}
