package io.towpath.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Network byte order (big-endian) reads and writes at any offset of a `byte[]`.
///
/// Every method throws [IndexOutOfBoundsException] if the field does not lie wholly inside the array; the `check`
/// gates of the headers exist so that this never happens on bytes from a link. Thread-safe as far as the array is.
public final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();

    private Bytes() {}

    /// The octet at `at`, 0 … 255.
    public static int u8(byte[] b, int at) {
        return b[at] & 0xff;
    }

    /// The 16-bit word at `at`, 0 … 65535.
    public static int u16(byte[] b, int at) {
        return (short) SHORT.get(b, at) & 0xffff;
    }

    /// The 32-bit word at `at` as an unsigned number, 0 … 2^32 − 1.
    public static long u32(byte[] b, int at) {
        return (int) INT.get(b, at) & 0xffff_ffffL;
    }

    /// The 32-bit word at `at`, as its bits.
    public static int i32(byte[] b, int at) {
        return (int) INT.get(b, at);
    }

    /// The 64-bit word at `at`, as its bits.
    public static long i64(byte[] b, int at) {
        return (long) LONG.get(b, at);
    }

    /// Writes the low 8 bits of `v`.
    public static void put8(byte[] b, int at, int v) {
        b[at] = (byte) v;
    }

    /// Writes the low 16 bits of `v`.
    public static void put16(byte[] b, int at, int v) {
        SHORT.set(b, at, (short) v);
    }

    /// Writes the 32 bits of `v`.
    public static void put32(byte[] b, int at, int v) {
        INT.set(b, at, v);
    }

    /// Writes the low 32 bits of `v`: for unsigned numbers that are kept in a `long`.
    public static void putU32(byte[] b, int at, long v) {
        INT.set(b, at, (int) v);
    }

    /// Writes the 64 bits of `v`.
    public static void put64(byte[] b, int at, long v) {
        LONG.set(b, at, v);
    }
}
