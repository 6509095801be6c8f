package io.towpath.cli;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Guesses which word was meant.
final class Spelling {
    /// Letters that may be wrong, missing, too many or swapped with the next.
    private static final int MISTAKES_MAX = 2;

    private Spelling() {}

    /// The known word nearest to `word`; null when none is near.
    static @Nullable String nearest(String word, Collection<String> known) {
        String nearest = null;
        int least = Math.min(MISTAKES_MAX, word.length() / 2) + 1;
        for (String candidate : known) {
            int mistakes = distance(word, candidate);
            if (mistakes < least) {
                least = mistakes;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /// The least number of letters inserted, left out, replaced, or swapped with their neighbour, that makes `b` of
    /// `a` (optimal string alignment).
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    d[i][j] = Math.min(d[i][j], 1 + d[i - 2][j - 2]);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
