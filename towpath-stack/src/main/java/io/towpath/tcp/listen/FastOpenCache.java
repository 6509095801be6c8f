package io.towpath.tcp.listen;

import io.towpath.core.Time;
import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.wire.IpAddress;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// What a client remembers of servers (RFC 7413 §4.1.3): "the client MUST cache cookies from servers for later
/// Fast Open connections", their MSS, and what went wrong. Bounded; who was not met for longest is forgotten.
///
/// Kept by addresses alone: a server gives the same cookie on all its ports.
public final class FastOpenCache {
    private static final int CAPACITY = 1024;
    /// Lost SYNs with data in a row after which the server gets none for a while.
    private static final int LOSSES_MAX = 2;

    private static final long LOSS_PAUSE = 60 * Time.SECOND;
    private static final int BLACK_HOLE_SHIFT_MAX = 6;

    /// The form in which a server understands the option, as far as is known.
    private enum Form {
        STANDARD,
        TRY_EXPERIMENTAL,
        STANDARD_FOR_GOOD
    }

    private record Pair(IpAddress local, IpAddress remote) {}

    private static final class Entry {
        @Nullable
        FastOpenCookie cookie;

        int mss;
        Form form = Form.STANDARD;
        int losses;
        long lostAt;
    }

    private final LinkedHashMap<Pair, Entry> entries = new LinkedHashMap<>();
    private int blackHoles;
    private long pausedAt;

    /// Nothing known.
    public FastOpenCache() {}

    /// The option for the next SYN to a server: its cookie, or the request for one. Null while data in SYNs got
    /// lost, on the way to it or everywhere.
    public @Nullable FastOpenCookie cookie(long now, IpAddress local, IpAddress remote, FastOpenConfig config) {
        Entry entry = entries.get(new Pair(local, remote));
        if (isPaused(now, config) || entry != null && isLossy(now, entry)) {
            return null;
        }
        if (entry == null) {
            return FastOpenCookie.REQUEST;
        }
        FastOpenCookie known = entry.cookie;
        if (known != null) {
            return known;
        }
        return entry.form == Form.TRY_EXPERIMENTAL ? FastOpenCookie.EXPERIMENTAL_REQUEST : FastOpenCookie.REQUEST;
    }

    private static boolean isLossy(long now, Entry entry) {
        return entry.losses >= LOSSES_MAX && now - entry.lostAt < LOSS_PAUSE << Math.min(entry.losses, 16);
    }

    /// The MSS that the server announced last, 0 when it is not known.
    public int mss(IpAddress local, IpAddress remote) {
        Entry entry = entries.get(new Pair(local, remote));
        return entry == null ? 0 : entry.mss;
    }

    /// A SYN-ACK answered a SYN that had the option `sent`.
    ///
    /// @param mss that it announces
    /// @param told its own option, null for none
    /// @param text octets of text that the SYN carried
    /// @param again true when the SYN was sent more than once
    /// @param acknowledged true when it acknowledges any of the text
    public void onSynAck(
            long now,
            IpAddress local,
            IpAddress remote,
            @Nullable FastOpenCookie sent,
            int mss,
            @Nullable FastOpenCookie told,
            int text,
            boolean again,
            boolean acknowledged) {
        Entry entry = touch(new Pair(local, remote));
        entry.mss = mss;
        if (sent != null && told != null && !told.isRequest()) {
            entry.cookie = told;
        } else if (sent != null && told == null && !again && text == 0 && entry.cookie == null) {
            // It may know the older form of the option; that is tried once.
            entry.form = sent.experimental() || entry.form == Form.STANDARD_FOR_GOOD
                    ? Form.STANDARD_FOR_GOOD
                    : Form.TRY_EXPERIMENTAL;
        }
        if (sent != null && again && told == null && text > 0 && !acknowledged) {
            entry.losses++;
            entry.lostAt = now;
        } else {
            entry.losses = 0;
        }
        if (acknowledged) {
            blackHoles = 0;
        }
    }

    private Entry touch(Pair pair) {
        Entry entry = entries.remove(pair);
        if (entry == null) {
            entry = new Entry();
            if (entries.size() == CAPACITY) {
                entries.remove(entries.firstEntry().getKey());
            }
        }
        entries.put(pair, entry);
        return entry;
    }

    /// Nothing came through since data went with a SYN: perhaps a middlebox swallows all of it (RFC 7413
    /// §4.1.3.1, "no response […] at all").
    public void onBlackHole(long now) {
        blackHoles++;
        pausedAt = now;
    }

    private boolean isPaused(long now, FastOpenConfig config) {
        int shift = Math.min(blackHoles - 1, BLACK_HOLE_SHIFT_MAX);
        return blackHoles > 0 && now - pausedAt < config.blackHoleNanos() << shift;
    }

    /// Forgets everything.
    public void clear() {
        entries.clear();
        blackHoles = 0;
    }
}
