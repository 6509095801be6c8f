package io.towpath.tcp.config;

/// Whether a connection finds out by itself which packets its path carries (packetization layer path MTU
/// discovery, RFC 4821 and RFC 8899). What ICMP reports is believed in any case.
///
/// @param use when to search
/// @param base the packet size, in bytes, to begin with or to fall back to; RFC 8899 §5.1.2: "BASE_PLPMTU […]
///     1200"
public record PathMtuConfig(Use use, int base) {
    /// When to search.
    public enum Use {
        /// Never.
        OFF,
        /// When packets of full size vanish: routers that drop them in silence ("black holes").
        BLACK_HOLE,
        /// From the base size upwards, from the start.
        ALWAYS
    }

    private static final PathMtuConfig DEFAULTS = new PathMtuConfig(Use.OFF, 1200);

    /// @throws IllegalArgumentException when the base is no packet size
    public PathMtuConfig {
        if (base < 576 || base > 65_535) {
            throw new IllegalArgumentException("base out of range: " + base + " (expected 576 to 65535)");
        }
    }

    /// Does not search.
    public static PathMtuConfig defaults() {
        return DEFAULTS;
    }

    /// The same with another [#use()].
    public PathMtuConfig withUse(Use value) {
        return new PathMtuConfig(value, base);
    }

    /// The same with another [#base()].
    public PathMtuConfig withBase(int value) {
        return new PathMtuConfig(use, value);
    }
}
