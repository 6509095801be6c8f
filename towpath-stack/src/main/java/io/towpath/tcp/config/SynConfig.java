package io.towpath.tcp.config;

/// How the SYN segments of a host look, as far as the RFCs leave it open. Immutable.
///
/// @param layout the order of the options
/// @param windowScale the shift to announce, 0 to 14; [#COMPUTED] takes the one that the receive buffer needs
public record SynConfig(SynLayout layout, int windowScale) {
    /// A shift that follows from the receive buffer.
    public static final int COMPUTED = -1;

    /// The largest shift: RFC 7323 §2.3 takes a shift count above 14 as 14.
    public static final int SCALE_MAX = 14;

    private static final SynConfig DEFAULTS = new SynConfig(SynLayout.SACK_FIRST, COMPUTED);

    /// Checks the values.
    ///
    /// @throws IllegalArgumentException when one is out of range
    public SynConfig {
        // RFC 7323 §2.3: "The maximum scale exponent is limited to 14".
        if (windowScale < COMPUTED || windowScale > SCALE_MAX) {
            throw new IllegalArgumentException("windowScale out of range: " + windowScale);
        }
    }

    /// Options in the order that fills gaps best, the shift computed.
    public static SynConfig defaults() {
        return DEFAULTS;
    }

    /// A copy with another [#layout()].
    public SynConfig withLayout(SynLayout value) {
        return new SynConfig(value, windowScale);
    }

    /// A copy with another [#windowScale()].
    ///
    /// @throws IllegalArgumentException when the value is out of range
    public SynConfig withWindowScale(int value) {
        return new SynConfig(layout, value);
    }

    /// The shift for a receive buffer of `buffer` bytes.
    public int scaleFor(int buffer) {
        return windowScale == COMPUTED ? shiftFor(buffer) : windowScale;
    }

    /// The shift that lets a window of `buffer` bytes be told in 16 bits.
    public static int shiftFor(int buffer) {
        int shift = 0;
        while (shift < SCALE_MAX && buffer >> shift > 0xffff) {
            shift++;
        }
        return shift;
    }
}
