package io.towpath.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit words.
///
/// A *partial sum* is a non-negative `long` that is congruent, modulo 2^16 − 1, to the sum of big-endian 16-bit
/// words. Start at 0, [#add(long, byte[], int, int) add] ranges and pseudo-headers in any order, and end with
/// [#finish]. A partial sum takes at least 2^20 additions before it could overflow. Only the last range of a
/// message may have an odd length, because a range is padded with a zero octet on its own.
///
/// Stateless and thread-safe; allocates nothing.
public final class InternetChecksum {
    private static final VarHandle NATIVE_LONG = MethodHandles.byteArrayViewVarHandle(
                    long[].class, ByteOrder.nativeOrder())
            .withInvokeExactBehavior();
    /// Octets from which the vector loop, with its set-up and its final swap, is the faster one; headers are
    /// shorter.
    private static final int BULK_MIN = 64;

    private static final boolean SWAPPED = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private InternetChecksum() {}

    /// Adds the octets `from` (inclusive) to `to` (exclusive) of `b` to the partial sum; an odd last octet is
    /// padded with zero.
    ///
    /// The range counts as starting at an even octet of the message, wherever it lies in the array.
    public static long add(long sum, byte[] b, int from, int to) {
        long total = sum;
        int at = from;
        if (to - from >= BULK_MIN) {
            at = from + ((to - from) & ~7);
            total += inNetworkOrder(sumNative(b, from, at));
        }
        for (; to - at >= 8; at += 8) {
            total = add(total, Bytes.i64(b, at));
        }
        if (to - at >= 4) {
            total += Bytes.u32(b, at);
            at += 4;
        }
        if (to - at >= 2) {
            total += Bytes.u16(b, at);
            at += 2;
        }
        if (at < to) {
            total += Bytes.u8(b, at) << 8;
        }
        return total;
    }

    /// Adds the four 16-bit words of `v` (an address half, a length, a protocol number) to the partial sum.
    public static long add(long sum, long v) {
        // 2^32 is congruent to 1, so two halves may be added as they stand.
        return sum + (v & 0xffff_ffffL) + (v >>> 32);
    }

    /// The partial sum of the IPv4 pseudo-header (RFC 9293 §3.1, RFC 768).
    ///
    /// @param length octets of transport header and data, 0 … 65535
    public static long pseudo4(int source, int destination, int protocol, int length) {
        return (source & 0xffff_ffffL) + (destination & 0xffff_ffffL) + protocol + length;
    }

    /// The partial sum of the pseudo-header of either IP version, addresses as two longs (IPv4 as v4-mapped).
    ///
    /// The v4-mapped prefix contributes one word 0xffff for each address, which is zero in ones' complement
    /// arithmetic. So the IPv6 pseudo-header (RFC 8200 §8.1) of mapped addresses sums to what the IPv4 one does and
    /// no branch is needed.
    ///
    /// @param length octets of transport header and data, below 2^31
    public static long pseudo(long srcHigh, long srcLow, long dstHigh, long dstLow, int protocol, int length) {
        long sum = (srcHigh & 0xffff_ffffL) + (srcHigh >>> 32) + (srcLow & 0xffff_ffffL) + (srcLow >>> 32);
        sum += (dstHigh & 0xffff_ffffL) + (dstHigh >>> 32) + (dstLow & 0xffff_ffffL) + (dstLow >>> 32);
        return sum + protocol + length;
    }

    /// Folds a partial sum into 16 bits, 0 … 65535; it is 0 only if nothing but zeros was added. Not complemented.
    ///
    /// A message that carries its right checksum folds to 0xffff.
    public static int fold(long sum) {
        // Added to itself with its halves exchanged, the upper half has the sum of both and the lower half's carry.
        int half = (int) (sum + Long.rotateLeft(sum, 32) >>> 32);
        return half + Integer.rotateLeft(half, 16) >>> 16;
    }

    /// The checksum field for a partial sum: its fold, complemented, 0 … 65535.
    public static int finish(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /// Copies `length` octets and adds them to the partial sum. The ranges must not overlap.
    ///
    /// `arraycopy` first and the sum over the destination second: the copy leaves the octets in the nearest cache
    /// and both run vectorised, whereas one loop that does both is not.
    public static long copyAndAdd(long sum, byte[] from, int fromAt, byte[] to, int toAt, int length) {
        System.arraycopy(from, fromAt, to, toAt, length);
        return add(sum, to, toAt, toAt + length);
    }

    /// The checksum field after one 16-bit word of the message changed (RFC 1624 eqn. 3: HC' = ~(~HC + ~m + m')).
    public static int update16(int checksum, int oldWord, int newWord) {
        return finish((~checksum & 0xffffL) + (~oldWord & 0xffffL) + (newWord & 0xffffL));
    }

    /// The checksum field after an aligned 32-bit word of the message changed (RFC 1624 eqn. 3).
    public static int update32(int checksum, int oldWord, int newWord) {
        return finish((~checksum & 0xffffL) + (~oldWord & 0xffff_ffffL) + (newWord & 0xffff_ffffL));
    }

    /// Sums whole 64-bit words in native byte order, as two halves each. C2 makes vectors of this shape of loop,
    /// with half the instructions per octet of one that widens 32-bit words (27 against 50 ns for 1,472 octets); a
    /// loop that adds whole words and carries stays scalar.
    private static long sumNative(byte[] b, int from, int end) {
        long s = 0;
        for (int i = from; i < end; i += 8) {
            long v = (long) NATIVE_LONG.get(b, i);
            s += (v & 0xffff_ffffL) + (v >>> 32);
        }
        return s;
    }

    /// RFC 1071 §2 (B): the sum does not depend on byte order but for a final swap of each word's octets, which in
    /// ones' complement arithmetic is a shift by eight bits; what the sum has above 32 bits makes room for it.
    private static long inNetworkOrder(long nativeSum) {
        return SWAPPED ? (nativeSum & 0xffff_ffffL) + (nativeSum >>> 32) << 8 : nativeSum;
    }
}
