package io.towpath.link.tun;

import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.link.Checksums;
import io.towpath.link.Coalescer;
import io.towpath.link.Headers;
import io.towpath.link.Link;
import io.towpath.link.LinkInfo;
import io.towpath.link.RxBatch;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.IpProtocol;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A TUN device: what the kernel routes to the interface is received here, what is transmitted here the kernel
/// receives from the interface. Raw IP, no link-layer header.
///
/// Where the kernel can (`IFF_VNET_HDR`) both sides leave checksums and segmentation to each other, so that one
/// system call moves up to 64 KiB of a TCP stream: packet by packet the system calls are the bottleneck.
///
/// The interface exists as long as the link is open. It comes up without addresses and down: [TunSetup] changes that.
public final class TunLink implements Link {
    private static final String DEVICE = "/dev/net/tun";
    private static final int NAME_MAX = 15;

    // linux/if.h, linux/if_tun.h; the request numbers are the same on x86-64 and aarch64.
    private static final int IFREQ_BYTES = 40;
    private static final int IFREQ_FLAGS_AT = 16;
    private static final short IFF_TUN = 0x0001;
    private static final short IFF_NO_PI = 0x1000;
    private static final short IFF_VNET_HDR = 0x4000;
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final long TUNSETVNETHDRSZ = 0x400454d8L;
    private static final long TUN_F_CSUM = 0x01;
    private static final long TUN_F_TSO4 = 0x02;
    private static final long TUN_F_TSO6 = 0x04;

    private static final int CWR = 0x80;

    private final Posix posix;
    private final int fd;
    private final LinkInfo info;
    private final int vnetBytes;
    private final int readMax;
    private final Counters counters = new Counters();
    private final Headers headers = new Headers();
    private final Coalescer coalescer = new Coalescer(Medium.RAW_IP);
    private boolean blocked;
    private boolean closed;

    private TunLink(Posix posix, int fd, String name, int mtu, boolean vnet) {
        this.posix = posix;
        this.fd = fd;
        this.vnetBytes = vnet ? VnetHeader.BYTES : 0;
        this.readMax = vnet ? PacketPool.LARGE : mtu;
        Offloads offloads = vnet ? new Offloads(true, 65_535) : Offloads.NONE;
        this.info = new LinkInfo(name, Medium.RAW_IP, mtu, offloads);
    }

    /// Creates the interface, or attaches to a persistent one of this name.
    ///
    /// @param name at most 15 characters; `%d` in it stands for a number that the kernel chooses
    /// @param mtu largest IP packet in bytes, 68 to 65,535; the kernel's side is set by [TunSetup]
    /// @param offload true to leave checksums and segmentation to each other where the kernel can
    /// @throws TunException when the name cannot be one, the device is missing, permission is missing, or the name
    ///     is in use
    public static TunLink open(String name, int mtu, boolean offload) throws TunException {
        if (name.isEmpty() || name.length() > NAME_MAX || !name.matches("[!-~&&[^/:]]+") || name.startsWith(".")) {
            throw new TunException(
                    "'" + name + "' cannot be an interface name: 1 to 15 visible ASCII characters without '/' and ':'",
                    "");
        }
        Posix posix = new Posix();
        if (offload) {
            TunLink link = create(posix, name, mtu, true);
            if (link != null) {
                return link;
            }
        }
        TunLink link = create(posix, name, mtu, false);
        if (link == null) {
            throw TunException.create(name, Errno.EINVAL);
        }
        return link;
    }

    /// Null when the kernel says EINVAL: to an interface of this name that is something else, or to the offload.
    private static @Nullable TunLink create(Posix posix, String name, int mtu, boolean vnet) throws TunException {
        int fd = posix.open(DEVICE, Posix.O_RDWR | Posix.O_NONBLOCK | Posix.O_CLOEXEC);
        if (fd < 0) {
            throw TunException.open(name, -fd);
        }
        MemorySegment ifreq = posix.allocate(IFREQ_BYTES, 8);
        ifreq.setString(0, name);
        short flags = (short) (IFF_TUN | IFF_NO_PI | (vnet ? IFF_VNET_HDR : 0));
        ifreq.set(ValueLayout.JAVA_SHORT, IFREQ_FLAGS_AT, flags);
        int result = posix.ioctl(fd, TUNSETIFF, ifreq);
        if (result < 0) {
            posix.closeDescriptor(fd);
            if (result == -Errno.EINVAL) {
                return null;
            }
            throw TunException.create(name, -result);
        }
        if (vnet && !offload(posix, fd)) {
            posix.closeDescriptor(fd);
            return null;
        }
        return new TunLink(posix, fd, ifreq.getString(0), mtu, vnet);
    }

