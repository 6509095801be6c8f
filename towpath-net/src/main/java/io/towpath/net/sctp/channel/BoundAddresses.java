package io.towpath.net.sctp.channel;

import com.sun.nio.sctp.IllegalUnbindException;
import io.towpath.net.shard.InetAddresses;
import io.towpath.wire.IpAddress;
import java.net.InetAddress;
import java.nio.channels.AlreadyBoundException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks of `bindAddress` and `unbindAddress`, alike for all channels.
final class BoundAddresses {
    private BoundAddresses() {}

    /// The address, when it is one that can be bound or unbound.
    ///
    /// @throws IllegalArgumentException when it is null or the wildcard address
    static IpAddress one(@Nullable InetAddress address) {
        if (address == null) {
            throw new IllegalArgumentException("no address");
        }
        if (address.isAnyLocalAddress()) {
            throw new IllegalArgumentException("Cannot add or remove the wildcard address");
        }
        return InetAddresses.of(address);
    }

    /// The addresses to bind to: none for the wildcard address.
    static List<IpAddress> list(InetAddress address) {
        IpAddress one = InetAddresses.local(address);
        return one == null ? List.of() : List.of(one);
    }

    /// @param wildcard whether the channel is bound to all addresses
    /// @param bound those it is bound to
    /// @throws IllegalStateException when it is bound to all: then there is nothing to add or to take away
    /// @throws AlreadyBoundException when it is to be added and there already
    /// @throws IllegalUnbindException when it is to be taken away and not there, or the last
    static void check(boolean wildcard, List<IpAddress> bound, IpAddress address, boolean add) {
        if (wildcard) {
            throw new IllegalStateException(
                    "Cannot add or remove addresses from a channel that is bound to the wildcard address");
        }
        if (add) {
            if (bound.contains(address)) {
                throw new AlreadyBoundException();
            }
        } else if (!bound.contains(address)) {
            throw new IllegalUnbindException("Cannot remove address from a channel that is not bound to that address");
        } else if (bound.size() < 2) {
            throw new IllegalUnbindException("Cannot remove address from a channel with only one address bound");
        }
    }
}
