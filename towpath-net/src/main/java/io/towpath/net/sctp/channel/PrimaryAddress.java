package io.towpath.net.sctp.channel;

import io.towpath.net.nio.Checks;
import io.towpath.net.shard.InetAddresses;
import io.towpath.wire.IpAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// `SCTP_PRIMARY_ADDR`: which of the peer's addresses is talked to.
final class PrimaryAddress {
    private PrimaryAddress() {}

    /// @throws IllegalArgumentException when `value` is no address
    /// @throws SocketException when there is no association, or it is none of the peer's addresses
    static void set(@Nullable HostAssociation association, @Nullable Object value) throws SocketException {
        if (!(value instanceof SocketAddress address)) {
            throw new IllegalArgumentException("Invalid option value");
        }
        IpAddress wanted = InetAddresses.of(Checks.address(address).getAddress());
        there(association).port().demand((now, sctp, a) -> sctp.setPrimary(now, a, wanted));
    }

    /// @throws SocketException when there is no association
    static SocketAddress get(@Nullable HostAssociation association) throws SocketException {
        return HostAssociation.primary(there(association).port());
    }

    private static HostAssociation there(@Nullable HostAssociation association) throws SocketException {
        if (association == null) {
            throw new SocketException("Invalid argument: there is no association");
        }
        return association;
    }
}
