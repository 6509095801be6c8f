package io.towpath.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Chance, handed in from outside: the core has no random source of its own. A counter run through [SipHash] under a
/// secret key, so that outputs which go out on the wire do not tell the ones to come.
///
/// The same key gives the same numbers on every machine. [#split] makes independent children by name, so that a new
/// consumer of chance does not shift the numbers of the others. One owner; children may go to other owners.
public final class Entropy {
    // What a hash input is for. The counter's inputs end in eight zero bytes, a name's end in one of these tags, which
    // are not zero: so no name can stand for a counter.
    private static final byte CHILD_K0 = 1;
    private static final byte CHILD_K1 = 2;

    private final SipHash hash;
    private long counter;

    private Entropy(long k0, long k1) {
        hash = new SipHash(k0, k1);
    }

    /// For simulations and tests: everything follows from one seed.
    public static Entropy seeded(long seed) {
        var spread = new SipHash(0x746f77706174682eL, 0x656e74726f707921L);
        return new Entropy(spread.hash(seed, 1), spread.hash(seed, 2));
    }

    /// For live use: 128 bits that nobody can guess, from a secure random source outside the core.
    public static Entropy keyed(long k0, long k1) {
        return new Entropy(k0, k1);
    }

    /// An independent child. A pure function of this object's key and `name`: it neither depends on what was drawn
    /// before nor changes what is drawn next.
    public Entropy split(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] message = Arrays.copyOf(text, text.length + 1);
        message[text.length] = CHILD_K0;
        long k0 = hash.hash(message, 0, message.length);
        message[text.length] = CHILD_K1;
        return new Entropy(k0, hash.hash(message, 0, message.length));
    }

    /// 64 bits.
    public long nextLong() {
        return hash.hash(counter++, 0);
    }

    /// A number from 0 to `bound - 1`, each equally likely.
    ///
    /// @throws IllegalArgumentException unless `bound` is positive
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive, not " + bound);
        }
        // Lemire, "Fast random integer generation in an interval": the high half of a product, and the few low halves
        // that would favour some results are drawn again.
        long product = (nextLong() >>> 32) * bound;
        if ((product & 0xffff_ffffL) < bound) {
            long threshold = (1L << 32) % bound;
            while ((product & 0xffff_ffffL) < threshold) {
                product = (nextLong() >>> 32) * bound;
            }
        }
        return (int) (product >>> 32);
    }

    /// A number in [0, 1): a multiple of 2^-53.
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /// True with probability `p`; never for `p <= 0`, always for `p >= 1`. Draws one number in every case.
    public boolean chance(double p) {
        return nextDouble() < p;
    }

    /// Fills `into` with random bytes.
    public void fill(byte[] into) {
        for (int at = 0; at < into.length; ) {
            long bits = nextLong();
            for (int end = Math.min(at + 8, into.length); at < end; bits >>>= 8) {
                into[at++] = (byte) bits;
            }
        }
    }
}
