package io.towpath.sim;

import org.jspecify.annotations.Nullable;

/// What came of one seed.
///
/// @param options of the command that plays it again, besides the seed: empty, or `--sctp`
/// @param seed the seed
/// @param scenario what was played, for people
/// @param failure what went wrong, null when nothing did
/// @param hash fingerprint of the run
/// @param virtualNanos how long it was in virtual time
/// @param packets IP packets that hosts sent
/// @param bytes bytes delivered to users
/// @param steps turns taken
public record SimResult(
        String options,
        long seed,
        String scenario,
        @Nullable String failure,
        long hash,
        long virtualNanos,
        long packets,
        long bytes,
        long steps) {
    /// True when nothing went wrong.
    public boolean passed() {
        return failure == null;
    }

    /// The command that plays it again.
    public String replayCommand() {
        return "./towpath sim " + options + (options.isEmpty() ? "" : " ") + "--replay " + seed;
    }
}
