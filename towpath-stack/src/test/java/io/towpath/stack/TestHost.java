package io.towpath.stack;

import io.towpath.core.Context;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Medium;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.ip.IpConfig;
import io.towpath.wire.MacAddress;
import io.towpath.wire.PacketText;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.List;

/// A real host for tests, with its own pool.
public final class TestHost {
    public final PacketPool pool = new PacketPool();
    public final Context context;
    public final Stack stack;

    public TestHost(String name, long seed) {
        this(name, seed, IpConfig.defaults());
    }

    public TestHost(String name, long seed, IpConfig ip) {
        context = Context.of(pool, Entropy.seeded(seed));
        stack = new Stack(StackConfig.defaults(name).withIp(ip), context);
    }

    /// Adds a raw IP interface with these addresses.
    public Interface raw(int mtu, String... addresses) {
        return raw(mtu, Offloads.NONE, addresses);
    }

    public Interface raw(int mtu, Offloads offloads, String... addresses) {
        return addressed(stack.addInterface("if", InterfaceConfig.rawIp(mtu).withOffloads(offloads)), addresses);
    }

    /// Adds an Ethernet interface with these addresses.
    public Interface ethernet(String mac, String... addresses) {
        return addressed(stack.addInterface("eth", InterfaceConfig.ethernet(1500, MacAddress.parse(mac))), addresses);
    }

    private static Interface addressed(Interface to, String... addresses) {
        for (String address : addresses) {
            to.addAddress(Prefix.parse(address));
        }
        return to;
    }

    /// Puts bytes in as if they came from the link behind `at`.
    public void in(long now, Interface at, byte... frame) {
        stack.input(now, at, TestWire.packet(this, frame));
    }

    /// A copy of another host's packet as a link would hand it over, with what its offloads say of it.
    Packet copy(Packet packet) {
        Packet copy = pool.take(packet.length());
        System.arraycopy(packet.bytes, packet.at, copy.bytes, copy.at, packet.length());
        copy.end = copy.at + packet.length();
        copy.segmentBytes = packet.segmentBytes;
        copy.checksumVerified = packet.checksumAt != 0;
        return copy;
    }

    /// Polls until nothing moves and takes what leaves by `at`.
    public List<byte[]> frames(long now, Interface at) {
        List<byte[]> frames = new ArrayList<>();
        boolean more = true;
        while (more) {
            more = stack.poll(now);
            var outbox = at.outbox();
            for (int i = 0; i < outbox.size(); i++) {
                frames.add(outbox.get(i).toBytes());
                outbox.get(i).release();
            }
            more |= !outbox.isEmpty();
            outbox.clear();
        }
        return frames;
    }

    /// What leaves by `at`, in the one-line notation.
    public List<String> out(long now, Interface at) {
        return frames(now, at).stream().map(frame -> text(at, frame)).toList();
    }

    private static String text(Interface at, byte[] frame) {
        return at.medium() == Medium.ETHERNET
                ? PacketText.ofEthernet(frame, 0, frame.length)
                : PacketText.ofIp(frame, 0, frame.length);
    }

    /// How often packets were dropped for `reason`.
    public long drops(Drop reason) {
        return context.counters().get(reason);
    }

    /// Runs the timers at `now`.
    public void tick(long now) {
        stack.tick(now);
    }
}
