package io.towpath.link.tun;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The header that a TUN device with `IFF_VNET_HDR` puts before each packet: `struct virtio_net_hdr` of the virtio
/// specification §5.1.6, in the byte order of the machine.
///
/// ```
///  0        1         2               4               6               8              10
///  +--------+---------+---------------+---------------+---------------+---------------+
///  | flags  | gsoType | header bytes  | segment bytes | csumStart     | csumOffset    |
///  +--------+---------+---------------+---------------+---------------+---------------+
/// ```
final class VnetHeader {
    static final int BYTES = 10;

    /// The checksum must be completed: over everything from csumStart, into the field at csumStart + csumOffset.
    static final int NEEDS_CSUM = 1;

    /// The checksum was checked.
    static final int DATA_VALID = 2;

    static final int GSO_NONE = 0;
    static final int GSO_TCP4 = 1;
    static final int GSO_TCP6 = 4;

    /// Flag beside the GSO type: the segments carry CWR.
    static final int GSO_ECN = 0x80;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder())
            .withInvokeExactBehavior();

    private VnetHeader() {}

    static int flags(byte[] b, int at) {
        return b[at] & 0xff;
    }

    /// The GSO type without the ECN flag.
    static int gsoType(byte[] b, int at) {
        return b[at + 1] & ~GSO_ECN & 0xff;
    }

    static int segmentBytes(byte[] b, int at) {
        return (short) SHORT.get(b, at + 4) & 0xffff;
    }

    /// Nothing left to do for the kernel.
    static void writePlain(byte[] b, int at) {
        for (int i = 0; i < BYTES; i++) {
            b[at + i] = 0;
        }
    }

    /// The kernel completes the checksum. Offsets count from the first byte after this header.
    static void writeChecksum(byte[] b, int at, int csumStart, int csumOffset) {
        writePlain(b, at);
        b[at] = NEEDS_CSUM;
        SHORT.set(b, at + 6, (short) csumStart);
        SHORT.set(b, at + 8, (short) csumOffset);
    }

    /// Adds to [#writeChecksum] that the kernel cuts the packet.
    static void addSegmentation(byte[] b, int at, int gsoType, int headerBytes, int segmentBytes) {
        b[at + 1] = (byte) gsoType;
        SHORT.set(b, at + 2, (short) headerBytes);
        SHORT.set(b, at + 4, (short) segmentBytes);
    }
}
