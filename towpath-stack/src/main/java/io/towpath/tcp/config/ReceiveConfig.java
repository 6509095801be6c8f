package io.towpath.tcp.config;

/// How a connection acknowledges, as far as the RFCs leave it open. Immutable.
///
/// @param quickAcks acknowledgments at the beginning of a connection, and after a long silence, that are not delayed:
///     a peer in slow start grows with each; 0 to 255
/// @param everySecond acknowledge every second segment whatever its size, not only every second full-sized one
/// @param slidingWindow let the window's right edge move with every acknowledgment while there is plenty of room, not
///     only by steps of a segment (RFC 9293 §3.8.6.2.2 asks for the steps)
/// @param delayedFin let the acknowledgment of the peer's FIN wait as that of data does
/// @param duplicateSack report duplicates by SACK blocks (RFC 2883)
public record ReceiveConfig(
        int quickAcks, boolean everySecond, boolean slidingWindow, boolean delayedFin, boolean duplicateSack) {
    private static final int QUICK_ACKS_MAX = 255;
    private static final ReceiveConfig DEFAULTS = new ReceiveConfig(0, false, false, false, true);

    /// Checks the values.
    ///
    /// @throws IllegalArgumentException when one is out of range
    public ReceiveConfig {
        if (quickAcks < 0 || quickAcks > QUICK_ACKS_MAX) {
            throw new IllegalArgumentException("quickAcks out of range: " + quickAcks);
        }
    }

    /// Delays acknowledgments as RFC 9293 §3.8.6.3 asks, reports duplicates.
    public static ReceiveConfig defaults() {
        return DEFAULTS;
    }

    /// A copy with another [#quickAcks()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public ReceiveConfig withQuickAcks(int value) {
        return new ReceiveConfig(value, everySecond, slidingWindow, delayedFin, duplicateSack);
    }

    /// A copy with another [#everySecond()].
    public ReceiveConfig withEverySecond(boolean value) {
        return new ReceiveConfig(quickAcks, value, slidingWindow, delayedFin, duplicateSack);
    }

    /// A copy with another [#slidingWindow()].
    public ReceiveConfig withSlidingWindow(boolean value) {
        return new ReceiveConfig(quickAcks, everySecond, value, delayedFin, duplicateSack);
    }

    /// A copy with another [#delayedFin()].
    public ReceiveConfig withDelayedFin(boolean value) {
        return new ReceiveConfig(quickAcks, everySecond, slidingWindow, value, duplicateSack);
    }

    /// A copy with another [#duplicateSack()].
    public ReceiveConfig withDuplicateSack(boolean value) {
        return new ReceiveConfig(quickAcks, everySecond, slidingWindow, delayedFin, value);
    }
}
