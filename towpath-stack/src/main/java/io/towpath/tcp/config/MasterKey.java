package io.towpath.tcp.config;

import io.towpath.wire.Octets;
import io.towpath.wire.Prefix;
import java.util.Objects;

/// A master key tuple (MKT) of the TCP authentication option, RFC 5925 §3.1: a secret that is shared with the
/// peers at some addresses, and what is done with it. The keys that sign segments are derived from it, other
/// ones for each connection and direction.
///
/// Several tuples for one peer are for changing keys without breaking connections: each has numbers of its own.
/// What is `sendId` here must be `receiveId` at the peer, and the other way round.
///
/// @param peer where the peers are
/// @param port the peers' port; 0 for all
/// @param sendId KeyID of segments that leave under it (SendID), 0 to 255
/// @param receiveId KeyID of segments that come under it (RecvID), 0 to 255
/// @param algorithm what is computed with it
/// @param withOptions false when the other options of a segment are not signed, since somebody on the way
///     changes them
/// @param secret the octets of the key, 1 to [#LENGTH_MAX]
public record MasterKey(
        Prefix peer, int port, int sendId, int receiveId, AoAlgorithm algorithm, boolean withOptions, Octets secret) {
    /// Octets of the longest secret. RFC 5925 §3.1 knows no bound; this is Linux's.
    public static final int LENGTH_MAX = 80;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException when a value is out of range
    public MasterKey {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port out of range: " + port);
        }
        if (sendId < 0 || sendId > 0xff || receiveId < 0 || receiveId > 0xff) {
            throw new IllegalArgumentException("key number out of range: " + sendId + ", " + receiveId);
        }
        if (secret.isEmpty() || secret.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("length of the key out of range: " + secret.length());
        }
        Objects.requireNonNull(peer);
        Objects.requireNonNull(algorithm);
    }

    /// A key for all ports of `peer`, of HMAC-SHA-1-96, that signs the options, too.
    public static MasterKey of(Prefix peer, int sendId, int receiveId, Octets secret) {
        return new MasterKey(peer, 0, sendId, receiveId, AoAlgorithm.HMAC_SHA_1_96, true, secret);
    }

    /// Whether this is a key of the peer at an address given as two longs (IPv4 as v4-mapped) and a port.
    public boolean isFor(long high, long low, int peerPort) {
        return (port == 0 || port == peerPort) && peer.contains(high, low);
    }

    /// True when `other` would be taken for it, on the way out or in.
    boolean clashes(MasterKey other) {
        boolean samePeers = peer.contains(other.peer.address()) || other.peer.contains(peer.address());
        return samePeers
                && (port == 0 || other.port == 0 || port == other.port)
                && (sendId == other.sendId || receiveId == other.receiveId);
    }

    /// The secret itself is not shown.
    @Override
    public String toString() {
        return peer + (port == 0 ? "" : " port " + port) + " keys " + sendId + "/" + receiveId + " " + algorithm.text()
                + (withOptions ? "" : " without options") + " of " + secret.length() + " octets";
    }
}
