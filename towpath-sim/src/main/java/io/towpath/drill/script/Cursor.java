package io.towpath.drill.script;

import java.util.Map;

/// A place in a script's text, and the small things that can be read there. Comments are blanks.
public final class Cursor {
    private final String text;
    private final Map<String, String> defines;
    private int at;

    private int stepAt;

    private Cursor(String text, Map<String, String> defines) {
        this.text = text;
        this.defines = defines;
    }

    /// The beginning of a script, in which comments are blanks.
    ///
    /// @param defines words that stand for others
    public static Cursor ofScript(String script, Map<String, String> defines) {
        return new Cursor(withoutComments(script), defines);
    }

    /// The beginning of an expression, which has no comments.
    public static Cursor ofExpression(String text) {
        return new Cursor(text, Map.of());
    }

    /// Comments, `//` to the end of the line and those between `/*` and its counterpart, become blanks; in
    /// quotes, back quotes and assertions there are none.
    private static String withoutComments(String script) {
        var plain = new StringBuilder(script);
        int next = 0;
        while (next < plain.length()) {
            if (script.startsWith("//", next)) {
                next = blank(plain, next, endOf(script, "\n", next, 0));
            } else if (script.startsWith("/*", next)) {
                next = blank(plain, next, endOf(script, "*/", next + 2, 2));
            } else if (script.startsWith("%{", next)) {
                next = endOf(script, "}%", next + 2, 2);
            } else if (script.charAt(next) == '`' || script.charAt(next) == '"') {
                next = endOf(script, script.substring(next, next + 1), next + 1, 1);
            } else {
                next++;
            }
        }
        return plain.toString();
    }

    private static int endOf(String script, String mark, int from, int length) {
        int found = script.indexOf(mark, from);
        return found < 0 ? script.length() : found + length;
    }

    private static int blank(StringBuilder plain, int from, int to) {
        for (int i = from; i < to; i++) {
            if (plain.charAt(i) != '\n') {
                plain.setCharAt(i, ' ');
            }
        }
        return to;
    }

    /// From here on the word `name` stands for `value`.
    public void define(String name, String value) {
        defines.put(name, value);
    }

    /// The line of this place, from 1.
    public int line() {
        return line(at);
    }

    private int line(int place) {
        int line = 1;
        for (int i = 0; i < place; i++) {
            if (text.charAt(i) == '\n') {
                line++;
            }
        }
        return line;
    }

    /// A step begins here: complaints do not name a line before it.
    public int beginStep() {
        isAtEnd();
        stepAt = at;
        return line();
    }

    /// The complaint that `what` is not understood, at the line of what was read last.
    public NotUnderstood notUnderstood(String what) {
        int last = at;
        while (last > stepAt && Character.isWhitespace(text.charAt(last - 1))) {
            last--;
        }
        return new NotUnderstood(line(last), what);
    }

    /// This place, for [#since].
    public int place() {
        isAtEnd();
        return at;
    }

    /// Goes back to a place.
    public void back(int place) {
        at = place;
    }

    /// What stands between `place` and here, in one line.
    public String since(int place) {
        return text.substring(place, at).strip().replaceAll("\\s+", " ");
    }

    /// Whether nothing but blanks is left; goes to what is next.
    public boolean isAtEnd() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at == text.length();
    }

    /// The next character that is not blank, 0 at the end.
    public char peek() {
        return isAtEnd() ? 0 : text.charAt(at);
    }

    /// Whether `expected` comes next.
    public boolean isAt(String expected) {
        return !isAtEnd() && text.startsWith(expected, at);
    }

    /// Takes `expected` if it comes next.
    public boolean accept(String expected) {
        boolean there = isAt(expected);
        at += there ? expected.length() : 0;
        return there;
    }

    /// Takes the word `expected` if it comes next as a word of its own.
    public boolean acceptWord(String expected) {
        int before = at;
        if (accept(expected) && !(at < text.length() && isWordPart(text.charAt(at)))) {
            return true;
        }
        at = before;
        return false;
    }

    /// Takes `expected`, which must come next.
    public void expect(String expected) {
        if (!accept(expected)) {
            throw notUnderstood("'" + expected + "' expected before " + rest());
        }
    }

    /// The rest of the line, shortened, for complaints.
    public String rest() {
        if (isAtEnd()) {
            return "the end";
        }
        int end = Math.min(endOf(text, "\n", at, 0), at + 40);
        return "'" + text.substring(at, end).strip() + "'";
    }

    /// Whether only blanks are left on this line.
    public boolean isAtLineEnd() {
        int i = at;
        while (i < text.length() && text.charAt(i) != '\n') {
            if (!Character.isWhitespace(text.charAt(i))) {
                return false;
            }
            i++;
        }
        return true;
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    /// A run of letters, digits and underlines, or what is defined for it; empty when none comes next.
    public String word() {
        isAtEnd();
        int from = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        String word = text.substring(from, at);
        return defines.getOrDefault(word, word);
    }

    /// A run of characters up to the next blank.
    public String untilBlank() {
        isAtEnd();
        int from = at;
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    /// What stands before `mark`, which is taken too.
    public String until(String mark) {
        int end = text.indexOf(mark, at);
        if (end < 0) {
            throw notUnderstood("'" + mark + "' is missing");
        }
        String found = text.substring(at, end);
        at = end + mark.length();
        return found;
    }

    /// A run of characters out of `allowed`.
    public String runOf(String allowed) {
        isAtEnd();
        int from = at;
        while (at < text.length() && allowed.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return text.substring(from, at);
    }

    /// A whole number, decimal or hexadecimal with `0x`, perhaps negative.
    public long number() {
        boolean negative = accept("-");
        int radix = accept("0x") ? 16 : 10;
        String digits = word();
        try {
            long value = Long.parseLong(digits, radix);
            return negative ? -value : value;
        } catch (NumberFormatException e) {
            throw notUnderstood("a number expected, not '" + digits + "' before " + rest());
        }
    }

    /// A number between 0 and `max`.
    public long number(long max) {
        long value = number();
        if (value < 0 || value > max) {
            throw notUnderstood("a number from 0 to " + max + " expected, not " + value);
        }
        return value;
    }

    /// A decimal fraction; three dots behind it do not belong to it.
    public String decimal() {
        isAtEnd();
        int from = at;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        if (at + 1 < text.length() && text.charAt(at) == '.' && Character.isDigit(text.charAt(at + 1))) {
            at++;
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
        }
        if (at == from) {
            throw notUnderstood("a time expected before " + rest());
        }
        return text.substring(from, at);
    }
}
