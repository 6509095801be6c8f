package io.towpath.sim;

import io.towpath.core.Context;
import io.towpath.link.Link;
import io.towpath.link.RxBatch;
import io.towpath.stack.Interface;
import io.towpath.stack.InterfaceConfig;
import io.towpath.stack.Stack;
import io.towpath.stack.StackConfig;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.Prefix;

/// A stack on one link, driven by its user with nothing in between. For measuring what the engine can do.
///
/// Single owner.
public final class DirectStack {
    private final Stack stack;
    private final Interface iface;
    private final Link link;
    private final RxBatch arrived;

    /// A stack that nobody drives yet.
    ///
    /// @param name the host's
    /// @param address of the host, with the prefix length of its network
    /// @param link that carries IP packets; it stays the caller's
    /// @param tcp how connections behave
    /// @param batch how many packets are taken from the link at once
    public DirectStack(String name, Prefix address, Link link, TcpConfig tcp, Context context, int batch) {
        this.link = link;
        stack = new Stack(StackConfig.defaults(name).withTcp(tcp), context);
        var config = InterfaceConfig.rawIp(link.info().mtu())
                .withOffloads(link.info().offloads());
        iface = stack.addInterface(link.info().name(), config);
        iface.addAddress(address);
        arrived = new RxBatch(batch, context.pool());
    }

    /// The stack.
    public Stack stack() {
        return stack;
    }

    /// Takes what arrived, one batch at the most.
    ///
    /// @param now nanoseconds; must not go back
    /// @return true when anything did
    public boolean receive(long now) {
        int came = link.receive(now, arrived);
        for (int i = 0; i < came; i++) {
            stack.input(now, iface, arrived.get(i));
        }
        arrived.clear();
        return came > 0;
    }

    /// Runs the timers that are due and sends what can be sent. Signals of sockets are thrown away: the user is here,
    /// and looks at them.
    ///
    /// @param now nanoseconds; must not go back
    /// @return true when the link took anything
    public boolean send(long now) {
        stack.tick(now);
        boolean left = false;
        boolean more;
        do {
            more = stack.poll(now);
            boolean taken = link.transmit(now, iface.outbox()) > 0;
            left |= taken;
            more &= taken;
        } while (more);
        stack.context().signals().discard();
        return left;
    }
}
