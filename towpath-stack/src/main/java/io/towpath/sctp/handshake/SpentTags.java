package io.towpath.sctp.handshake;

/// Verification tags of associations that are over, for as long as something that names them may still come:
/// packets for one that another process has now, or a cookie. RFC 9260 §5.3.1: "A new Verification Tag value MUST be
/// used each time the endpoint tears down and then reestablishes an association to the same peer." An old COOKIE
/// ECHO that comes late, with the DATA that it carries, would else make the association once more, and deliver its
/// messages twice.
public final class SpentTags {
    private static final int CAPACITY = 4096;

    private final int capacity;
    private int[] tags = {};
    private long[] expiries = {};
    private int head;
    private int size;

    /// None.
    public SpentTags() {
        this(CAPACITY);
    }

    /// None.
    ///
    /// @param capacity tags remembered at most; beyond it the oldest are forgotten
    public SpentTags(int capacity) {
        this.capacity = capacity;
    }

    /// An association of this side's `tag` is over.
    ///
    /// @param until when no cookie with it can be valid any more
    public void add(long now, int tag, long until) {
        while (size > 0 && expiries[head] <= now) {
            drop();
        }
        if (size == capacity) {
            drop();
        }
        if (size == tags.length) {
            grow();
        }
        int at = (head + size++) % tags.length;
        tags[at] = tag;
        expiries[at] = until;
    }

    private void drop() {
        head = (head + 1) % tags.length;
        size--;
    }

    private void grow() {
        int length = Math.min(capacity, Math.max(8, tags.length * 2));
        int[] moreTags = new int[length];
        long[] moreExpiries = new long[length];
        for (int i = 0; i < size; i++) {
            moreTags[i] = tags[(head + i) % tags.length];
            moreExpiries[i] = expiries[(head + i) % tags.length];
        }
        tags = moreTags;
        expiries = moreExpiries;
        head = 0;
    }

    /// The association of this tag is there again.
    public void forget(int tag) {
        for (int i = 0; i < size; i++) {
            int at = (head + i) % tags.length;
            if (tags[at] == tag) {
                expiries[at] = Long.MIN_VALUE;
            }
        }
    }

    /// Whether an association of this tag is over.
    public boolean has(long now, int tag) {
        for (int i = 0; i < size; i++) {
            int at = (head + i) % tags.length;
            if (tags[at] == tag && expiries[at] > now) {
                return true;
            }
        }
        return false;
    }
}
