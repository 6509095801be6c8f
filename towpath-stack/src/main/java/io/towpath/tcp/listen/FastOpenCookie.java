package io.towpath.tcp.listen;

import io.towpath.tcp.segment.Segment;
import io.towpath.wire.Octets;
import org.jspecify.annotations.Nullable;

/// A Fast Open option (RFC 7413 §4.1.1): a cookie, or the request for one.
///
/// @param octets 4 to 16 octets, an even number; empty to ask for a cookie
/// @param experimental true in the form of before RFC 7413, an experimental option
public record FastOpenCookie(Octets octets, boolean experimental) {
    /// Asks for a cookie.
    public static final FastOpenCookie REQUEST = new FastOpenCookie(Octets.EMPTY, false);

    /// Asks for a cookie in the form of before RFC 7413.
    public static final FastOpenCookie EXPERIMENTAL_REQUEST = new FastOpenCookie(Octets.EMPTY, true);

    /// True when this asks for a cookie and is none.
    public boolean isRequest() {
        return octets.isEmpty();
    }

    /// The option of a segment, null when it has none.
    public static @Nullable FastOpenCookie of(Segment seg) {
        int length = seg.options.fastOpenLength;
        if (length < 0) {
            return null;
        }
        int at = seg.options.fastOpenAt;
        return new FastOpenCookie(Octets.of(seg.bytes, at, at + length), seg.options.fastOpenExperimental);
    }
}
