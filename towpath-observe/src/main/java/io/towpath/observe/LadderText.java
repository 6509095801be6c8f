package io.towpath.observe;

import io.towpath.observe.TextStyle.Ink;
import io.towpath.wire.Endpoint;
import io.towpath.wire.TcpHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws a [Ladder] as text: time, state of the left host, arrow, state of the right host.
///
/// ```text
///                     client ┬──────────────────────┬ server
///             10.0.0.1:49152 │                      │ 10.0.0.2:80
///     0.000 ms      SYN-SENT ├─ SYN seq 0 mss 1460 ─►│ SYN-RECEIVED
///    20.000 ms   ESTABLISHED │◄─ SYN,ACK seq 0 ack 1 ┤ SYN-RECEIVED
///    40.000 ms   ESTABLISHED ├─ ACK seq 1 ─── ✗ lost │ SYN-RECEIVED
/// ```
///
/// The time is when the packet left. The sender's state is the one after it sent, the receiver's the one after it
/// took the packet in.
public final class LadderText {
    private static final int TIME = 12;
    private static final int STATE = 12;
    private static final int STATE_OF_ASSOCIATION = 17;

    private final Ladder ladder;
    private final TextStyle style;
    private final int state;
    private final int edge;
    private final int body;
    private String leftShown = "";
    private String rightShown = "";

    /// A pen for `ladder`, which has begun. It remembers the states drawn last, to stress those that change.
    public LadderText(Ladder ladder, TextStyle style) {
        this.ladder = ladder;
        this.style = style;
        this.state = ladder.isAssociation() ? STATE_OF_ASSOCIATION : STATE;
        this.edge = TIME + 1 + state + 1;
        this.body = style.width() - edge - 2 - 1 - state;
    }

    /// The two lines above the ladder: names and sockets.
    public List<String> heading() {
        String rule = style.glyph("─", "-").repeat(body);
        String names = style.paint(Ink.BOLD, TextStyle.right(ladder.leftName(), edge - 1))
                + " "
                + style.paint(Ink.DIM, style.glyph("┬", "+") + rule + style.glyph("┬", "+"))
                + " "
                + style.paint(Ink.BOLD, ladder.rightName());
        String sockets = style.paint(Ink.DIM, TextStyle.right(text(ladder.left()), edge - 1))
                + " "
                + lifeline()
                + " ".repeat(body)
                + lifeline()
                + " "
                + style.paint(Ink.DIM, text(ladder.right()));
        return List.of(names, sockets);
    }

    private static String text(@Nullable Endpoint endpoint) {
        return endpoint == null ? "" : endpoint.toString();
    }

    /// One line for an arrow; one or two for a run.
    public List<String> lines(LadderItem item) {
        return switch (item) {
            case LadderArrow arrow -> List.of(line(arrow));
            case LadderRun run -> lines(run);
        };
    }

    /// The lines of all `items`.
    public List<String> lines(List<? extends LadderItem> items) {
        var lines = new ArrayList<String>();
        for (LadderItem item : items) {
            lines.addAll(lines(item));
        }
        return lines;
    }

    private String line(LadderArrow arrow) {
        String leftState = ladder.stateName(arrow, true);
        String rightState = ladder.stateName(arrow, false);
        String line = style.paint(Ink.DIM, TextStyle.right(Quantities.moment(arrow.departAt()), TIME))
                + " "
                + style.paint(stateInk(leftState, leftShown), TextStyle.right(leftState, state))
                + " "
                + shaft(arrow)
                + " "
                + style.paint(stateInk(rightState, rightShown), rightState);
        if (!leftState.isEmpty()) {
            leftShown = leftState;
            rightShown = rightState;
        }
        return line.stripTrailing();
    }

    private static Ink stateInk(String state, String before) {
        return state.equals(before) ? Ink.DIM : Ink.STATE;
    }

    /// From lifeline to lifeline: `├─ label ──►│`, and mirrored, with a gap at the receiver when it is
    /// missing.
    private String shaft(LadderArrow arrow) {
        String lost = style.glyph("✗", "x") + " lost ";
        int room = arrow.isMissing() ? body - lost.length() - 1 : body - 1;
        String label = clip(LadderLabels.text(arrow.label(), room - 4), room - 4);
        String rule = style.glyph("─", "-").repeat(Math.max(1, room - label.length() - 3));
        String dash = style.glyph("─", "-");
        String ink = style.paint(ink(arrow), label);
        if (arrow.fromLeft()) {
            String head = arrow.isMissing()
                    ? " " + style.paint(Ink.BAD, lost) + lifeline()
                    : dim(style.glyph("►", ">")) + lifeline();
            return dim(style.glyph("├", "|") + dash) + " " + ink + " " + dim(rule) + head;
        }
        String head = arrow.isMissing()
                ? lifeline() + style.paint(Ink.BAD, " lost " + style.glyph("✗", "x")) + " "
                : lifeline() + dim(style.glyph("◄", "<"));
        return head + dim(rule) + " " + ink + " " + dim(dash + style.glyph("┤", "|"));
    }

    private Ink ink(LadderArrow arrow) {
        if (arrow.label() instanceof LadderLabel.Sctp sctp) {
            return sctp.isNotable() ? Ink.GOOD : sctp.isAgain() ? Ink.NOTE : Ink.PLAIN;
        }
        if (!(arrow.label() instanceof LadderLabel.Tcp tcp)) {
            return Ink.PLAIN;
        }
        if (tcp.has(TcpHeader.RST)) {
            return Ink.BAD;
        }
        if (tcp.has(TcpHeader.SYN)) {
            return Ink.GOOD;
        }
        return tcp.has(TcpHeader.FIN) || tcp.isAgain() ? Ink.NOTE : Ink.PLAIN;
    }

    private List<String> lines(LadderRun run) {
        var lines = new ArrayList<String>(2);
        for (boolean fromLeft : new boolean[] {true, false}) {
            LadderRun.Direction way = run.direction(fromLeft);
            if (way.packets() > 0) {
                String text = clip(LadderLabels.text(way, fromLeft, style), body - 2);
                int before = (body - text.length()) / 2;
                lines.add(TextStyle.right(style.glyph("⋮", ":"), TIME)
                        + " ".repeat(edge - TIME)
                        + lifeline()
                        + " ".repeat(before)
                        + style.paint(Ink.BOLD, text)
                        + " ".repeat(body - before - text.length())
                        + lifeline());
            }
        }
        return lines;
    }

    private String clip(String text, int columns) {
        if (text.length() <= columns) {
            return text;
        }
        String more = style.glyph("…", "..");
        return text.substring(0, Math.max(0, columns - more.length())) + more;
    }

    private String lifeline() {
        return dim(style.glyph("│", "|"));
    }

    private String dim(String text) {
        return style.paint(Ink.DIM, text);
    }
}
