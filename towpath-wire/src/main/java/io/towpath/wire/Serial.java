package io.towpath.wire;

/// 32-bit sequence numbers as they are on the wire, and the 64-bit ones that rules are written in (RFC 9293 §3.4,
/// RFC 1982).
public final class Serial {
    private Serial() {}

    /// The 64-bit value congruent to `wire` modulo 2^32 that lies closest to `reference`.
    ///
    /// The result is in `reference − 2^31 … reference + 2^31 − 1`; a value exactly half the circle away counts as
    /// older.
    public static long unwrap(int wire, long reference) {
        return reference + (wire - (int) reference);
    }
}
