package io.towpath.sctp.handover;

import io.towpath.wire.Bytes;
import io.towpath.wire.Crc32c;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Octets;
import java.util.Arrays;
import java.util.List;

/// Bytes that grow.
final class SavedWriter {
    private byte[] bytes = new byte[256];
    private int at;

    private int take(int n) {
        if (at + n > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(at + n, bytes.length * 2));
        }
        at += n;
        return at - n;
    }

    void u8(int value) {
        int to = take(1);
        bytes[to] = (byte) value;
    }

    void u16(int value) {
        int to = take(2);
        Bytes.put16(bytes, to, value);
    }

    void u32(int value) {
        int to = take(4);
        Bytes.put32(bytes, to, value);
    }

    void u64(long value) {
        int to = take(8);
        Bytes.put64(bytes, to, value);
    }

    void octets(Octets octets) {
        u16(octets.length());
        int to = take(octets.length());
        int ignored = octets.write(bytes, to);
    }

    void address(IpAddress address) {
        u64(address.high());
        u64(address.low());
    }

    void addresses(List<IpAddress> addresses) {
        u16(addresses.size());
        addresses.forEach(this::address);
    }

    /// All of it, with its sum at the end.
    byte[] finish() {
        u32(new Crc32c().of(bytes, 0, at));
        return Arrays.copyOf(bytes, at);
    }
}
