package io.towpath.observe;

/// What the paper can show on which text is drawn.
///
/// @param width columns, at least [#WIDTH_MIN]
/// @param unicode true when box-drawing characters can be shown, false for ASCII only
/// @param colours true when the reader is a terminal that understands ANSI colours
public record TextStyle(int width, boolean unicode, boolean colours) {
    /// Narrowest paper on which a ladder has room for its arrows.
    public static final int WIDTH_MIN = 72;

    /// For a file or a pipe of unknown charset.
    public static final TextStyle ASCII = new TextStyle(96, false, false);

    /// For a file or a pipe that takes UTF-8.
    public static final TextStyle PLAIN = new TextStyle(96, true, false);

    /// Narrower paper than [#WIDTH_MIN] is taken as that wide: its reader sees wrapped lines rather than none.
    public TextStyle {
        width = Math.max(width, WIDTH_MIN);
    }

    /// What text is about, and so its colour.
    public enum Ink {
        /// As the terminal does.
        PLAIN(""),
        /// Of less interest.
        DIM("2"),
        /// Of more interest.
        BOLD("1"),
        /// Begins, or went well.
        GOOD("32"),
        /// Ends, or is worth a look.
        NOTE("33"),
        /// Lost, or went wrong.
        BAD("31"),
        /// A state that just changed.
        STATE("1;36");

        private final String code;

        Ink(String code) {
            this.code = code;
        }
    }

    /// `text` in `ink`, if there are colours.
    public String paint(Ink ink, String text) {
        return colours && !ink.code.isEmpty() && !text.isEmpty()
                ? "\u001b[" + ink.code + "m" + text + "\u001b[0m"
                : text;
    }

    /// `rich` when the paper shows Unicode, else `ascii`.
    public String glyph(String rich, String ascii) {
        return unicode ? rich : ascii;
    }

    /// `text` on as many columns: padded on the right.
    static String left(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - text.length()));
    }

    /// `text` on as many columns: padded on the left.
    static String right(String text, int columns) {
        return " ".repeat(Math.max(0, columns - text.length())) + text;
    }
}
