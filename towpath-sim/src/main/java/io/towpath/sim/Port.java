package io.towpath.sim;

import io.towpath.core.TxBatch;
import io.towpath.link.Capture;
import io.towpath.link.Impairment;
import io.towpath.link.LinkInfo;
import io.towpath.link.MemoryLink;
import io.towpath.link.RxBatch;
import io.towpath.stack.Interface;
import io.towpath.stack.InterfaceConfig;
import io.towpath.stack.Stack;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.List;

/// One end of a wire, at a host. The wire survives the host's stack: after a reboot a new interface is put on it.
final class Port {
    private static final int BATCH = 64;

    final SimHost host;
    final String name;
    final MemoryLink memory;
    final Impairment impairment;
    final Sieve sieve;
    final Capture link;
    private List<Prefix> addresses;
    private int mtu;
    private RxBatch arrived;
    private Interface iface;
    private long packetsIn;
    private long packetsOut;
    private long bootedAt; // packetsIn at the last boot

    Port(SimHost host, String name, List<Prefix> addresses, MemoryLink memory, Impairment impairment, Wire wire) {
        this.host = host;
        this.name = name;
        this.addresses = List.copyOf(addresses);
        this.memory = memory;
        this.impairment = impairment;
        this.mtu = memory.info().mtu();
        this.sieve = new Sieve(impairment);
        this.link = new Capture(sieve, (now, outbound, b, at, end, meta) -> {
            if (outbound) {
                packetsOut++;
            } else {
                packetsIn++;
            }
            wire.passed(this, now, outbound, b, at, end, meta);
        });
        arrived = new RxBatch(BATCH, host.context().pool());
        iface = plugInto(host.stack());
    }

    /// Makes the interface for a fresh stack.
    void plug(Stack stack) {
        packetsOut -= iface.outbox().size(); // shown, but gone with the old stack
        bootedAt = packetsIn;
        arrived = new RxBatch(BATCH, host.context().pool());
        iface = plugInto(stack);
    }

    private Interface plugInto(Stack stack) {
        LinkInfo info = memory.info();
        var made = stack.addInterface(name, new InterfaceConfig(info.medium(), mtu, info.offloads(), null));
        addresses.forEach(made::addAddress);
        return made;
    }

    /// One more address from now on.
    void addAddress(Prefix address) {
        List<Prefix> more = new ArrayList<>(addresses);
        more.add(address);
        addresses = List.copyOf(more);
        iface.addAddress(address);
    }

    /// An address is gone.
    void removeAddress(Prefix address) {
        List<Prefix> fewer = new ArrayList<>(addresses);
        fewer.remove(address);
        addresses = List.copyOf(fewer);
        iface.removeAddress(address.address());
    }

    /// The largest packet that the interface sends; from the next plug on.
    void mtu(int bytes) {
        mtu = bytes;
    }

    int mtu() {
        return iface.mtu();
    }

    List<Prefix> addresses() {
        return addresses;
    }

    Interface iface() {
        return iface;
    }

    long packetsIn() {
        return packetsIn;
    }

    long packetsInSinceBoot() {
        return packetsIn - bootedAt;
    }

    long packetsOut() {
        return packetsOut;
    }

    /// Hands what arrived to the stack.
    ///
    /// @return true when something did, or when the wire let go what it held back for the other host
    boolean receive(long now) {
        boolean any = link.deadline() <= now;
        boolean full;
        do {
            link.receive(now, arrived);
            full = arrived.isFull();
            for (int i = 0; i < arrived.size(); i++) {
                host.stack().input(now, iface, arrived.get(i));
                any = true;
            }
            arrived.clear();
        } while (full);
        return any;
    }

    /// Hands what the stack wants to send to the wire.
    ///
    /// @return true when something left
    boolean transmit(long now) {
        TxBatch outbox = iface.outbox();
        return link.transmit(now, outbox) > 0;
    }

    /// When it wants to be looked at: at once when a packet lies in the memory link for this end.
    long deadline() {
        return memory.held() > 0 ? 0 : link.deadline();
    }
}
