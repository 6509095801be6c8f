package io.towpath.sctp.send;

import io.towpath.sctp.path.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Chunks that have a TSN and are not cumulatively acknowledged: a ring indexed by TSN whose slots are reused.
/// Each chunk remembers the path it was sent on last.
public final class OutstandingData {
    /// What is known of a chunk.
    public enum ChunkState {
        /// Sent, and neither acknowledged nor given up.
        IN_FLIGHT,
        /// In a gap ack block.
        ACKED,
        /// Marked for retransmission.
        LOST,
        /// Given up with its message (RFC 3758).
        ABANDONED
    }

    /// One chunk.
    public static final class Chunk {
        /// Its TSN, unwrapped.
        public long tsn;

        /// Its message.
        public @Nullable OutgoingMessage message;

        /// Where in the message it begins.
        public int offset;

        /// Bytes of user data.
        public int length;

        /// DATA flags.
        public int flags;

        /// Fragment sequence number (RFC 8260).
        public int fsn;

        /// The path it was sent on last, or will be sent on when it is lost.
        public @Nullable Path path;

        /// When it was sent last.
        public long sentAt;

        /// How often it was sent.
        public int transmissions;

        /// Miss indications.
        public int missing;

        /// What is known.
        public ChunkState state = ChunkState.IN_FLIGHT;

        /// It was fast retransmitted: not again before a timeout (RFC 9260 §7.2.4, 5).
        public boolean fastRetransmitted;

        /// It was marked by a timeout (else by fast retransmit).
        public boolean timedOut;

        /// Its message.
        ///
        /// @throws IllegalStateException if the slot is not in use
        public OutgoingMessage message() {
            OutgoingMessage of = message;
            if (of == null) {
                throw new IllegalStateException("no chunk with TSN " + tsn);
            }
            return of;
        }

        /// Its path.
        ///
        /// @throws IllegalStateException if the slot is not in use
        public Path path() {
            Path of = path;
            if (of == null) {
                throw new IllegalStateException("no chunk with TSN " + tsn);
            }
            return of;
        }
    }

    private static final Chunk[] NONE = {};

    /// Slots that are kept whatever happens.
    private static final int SLOTS_KEPT = 64;

    private Chunk[] ring = NONE;
    private long cumAcked;
    private long nextTsn;
    private long inFlight;
    private int lost;
    private int acked;
    private long firstLost;

    /// The most chunks at once since nothing was outstanding.
    private int most;

    /// Nothing outstanding.
    ///
    /// @param initialTsn this side's initial TSN
    public OutstandingData(long initialTsn) {
        start(initialTsn);
    }

    /// RFC 9260 §5.1: "each endpoint MUST set its internal Cumulative TSN Ack Point to the value of its
    /// transmitted Initial TSN minus one." Whoever calls this has released all messages.
    public void start(long initialTsn) {
        cumAcked = initialTsn - 1;
        nextTsn = initialTsn;
        inFlight = 0;
        lost = 0;
        acked = 0;
        firstLost = initialTsn;
    }

    /// The Cumulative TSN Ack Point.
    public long cumAcked() {
        return cumAcked;
    }

    /// The next TSN to assign.
    public long nextTsn() {
        return nextTsn;
    }

    /// Whether every chunk is cumulatively acknowledged.
    public boolean isEmpty() {
        return cumAcked + 1 == nextTsn;
    }

    /// Chunks with a TSN that are not cumulatively acknowledged.
    public int size() {
        return (int) (nextTsn - 1 - cumAcked);
    }

    /// Bytes in flight on all paths.
    public long inFlight() {
        return inFlight;
    }

    /// Chunks marked for retransmission.
    public int lost() {
        return lost;
    }

    /// Chunks in gap ack blocks.
    public int acked() {
        return acked;
    }

    /// The chunk with this TSN, `cumAcked < tsn < nextTsn`.
    public Chunk get(long tsn) {
        assert tsn > cumAcked && tsn < nextTsn : tsn;
        return ring[(int) tsn & ring.length - 1];
    }

    /// A chunk for the next TSN; the caller fills it and calls [#sent].
    public Chunk add() {
        if (size() == ring.length) {
            grow();
        }
        Chunk chunk = ring[(int) nextTsn & ring.length - 1];
        chunk.tsn = nextTsn++;
        chunk.transmissions = 0;
        chunk.missing = 0;
        chunk.fastRetransmitted = false;
        chunk.timedOut = false;
        chunk.state = ChunkState.LOST; // until it is sent
        most = Math.max(most, size());
        return chunk;
    }

    private void grow() {
        int length = Math.max(8, ring.length * 2);
        Chunk[] larger = new Chunk[length];
        for (long tsn = cumAcked + 1; tsn < nextTsn; tsn++) {
            larger[(int) tsn & length - 1] = ring[(int) tsn & ring.length - 1];
        }
        for (int i = 0; i < length; i++) {
            if (larger[i] == null) {
                larger[i] = new Chunk();
            }
        }
        ring = larger;
    }

