package io.towpath.wire;

/// What a `check` gate found wrong with a header. Engines map each to a drop reason.
public enum Malformed {
    /// Nothing: every accessor of the header may be used.
    NONE,
    /// The octets end before the header, or before what its length fields promise.
    TRUNCATED,
    /// The version field is not the one of this format.
    BAD_VERSION,
    /// The header length field is below the minimum or beyond the packet.
    BAD_HEADER_LENGTH,
    /// The total, payload or datagram length field is impossible.
    BAD_TOTAL_LENGTH,
    /// The checksum is wrong.
    BAD_CHECKSUM,
    /// An option or parameter has an impossible length or place.
    BAD_OPTION,
    /// A field has a value that the format does not allow (hardware type, address length …).
    BAD_FIELD,
    /// An IPv6 extension header is out of place or has an impossible length.
    BAD_EXTENSION,
    /// More IPv6 extension headers than a receiver is willing to walk.
    TOO_MANY_EXTENSIONS;

    /// Whether nothing is wrong.
    public boolean ok() {
        return this == NONE;
    }
}
