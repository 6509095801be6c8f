package io.towpath.net.name;

import io.towpath.net.shard.InetAddresses;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which host has which name. RFC 6761 §6.2 reserves `test.` for such use: no name of the Internet is hidden.
public final class HostNames {
    /// Those of this JVM.
    public static final HostNames OF_THIS_JVM = new HostNames();

    private static final String DOMAIN = ".towpath.test";

    /// A host: who it is, its full name, and where its addresses are to be had.
    private record Named(Object host, String name, Supplier<List<Prefix>> addresses) {}

    private final List<Named> hosts = new CopyOnWriteArrayList<>();

    HostNames() {}

    /// Has `label.towpath.test` lead to the addresses of `host` from now on. The first of two with one name wins.
    ///
    /// @param label the host's name for people, of which upper and lower case are the same
    public void add(Object host, String label, Supplier<List<Prefix>> addresses) {
        remove(host);
        hosts.add(new Named(host, label.toLowerCase(Locale.ROOT) + DOMAIN, addresses));
    }

    /// Undoes [#add].
    public void remove(Object host) {
        hosts.removeIf(each -> each.host() == host);
    }

    /// The addresses of the host with this name; null when there is none.
    @Nullable
    Stream<InetAddress> addresses(String name, LookupPolicy policy) {
        String wanted = name.toLowerCase(Locale.ROOT);
        String full = wanted.endsWith(".") ? wanted.substring(0, wanted.length() - 1) : wanted;
        for (Named each : hosts) {
            if (each.name().equals(full)) {
                return ordered(each.addresses().get(), policy).map(address -> inet(name, address));
            }
        }
        return null;
    }

    /// With the name that was asked for, as the JDK's own have it.
    private static InetAddress inet(String name, IpAddress address) {
        try {
            return InetAddress.getByAddress(name, InetAddresses.inet(address).getAddress());
        } catch (UnknownHostException e) {
            throw new AssertionError(e); // only for a wrong number of bytes
        }
    }

    private static Stream<IpAddress> ordered(List<Prefix> prefixes, LookupPolicy policy) {
        int wish = policy.characteristics();
        boolean ip4 = (wish & LookupPolicy.IPV4) != 0;
        boolean ip6 = (wish & LookupPolicy.IPV6) != 0;
        Stream<IpAddress> all = prefixes.stream().map(Prefix::address).filter(each -> each.isIp4() ? ip4 : ip6);
        if ((wish & LookupPolicy.IPV4_FIRST) != 0) {
            all = all.sorted((a, b) -> Boolean.compare(b.isIp4(), a.isIp4()));
        } else if ((wish & LookupPolicy.IPV6_FIRST) != 0) {
            all = all.sorted((a, b) -> Boolean.compare(a.isIp4(), b.isIp4()));
        }
        return all;
    }

    /// The name of the host with this address; null when there is none.
    @Nullable
    String name(IpAddress address) {
        for (Named each : hosts) {
            for (Prefix own : each.addresses().get()) {
                if (own.address().equals(address)) {
                    return each.name();
                }
            }
        }
        return null;
    }
}
