package io.towpath.stack;

import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.ip.IpInterface;
import io.towpath.ip.IpLayer;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.List;

/// One interface of a [Stack], as its driver sees it.
public final class Interface {
    /// How long a link that takes nothing may hold up the transports of the whole host.
    static final long STALL_NANOS = 200 * Time.MILLISECOND;

    private final IpLayer ip;
    private final IpInterface inner;
    private final int needed;
    private long fullSince = Time.NEVER;
    private boolean stalled;

    Interface(IpLayer ip, IpInterface inner, int batchMax, int outboxMax) {
        this.ip = ip;
        this.inner = inner;
        this.needed = Math.min(batchMax, outboxMax);
    }

    /// Its place in the stack and in [io.towpath.core.Packet#interfaceIndex]; 0 is the loopback interface.
    public int index() {
        return inner.index();
    }

    /// Its name.
    public String name() {
        return inner.name();
    }

    /// What lies in front of the IP header.
    public Medium medium() {
        return inner.medium();
    }

    /// The largest IP packet in bytes.
    public int mtu() {
        return inner.mtu();
    }

    /// What the link does for the stack.
    public Offloads offloads() {
        return inner.offloads();
    }

    /// Packets for the link. The driver takes them from the front after each poll.
    public TxBatch outbox() {
        return inner.outbox();
    }

    /// Gives the interface an address and the host a route to its network.
    ///
    /// @param address with its host bits and the length of the network's prefix, like 10.0.0.1/24
    /// @throws IllegalArgumentException when the host has this address already, or it is not a unicast address
    public void addAddress(Prefix address) {
        ip.addAddress(inner, address);
    }

    /// Takes an address off; false when the interface does not have it. Connections that use it find no route any
    /// more.
    public boolean removeAddress(IpAddress address) {
        return ip.removeAddress(inner, address);
    }

    /// Its addresses; immutable.
    public List<Prefix> addresses() {
        return inner.addresses();
    }

    /// Whether it carries packets.
    public boolean isUp() {
        return inner.isUp();
    }

    /// Takes it up or down. What was queued when it goes down is dropped.
    public void setUp(long now, boolean up) {
        ip.setUp(now, inner, up);
    }

    IpInterface inner() {
        return inner;
    }

    /// Whether a batch from a transport fits.
    boolean hasRoom(long now) {
        if (!inner.isUp() || inner.room() >= needed) {
            fullSince = Time.NEVER;
            stalled = false;
            return true;
        }
        if (fullSince == Time.NEVER) {
            fullSince = now;
        }
        stalled = now - fullSince >= STALL_NANOS;
        return false;
    }

    /// Whether it has been full for so long that it no longer holds up the others: what goes there now is dropped.
    boolean isStalled() {
        return stalled;
    }

    /// When it will count as stalled; never when it has room or counts as stalled already.
    long stallAt() {
        return fullSince == Time.NEVER || stalled ? Time.NEVER : fullSince + STALL_NANOS;
    }

    @Override
    public String toString() {
        return inner.toString();
    }
}
