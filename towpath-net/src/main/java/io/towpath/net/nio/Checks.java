package io.towpath.net.nio;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import java.util.Set;

/// Checks of what callers bring, with the exceptions that channels document.
public final class Checks {
    private Checks() {}

    /// @throws UnsupportedAddressTypeException unless it is an Internet address
    /// @throws UnresolvedAddressException when it has none
    public static InetSocketAddress address(SocketAddress address) {
        Objects.requireNonNull(address);
        if (!(address instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        if (!(inet.getAddress() instanceof Inet4Address) && !(inet.getAddress() instanceof Inet6Address)) {
            throw new IllegalArgumentException("Invalid address type");
        }
        return inet;
    }

    /// @throws UnsupportedOperationException when `option` is not one of `supported`
    public static void option(SocketOption<?> option, Set<SocketOption<?>> supported) {
        Objects.requireNonNull(option);
        if (!supported.contains(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
    }

    /// @throws UnsupportedOperationException unless it is one of the Internet's
    static void family(ProtocolFamily family) {
        Objects.requireNonNull(family, "'family' is null");
        if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
            throw new UnsupportedOperationException("Protocol family not supported");
        }
    }
}
