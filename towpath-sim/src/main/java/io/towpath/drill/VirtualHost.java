package io.towpath.drill;

import io.towpath.core.Context;
import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.stack.Interface;
import io.towpath.stack.InterfaceConfig;
import io.towpath.stack.Stack;
import io.towpath.stack.StackConfig;
import io.towpath.tcp.TcpConfig;
import io.towpath.wire.Ip4Address;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayDeque;

/// The host that a script meets: one stack, one interface without a link behind it, and a clock that jumps.
/// What the host sends is kept with its moment until the script asks.
final class VirtualHost {
    /// A host whose clock does not move cannot be right.
    private static final int TURNS_MAX = 100_000;

    /// A script begins at a moment that is not the beginning of time.
    static final long BEGIN = Time.SECOND;

    private final Stack stack;
    private final Interface link;
    private final ArrayDeque<Sent> sent = new ArrayDeque<>();
    private Runnable afterTurn = () -> {};
    private long now = BEGIN;
    private int turnsAtOnce;

    /// A packet that the host sent, and when.
    static final class Sent {
        final long at;

        /// From the IP header on.
        final byte[] bytes;

        Sent(long at, byte[] bytes) {
            this.at = at;
            this.bytes = bytes;
        }
    }

    VirtualHost(IpAddress address, int mtu, TcpConfig tcp) {
        var context = Context.of(new PacketPool(), Entropy.seeded(1));
        stack = new Stack(StackConfig.defaults("drill").withTcp(tcp), context);
        link = stack.addInterface("tun0", InterfaceConfig.rawIp(mtu));
        link.addAddress(Prefix.parse(address + (isIp4(address) ? "/16" : "/64")));
        stack.addRoute(Prefix.parse(isIp4(address) ? "0.0.0.0/0" : "::/0"), link, null, 0);
    }

    static boolean isIp4(IpAddress address) {
        return address instanceof Ip4Address;
    }

    Stack stack() {
        return stack;
    }

    long now() {
        return now;
    }

    int mtu() {
        return link.mtu();
    }

    /// What is to be done whenever the host has done all it can at a moment.
    void afterTurn(Runnable task) {
        afterTurn = task;
    }

    /// What the host sent and nobody has looked at yet, oldest first.
    ArrayDeque<Sent> sent() {
        return sent;
    }

    /// Hands the host a packet.
    ///
    /// @param first what happens before the host sends anything in answer
    void input(byte[] bytes, Runnable first) {
        Packet packet = stack.context().pool().take(bytes.length);
        System.arraycopy(bytes, 0, packet.bytes, packet.at, bytes.length);
        packet.end = packet.at + bytes.length;
        stack.input(now, link, packet);
        first.run();
        turn();
    }

    /// Lets the host do all it can at this moment, then those who wait for it, then the host again.
    void turn() {
        settle();
        afterTurn.run();
        settle();
    }

    /// Lets the host send what it can at this moment, and nobody look at it.
    void poll() {
        settle();
    }

    private void settle() {
        boolean more = true;
        for (int i = 0; more; i++) {
            if (i > TURNS_MAX) {
                throw new IllegalStateException("the host never rests");
            }
            more = stack.poll(now);
            more |= takeOut();
        }
        stack.context().signals().discard();
    }

    private boolean takeOut() {
        TxBatch outbox = link.outbox();
        int count = outbox.size();
        for (int i = 0; i < count; i++) {
            Packet packet = outbox.get(i);
            sent.add(new Sent(now, packet.toBytes()));
            packet.release();
        }
        outbox.clear();
        return count > 0;
    }

    /// Lets time pass up to `moment`.
    void advance(long moment) {
        while (step(moment)) {
            // goes on
        }
        now = Math.max(now, moment);
    }

    /// Lets time pass to the host's next deadline, but not beyond `moment`.
    ///
    /// @return false when no deadline comes until then: time stands still
    boolean step(long moment) {
        long deadline = stack.deadline();
        if (deadline > moment) {
            return false;
        }
        if (deadline <= now && ++turnsAtOnce > TURNS_MAX) {
            throw new IllegalStateException("the host's clock never moves on");
        }
        if (deadline > now) {
            turnsAtOnce = 0;
            now = deadline;
        }
        stack.tick(now);
        turn();
        return true;
    }
}
