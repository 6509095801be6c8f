package io.towpath.ip;

import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.SipHash;

/// Identification numbers of packets that may be fragmented: not repeated soon between two hosts (RFC 6864 §4.3),
/// and not to be guessed, neither from the numbers that another destination sees nor from those that went before
/// (RFC 7739 §3). Each pair of addresses uses one of many counters under a keyed hash, and what is sent is the
/// counter's value encrypted: a permutation, so that no number comes again before all others were there.
final class Identification {
    private static final int COUNTERS = 1024;
    private static final int ROUNDS = 3;

    private final SipHash hash;
    private final int[] counters = new int[COUNTERS];

    Identification(Entropy entropy) {
        hash = new SipHash(entropy.nextLong(), entropy.nextLong());
        for (int i = 0; i < COUNTERS; i++) {
            counters[i] = (int) entropy.nextLong();
        }
    }

    /// The next number from the source to the destination of `packet`.
    ///
    /// @param bits 16 for IPv4, 32 for IPv6
    int next(Packet packet, int bits) {
        long pair = hash.hash(
                packet.sourceHigh, packet.sourceLow, packet.destinationHigh, packet.destinationLow, packet.protocol);
        return permute(pair, counters[(int) pair & (COUNTERS - 1)]++, bits / 2);
    }

    /// A Feistel network (Luby and Rackoff, 1988) over twice `half` bits, of its own for each `pair`.
    private int permute(long pair, int value, int half) {
        int mask = (1 << half) - 1;
        int left = value >>> half & mask;
        int right = value & mask;
        for (int round = 0; round < ROUNDS; round++) {
            int mixed = left ^ (int) hash.hash(pair, right, round) & mask;
            left = right;
            right = mixed;
        }
        return left << half | right;
    }
}
