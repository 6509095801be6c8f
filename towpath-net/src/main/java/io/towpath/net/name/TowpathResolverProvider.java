package io.towpath.net.name;

import io.towpath.net.shard.InetAddresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/// Resolves the names of hosts that were installed by `Towpath.installAsDefault`: `server.towpath.test` for the host
/// that was made by `Towpath.host("server")`, and its addresses back to that name. All other names and addresses are
/// the JDK's matter, as ever. The JDK finds this class by itself.
public final class TowpathResolverProvider extends InetAddressResolverProvider {
    /// For the JDK.
    public TowpathResolverProvider() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new Resolver(HostNames.OF_THIS_JVM, configuration.builtinResolver());
    }

    @Override
    public String name() {
        return "Towpath";
    }

    private record Resolver(HostNames names, InetAddressResolver others) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            Stream<InetAddress> found = names.addresses(host, policy);
            return found != null ? found : others.lookupByName(host, policy);
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            String found = names.name(InetAddresses.of(InetAddress.getByAddress(address)));
            return found != null ? found : others.lookupByAddress(address);
        }
    }
}
