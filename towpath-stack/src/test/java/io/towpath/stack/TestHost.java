package io.towpath.stack;

import io.towpath.core.Context;
import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.core.PacketPool;
import io.towpath.ip.IpConfig;
import io.towpath.wire.MacAddress;
import io.towpath.wire.Prefix;

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
}