    /// A chunk goes out on `path`, for the first time or again.
    public void sent(long now, Chunk chunk, Path path) {
        if (chunk.transmissions++ > 0) {
            lost--;
        }
        chunk.state = ChunkState.IN_FLIGHT;
        chunk.path = path;
        chunk.sentAt = now;
        chunk.missing = 0;
        path.flight += chunk.length;
        inFlight += chunk.length;
    }

    /// A chunk is in a gap ack block or cumulatively acknowledged for the first time. True if it was in flight
    /// or lost.
    public boolean acknowledge(Chunk chunk) {
        switch (chunk.state) {
            case IN_FLIGHT -> leave(chunk);
            case LOST -> lost--;
            case ACKED, ABANDONED -> {
                return false;
            }
        }
        chunk.state = ChunkState.ACKED;
        acked++;
        return true;
    }

    /// A chunk that was in a gap ack block is in none any more: the peer dropped it.
    public void renege(Chunk chunk) {
        chunk.state = ChunkState.IN_FLIGHT;
        chunk.missing = 0;
        acked--;
        chunk.path().flight += chunk.length;
        inFlight += chunk.length;
    }

    /// A chunk in flight is to be sent again, on `path`.
    public void markLost(Chunk chunk, Path path, boolean timedOut) {
        assert chunk.state == ChunkState.IN_FLIGHT : chunk.state;
        leave(chunk);
        chunk.state = ChunkState.LOST;
        chunk.timedOut = timedOut;
        chunk.path = path;
        firstLost = lost == 0 ? chunk.tsn : Math.min(firstLost, chunk.tsn);
        lost++;
    }

    /// A path is no more: what was in flight there is lost, and all goes by another one.
    ///
    /// @return bytes that were in flight there
    public long move(Path gone, Path other) {
        long bytes = 0;
        for (long tsn = cumAcked + 1; tsn < nextTsn; tsn++) {
            Chunk chunk = get(tsn);
            if (chunk.path == gone && chunk.state == ChunkState.IN_FLIGHT) {
                bytes += chunk.length;
                markLost(chunk, other, true);
            } else if (chunk.path == gone) {
                chunk.path = other;
            }
        }
        return bytes;
    }

    /// Everything in flight is to be sent again where it was sent: the handshake begins anew.
    public void markAllLost() {
        for (long tsn = cumAcked + 1; tsn < nextTsn; tsn++) {
            Chunk chunk = get(tsn);
            if (chunk.state == ChunkState.IN_FLIGHT) {
                markLost(chunk, chunk.path(), true);
            }
        }
    }

    /// A chunk is given up.
    public void abandon(Chunk chunk) {
        switch (chunk.state) {
            case IN_FLIGHT -> leave(chunk);
            case LOST -> lost--;
            case ACKED -> acked--;
            case ABANDONED -> {
                return;
            }
        }
        chunk.state = ChunkState.ABANDONED;
    }

    private void leave(Chunk chunk) {
        chunk.path().flight -= chunk.length;
        inFlight -= chunk.length;
    }

    /// The lost chunk with the lowest TSN, null if none is lost.
    public @Nullable Chunk firstLost() {
        return lost == 0 ? null : nextLost(Math.max(firstLost, cumAcked + 1));
    }

    /// The lost chunk with the lowest TSN from `from` on, null if there is none.
    public @Nullable Chunk nextLost(long from) {
        for (long tsn = Math.max(from, cumAcked + 1); tsn < nextTsn; tsn++) {
            Chunk chunk = get(tsn);
            if (chunk.state == ChunkState.LOST) {
                if (from <= firstLost) {
                    firstLost = tsn;
                }
                return chunk;
            }
        }
        return null;
    }

    /// Whether no chunk with a lower TSN is in flight on its path.
    public boolean isEarliest(Chunk chunk, Path path) {
        for (long tsn = cumAcked + 1; tsn < chunk.tsn; tsn++) {
            Chunk other = get(tsn);
            if (other.state == ChunkState.IN_FLIGHT && other.path == path) {
                return false;
            }
        }
        return true;
    }

    /// Moves the Cumulative TSN Ack Point over the next chunk, which is acknowledged or given up.
    ///
    /// @return the chunk; its slot is used again by a later one
    public Chunk advance() {
        Chunk chunk = get(cumAcked + 1);
        if (chunk.state == ChunkState.ACKED) {
            acked--;
        }
        cumAcked++;
        return chunk;
    }

    /// Nothing is outstanding: the memory of a flight that was much larger than the last one is given back. A sender
    /// whose flights end again and again keeps its ring, or every chunk would cost an object.
    public void onEmpty() {
        if (most < ring.length >> 3) {
            trim();
        }
        most = 0;
    }

    /// Gives the memory of a once large flight back, if nothing is outstanding.
    public void trim() {
        if (isEmpty() && ring.length > SLOTS_KEPT) {
            ring = NONE;
        }
    }

    @Override
    public String toString() {
        return size() + " chunks after " + cumAcked + ", " + inFlight + " bytes in flight, " + lost + " lost, "
                + Arrays.stream(ring).filter(c -> c.state == ChunkState.ACKED).count() + " acked beyond";
    }
}
