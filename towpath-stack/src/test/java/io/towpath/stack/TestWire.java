package io.towpath.stack;

import io.towpath.core.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Interfaces of real hosts joined to one link: what one sends all others receive, at once and in order.
public final class TestWire {
    private record End(TestHost host, Interface at) {}

    private final List<End> ends = new ArrayList<>();
    /// Every frame that crossed the wire.
    public final List<byte[]> frames = new ArrayList<>();
    /// Frames that do not pass this are lost.
    public Predicate<byte[]> passes = frame -> true;

    public TestWire join(TestHost host, Interface at) {
        ends.add(new End(host, at));
        return this;
    }

    /// Polls all hosts and carries frames until nothing moves any more.
    public void settle(long now) {
        for (int round = 0; round < 10_000; round++) {
            boolean moved = false;
            for (End end : ends) {
                while (end.host.stack.poll(now)) {
                    moved |= carry(now, end);
                }
                moved |= carry(now, end);
            }
            if (!moved) {
                return;
            }
        }
        throw new AssertionError("the wire does not come to rest");
    }

    private boolean carry(long now, End from) {
        var outbox = from.at.outbox();
        int n = outbox.size();
        for (int i = 0; i < n; i++) {
            Packet packet = outbox.get(i);
            byte[] frame = packet.toBytes();
            packet.release();
            frames.add(frame);
            if (passes.test(frame)) {
                for (End to : ends) {
                    if (to != from) {
                        to.host.stack.input(now, to.at, packet(to.host, frame));
                    }
                }
            }
        }
        outbox.removeFirst(n);
        return n > 0;
    }

    /// A packet of the host's pool with these bytes.
    public static Packet packet(TestHost host, byte[] frame) {
        Packet packet = host.pool.take(frame.length);
        System.arraycopy(frame, 0, packet.bytes, packet.at, frame.length);
        packet.end = packet.at + frame.length;
        return packet;
    }
}
