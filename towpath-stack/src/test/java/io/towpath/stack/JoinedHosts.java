package io.towpath.stack;

import io.towpath.core.Offloads;
import io.towpath.core.Packet;

/// Two hosts on a wire that copies packets from the pool of one to the pool of the other, at once, and allocates
/// nothing: for tests that count bytes.
final class JoinedHosts {
    final TestHost a = new TestHost("a", 1);
    final TestHost b = new TestHost("b", 2);
    private final Interface aEnd;
    private final Interface bEnd;

    /// One packet of so many is lost; 0 for none.
    int loseEvery;

    private int carried;

    /// @param networks in which `a` is 1 and `b` is 2: `10.0.0.%d/24`
    JoinedHosts(int mtu, Offloads offloads, String... networks) {
        aEnd = a.raw(mtu, offloads, addresses(networks, 1));
        bEnd = b.raw(mtu, offloads, addresses(networks, 2));
    }

    private static String[] addresses(String[] networks, int host) {
        String[] addresses = new String[networks.length];
        for (int i = 0; i < networks.length; i++) {
            addresses[i] = networks[i].replace("%d", Integer.toString(host));
        }
        return addresses;
    }

    /// Runs the timers that are due.
    void tick(long now) {
        tick(a, now);
        tick(b, now);
    }

    private static void tick(TestHost host, long now) {
        if (host.stack.deadline() <= now) {
            host.stack.tick(now);
        }
    }

    /// Carries packets until nothing moves at this moment. Whoever uses the hosts looks at his sockets without being
    /// told.
    void settle(long now) {
        boolean moved = true;
        while (moved) {
            moved = a.stack.poll(now) | carry(now, aEnd, b, bEnd) | b.stack.poll(now) | carry(now, bEnd, a, aEnd);
        }
        a.context.signals().discard();
        b.context.signals().discard();
    }

    private boolean carry(long now, Interface from, TestHost to, Interface at) {
        var outbox = from.outbox();
        int n = outbox.size();
        for (int i = 0; i < n; i++) {
            Packet packet = outbox.get(i);
            boolean lost = loseEvery > 0 && ++carried % loseEvery == 0;
            if (!lost) {
                to.stack.input(now, at, to.copy(packet));
            }
            packet.release();
        }
        outbox.removeFirst(n);
        return n > 0;
    }

    /// Packets that neither host gave back.
    long packetsOut() {
        return a.pool.outstanding() + b.pool.outstanding();
    }
}
