package io.towpath.sctp.handover;

import io.towpath.wire.Bytes;
import io.towpath.wire.Crc32c;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads bytes that may be anything: whatever they say, nothing is read beyond their end, and no more memory is
/// taken than they could fill.
final class SavedReader {
    private static final int SUM = 4;
    private static final int ADDRESS = 16;

    private final byte[] bytes;
    private final int end;
    private int at;

    SavedReader(byte[] bytes) {
        this.bytes = bytes;
        this.end = Math.max(0, bytes.length - SUM);
    }

    /// The sum at the end must be right.
    void checkSum() {
        if (Bytes.i32(bytes, end) != new Crc32c().of(bytes, 0, end)) {
            throw SavedRules.wrong("its bytes are damaged or not all there");
        }
    }

    private int take(int n) {
        if (n > end - at) {
            throw SavedRules.wrong("it ends too early");
        }
        at += n;
        return at - n;
    }

    int u8() {
        return Bytes.u8(bytes, take(1));
    }

    int u16() {
        return Bytes.u16(bytes, take(2));
    }

    int u32() {
        return Bytes.i32(bytes, take(4));
    }

    long u64() {
        return Bytes.i64(bytes, take(8));
    }

    Octets octets() {
        int length = u16();
        int from = take(length);
        return Octets.of(bytes, from, from + length);
    }

    IpAddress address() {
        return IpAddress.read6(bytes, take(ADDRESS));
    }

    List<IpAddress> addresses() {
        return list(ADDRESS, this::address);
    }

    /// A list of things of at least `least` bytes each.
    <T> List<T> list(int least, Supplier<T> read) {
        int count = u16();
        if (count > (end - at) / least) {
            throw SavedRules.wrong("it ends too early");
        }
        List<T> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(read.get());
        }
        return all;
    }

    <T> @Nullable T atMostOne(Supplier<T> read) {
        List<T> all = list(1, read);
        SavedRules.range("what is there at most once", all.size(), 0, 1);
        return all.isEmpty() ? null : all.getFirst();
    }

    /// There must be nothing more.
    void end() {
        if (at != end) {
            throw SavedRules.wrong((end - at) + " bytes too many");
        }
    }
}
