package io.towpath.ip;

import io.towpath.core.Entropy;
import io.towpath.core.SipHash;

/// Identification numbers of packets that may be fragmented: not repeated soon between two hosts (RFC 6864 §4.3),
/// and not to be guessed from the numbers that another destination sees (RFC 7739 §5.3): each pair of addresses
/// uses one of many counters under a keyed hash, shifted by an offset of its own.
final class Identification {
    private static final int COUNTERS = 1024;

    private final SipHash hash;
    private final int[] counters = new int[COUNTERS];

    Identification(Entropy entropy) {
        hash = new SipHash(entropy.nextLong(), entropy.nextLong());
        for (int i = 0; i < COUNTERS; i++) {
            counters[i] = (int) entropy.nextLong();
        }
    }

    /// The next number from `source` to `destination`; IPv4 uses its lower 16 bits.
    int next(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int protocol) {
        long h = hash.hash(sourceHigh, sourceLow, destinationHigh, destinationLow, protocol);
        return (int) (h >>> 32) + counters[(int) h & (COUNTERS - 1)]++;
    }
}
