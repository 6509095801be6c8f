package io.towpath.tcp.send;

/// Whether the congestion window is in use (RFC 9438 §5.8, RFC 5681 §4.3's "is not being used" the other way
/// round): noted for a round trip at a time, so that an acknowledgment of something that left when the window
/// was full counts as one of a sender that fills its window, although at this moment there may be room.
public final class WindowUse {
    private boolean full;
    private long most;
    /// SND.NXT when it was noted: what is acknowledged up to there was sent before.
    private long until = Long.MIN_VALUE;

    /// Nothing sent.
    public WindowUse() {}

    /// Something was sent, or was held back by the window.
    ///
    /// @param inFlight bytes in flight now
    /// @param full true when no more fits into the congestion window
    public void note(long una, long nxt, long inFlight, boolean full) {
        if (una >= until || full || !this.full && inFlight > most) {
            this.full = full;
            most = inFlight;
            until = nxt;
        }
    }

    /// True when the window was full in the present round trip.
    public boolean isFull() {
        return full;
    }

    /// The most in flight in the present round trip, or when the window was full last in it.
    public long most() {
        return most;
    }
}
