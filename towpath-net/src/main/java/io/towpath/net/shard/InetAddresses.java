package io.towpath.net.shard;

import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/// Addresses of the stack and of the JDK, each as the other.
public final class InetAddresses {
    private InetAddresses() {}

    /// As the stack has it. IPv4-mapped IPv6 addresses are IPv4 addresses.
    public static IpAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? IpAddress.read4(bytes, 0) : IpAddress.read6(bytes, 0);
    }

    /// A local address to bind to: null when it is the wildcard.
    public static @Nullable IpAddress local(InetAddress address) {
        return address.isAnyLocalAddress() ? null : of(address);
    }

    /// Address and port as the stack has them. The wildcard means this host.
    public static Endpoint remote(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        IpAddress ip = of(host);
        if (host.isAnyLocalAddress()) {
            ip = IpAddress.parse(ip.isIp4() ? "127.0.0.1" : "::1");
        }
        return new Endpoint(ip, address.getPort());
    }

    /// As the JDK has it, without a host name; the wildcard for null.
    public static InetAddress inet(@Nullable IpAddress address) {
        if (address == null) {
            return wildcard();
        }
        byte[] bytes = new byte[address.bitLength() / 8];
        address.write(bytes, 0);
        return inet(bytes);
    }

    /// Address and port as the JDK has them.
    public static InetSocketAddress inet(Endpoint endpoint) {
        return new InetSocketAddress(inet(endpoint.address()), endpoint.port());
    }

    /// 0.0.0.0
    public static InetAddress wildcard() {
        return inet(new byte[4]);
    }

    private static InetAddress inet(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
