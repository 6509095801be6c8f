package io.towpath.tcp.config;

import io.towpath.wire.Octets;
import io.towpath.wire.Prefix;

/// The key that a host shares with its peers at some addresses: every segment to them is signed with it,
/// and no segment of theirs counts without (RFC 2385). RFC 3562 says how long a good key is: 12 to 24
/// octets.
///
/// @param peer where the peers are
/// @param port the peers' port; 0 for all
/// @param md5 the octets of the key, 1 to [#LENGTH_MAX]
public record PeerKey(Prefix peer, int port, Octets md5) {
    /// Octets of the longest key. RFC 2385 §4.5 asks for "a key composed of a string of printable ASCII of
    /// 80 bytes or less".
    public static final int LENGTH_MAX = 80;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException when a value is out of range
    public PeerKey {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port out of range: " + port);
        }
        if (md5.isEmpty() || md5.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("length of the key out of range: " + md5.length());
        }
    }

    /// Whether this is the key of the peer at an address given as two longs (IPv4 as v4-mapped) and a port.
    public boolean isFor(long high, long low, int peerPort) {
        return (port == 0 || port == peerPort) && peer.contains(high, low);
    }

    /// How much it says of where the peer is: a longer prefix says more, and then a port.
    int weight() {
        return 2 * peer.mappedLength() + (port == 0 ? 0 : 1);
    }

    /// The key itself is not shown.
    @Override
    public String toString() {
        return peer + (port == 0 ? "" : " port " + port) + " md5 of " + md5.length() + " octets";
    }
}
