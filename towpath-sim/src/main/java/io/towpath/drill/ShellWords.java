package io.towpath.drill;

import io.towpath.drill.script.NotUnderstood;
import java.util.ArrayList;
import java.util.List;

/// A command line as a shell would take it apart: blanks separate words, quotes keep them together, `$((…))` is a
/// sum, `>file` and `2>&1` are left out. No variables, no patterns.
final class ShellWords {
    private final int line;
    private final String text;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private ShellWords(int line, String text) {
        this.line = line;
        this.text = text;
    }

    /// The words of `text`.
    ///
    /// @param line of the script, from 1
    static List<String> of(int line, String text) {
        var shell = new ShellWords(line, text);
        while (shell.at < text.length()) {
            shell.next();
        }
        shell.endWord();
        return shell.words;
    }

    private void next() {
        char c = text.charAt(at);
        if (text.startsWith("$((", at)) {
            sum();
        } else if (Character.isWhitespace(c)) {
            endWord();
            at++;
        } else if (c == '"' || c == '\'') {
            quoted(c);
        } else if (c == '>' || text.startsWith("2>", at) && !inWord) {
            redirection();
        } else {
            word.append(c);
            inWord = true;
            at++;
        }
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private void quoted(char quote) {
        int end = text.indexOf(quote, at + 1);
        if (end < 0) {
            throw new NotUnderstood(line, "a quote without end in '" + text + "'");
        }
        at++;
        while (at < end) {
            if (quote == '"' && text.startsWith("$((", at)) {
                sum();
            } else {
                word.append(text.charAt(at++));
            }
        }
        inWord = true;
        at = end + 1;
    }

    private void sum() {
        int end = text.indexOf("))", at);
        if (end < 0) {
            throw new NotUnderstood(line, "a sum without end in '" + text + "'");
        }
        double value = Expression.evaluate(text.substring(at + 3, end), name -> {
            throw new NotUnderstood(line, "the variable " + name);
        });
        word.append((long) value);
        inWord = true;
        at = end + 2;
    }

    private void redirection() {
        endWord();
        at = text.indexOf('>', at) + 1;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        while (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }
}
