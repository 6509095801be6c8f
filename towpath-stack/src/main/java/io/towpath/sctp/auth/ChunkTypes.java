package io.towpath.sctp.auth;

import java.util.ArrayList;
import java.util.List;

/// A set of chunk types. Immutable.
public final class ChunkTypes {
    /// No type.
    public static final ChunkTypes NONE = new ChunkTypes(new long[4]);

    private final long[] bits;

    private ChunkTypes(long[] bits) {
        this.bits = bits;
    }

    /// The same with one more.
    public ChunkTypes with(int type) {
        long[] more = bits.clone();
        more[type >>> 6] |= 1L << type;
        return new ChunkTypes(more);
    }

    /// Whether `type` is one of them.
    public boolean has(int type) {
        return (bits[type >>> 6] & 1L << type) != 0;
    }

    /// Whether there is one besides these two.
    boolean hasOthersThan(int one, int another) {
        for (int type = 0; type <= 0xff; type++) {
            if (type != one && type != another && has(type)) {
                return true;
            }
        }
        return false;
    }

    /// All, in ascending order.
    public List<Integer> toList() {
        List<Integer> types = new ArrayList<>();
        for (int type = 0; type <= 0xff; type++) {
            if (has(type)) {
                types.add(type);
            }
        }
        return types;
    }

    @Override
    public String toString() {
        return toList().toString();
    }
}
