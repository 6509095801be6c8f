package io.towpath.observe;

/// The words on a ladder's arrows.
final class LadderLabels {
    private LadderLabels() {}

    /// The label in at most `columns`, if leaving out what matters least makes it fit.
    static String text(LadderLabel label, int columns) {
        return switch (label) {
            case LadderLabel.Other other -> other.text();
            case LadderLabel.Sctp sctp -> sctp.text() + (sctp.isAgain() ? " again" : "");
            case LadderLabel.Tcp tcp -> {
                String whole = text(tcp, true);
                yield whole.length() <= columns ? whole : text(tcp, false);
            }
        };
    }

    private static String text(LadderLabel.Tcp tcp, boolean everything) {
        var text = new StringBuilder(tcp.flagNames());
        text.append(" seq ").append(tcp.seq());
        if (tcp.ack() >= 0) {
            text.append(" ack ").append(tcp.ack());
        }
        if (tcp.dataBytes() > 0) {
            text.append(" len ").append(tcp.dataBytes());
        }
        if (everything && !tcp.options().isEmpty()) {
            text.append(' ').append(tcp.options());
        }
        if (tcp.isAgain()) {
            text.append(" again");
        }
        return text.toString();
    }

    static String text(LadderRun.Direction way, boolean fromLeft, TextStyle style) {
        var text = new StringBuilder();
        if (way.dataSegments() > 0) {
            text.append(Quantities.count(way.dataSegments(), way.isSctp() ? "packet" : "segment"))
                    .append(", ")
                    .append(Quantities.bytes(way.dataBytes()));
            if (way.otherPackets() > 0) {
                text.append(", ")
                        .append(Quantities.count(way.otherPackets(), way.isAcknowledging() ? "ACK" : "packet"));
            }
        } else {
            text.append(Quantities.count(way.otherPackets(), way.isAcknowledging() ? "acknowledgment" : "packet"));
        }
        if (way.again() > 0) {
            text.append(", ").append(Quantities.count(way.again())).append(" again");
        }
        if (way.missing() > 0) {
            text.append(", ").append(Quantities.count(way.missing())).append(" lost");
        }
        return fromLeft
                ? style.glyph("… ", ".. ") + text + style.glyph(" ►", " >")
                : style.glyph("◄ ", "< ") + text + style.glyph(" …", " ..");
    }
}