    private static boolean offload(Posix posix, int fd) {
        MemorySegment size = posix.allocate(4, 4);
        size.set(ValueLayout.JAVA_INT, 0, VnetHeader.BYTES);
        return posix.ioctl(fd, TUNSETVNETHDRSZ, size) >= 0
                && posix.ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6) >= 0;
    }

    @Override
    public LinkInfo info() {
        return info;
    }

    /// The descriptor, for [PollDriver]; −1 once closed.
    int descriptor() {
        return closed ? -1 : fd;
    }

    /// True when the last [#transmit] found the device full.
    boolean isBlocked() {
        return blocked;
    }

    /// Reads until the kernel has nothing more. A packet is read into a large buffer, because its size is not
    /// known before; a small one is then copied into a small packet, so that a queue of them holds little memory.
    @Override
    public int receive(long now, RxBatch into) {
        if (closed || into.isFull()) {
            return 0;
        }
        int before = into.size();
        PacketPool pool = into.pool();
        Packet spare = pool.take(readMax);
        int from = Packet.HEADROOM - vnetBytes;
        while (!into.isFull()) {
            int n = posix.read(fd, PacketMemory.of(spare, from), vnetBytes + readMax);
            if (n < 0) {
                // Nothing more for now, or the interface is down or gone.
                break;
            }
            int length = n - vnetBytes;
            if (length <= 0) {
                counters.dropped(Drop.TRUNCATED);
                continue;
            }
            Packet packet = spare;
            if (readMax > PacketPool.SMALL && length <= PacketPool.SMALL) {
                packet = pool.take(length);
                System.arraycopy(spare.bytes, from, packet.bytes, from, n);
            } else {
                spare = pool.take(readMax);
            }
            packet.end = Packet.HEADROOM + length;
            packet.timeAt = now;
            readVnetHeader(packet);
            into.add(packet);
        }
        spare.release();
        if (vnetBytes == 0) {
            // The kernel did not join segments for us.
            coalescer.merge(into, before);
        }
        return into.size() - before;
    }

    private void readVnetHeader(Packet packet) {
        if (vnetBytes == 0) {
            return;
        }
        byte[] b = packet.bytes;
        int at = packet.at - vnetBytes;
        // A checksum that the kernel left open (NEEDS_CSUM) was not damaged on any wire: as good as a checked one.
        packet.checksumVerified = (VnetHeader.flags(b, at) & (VnetHeader.NEEDS_CSUM | VnetHeader.DATA_VALID)) != 0;
        int gso = VnetHeader.gsoType(b, at);
        packet.segmentBytes =
                gso == VnetHeader.GSO_TCP4 || gso == VnetHeader.GSO_TCP6 ? VnetHeader.segmentBytes(b, at) : 0;
    }

    @Override
    public int transmit(long now, TxBatch from) {
        blocked = false;
        int taken = 0;
        while (taken < from.size() && send(from.get(taken))) {
            taken++;
        }
        from.removeFirst(taken);
        return taken;
    }

    /// False when the device is full; the packet is then still the batch's.
    private boolean send(Packet packet) {
        if (closed) {
            drop(packet, Drop.LINK_DOWN);
            return true;
        }
        if (!info.fits(packet.length(), packet.segmentBytes) || packet.at < vnetBytes) {
            drop(packet, Drop.TOO_BIG);
            return true;
        }
        if (vnetBytes > 0) {
            writeVnetHeader(packet);
        } else {
            Checksums.settle(packet, Medium.RAW_IP, headers);
        }
        MemorySegment memory = PacketMemory.of(packet, packet.at - vnetBytes);
        int result;
        do {
            result = posix.write(fd, memory, packet.length() + vnetBytes);
        } while (result == -Errno.EINTR);
        if (result == -Errno.EAGAIN) {
            blocked = true;
            return false;
        }
        if (result < 0) {
            drop(packet, reason(-result));
        } else {
            packet.release();
        }
        return true;
    }

    private static Drop reason(int errno) {
        return switch (errno) {
            case Errno.EINVAL -> Drop.BAD_IP_HEADER;
            case Errno.ENOMEM, Errno.ENOBUFS -> Drop.TX_QUEUE_FULL;
            default -> Drop.LINK_DOWN;
        };
    }

    private void writeVnetHeader(Packet packet) {
        byte[] b = packet.bytes;
        int at = packet.at - VnetHeader.BYTES;
        boolean open = packet.checksumAt != 0 || packet.checksumVerified;
        if ((!open && packet.segmentBytes == 0) || !headers.read(packet, Medium.RAW_IP)) {
            VnetHeader.writePlain(b, at);
            return;
        }
        int checksumAt = headers.checksumAt(b);
        int transportAt = headers.transportAt();
        boolean unused = headers.protocol() == IpProtocol.UDP && headers.isIp4() && Bytes.u16(b, checksumAt) == 0;
        if (checksumAt == 0 || unused) {
            VnetHeader.writePlain(b, at);
            return;
        }
        if (packet.checksumAt == 0) {
            long pseudo = headers.pseudoSum(b, headers.end() - transportAt);
            Bytes.put16(b, checksumAt, InternetChecksum.fold(pseudo));
        }
        VnetHeader.writeChecksum(b, at, transportAt - packet.at, checksumAt - transportAt);
        if (packet.segmentBytes > 0 && headers.isTcp(b)) {
            int headerBytes = transportAt + headers.tcpHeaderBytes(b) - packet.at;
            if (headers.end() - packet.at - headerBytes > packet.segmentBytes) {
                int type = headers.isIp4() ? VnetHeader.GSO_TCP4 : VnetHeader.GSO_TCP6;
                int ecn = (Bytes.u8(b, transportAt + 13) & CWR) != 0 ? VnetHeader.GSO_ECN : 0;
                VnetHeader.addSegmentation(b, at, type | ecn, headerBytes, packet.segmentBytes);
            }
        }
    }

    private void drop(Packet packet, Drop reason) {
        counters.dropped(reason);
        packet.release();
    }

    @Override
    public long deadline() {
        return Time.NEVER;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    /// Always 0: what the kernel holds is not counted.
    @Override
    public int held() {
        return 0;
    }

    /// Closes the descriptor; the interface vanishes with it unless it is persistent.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            posix.closeDescriptor(fd);
        }
    }
}
