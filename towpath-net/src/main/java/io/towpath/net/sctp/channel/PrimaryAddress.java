package io.towpath.net.sctp.channel;

import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_PRIMARY_ADDR;
import static com.sun.nio.sctp.SctpStandardSocketOptions.SCTP_SET_PEER_PRIMARY_ADDR;

import com.sun.nio.sctp.SctpSocketOption;
import io.towpath.net.nio.Checks;
import io.towpath.net.shard.InetAddresses;
import io.towpath.wire.IpAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/// `SCTP_PRIMARY_ADDR`, which of the peer's addresses is talked to, and `SCTP_SET_PEER_PRIMARY_ADDR`, which of
/// the own addresses the peer is asked to talk to.
final class PrimaryAddress {
    private PrimaryAddress() {}

    /// True for these two options.
    static boolean isMeant(SctpSocketOption<?> name) {
        return name.equals(SCTP_PRIMARY_ADDR) || name.equals(SCTP_SET_PEER_PRIMARY_ADDR);
    }

    /// @throws IllegalArgumentException when `value` is no address
    /// @throws SocketException when there is no association, or it has no such address, or the peer cannot be
    ///     asked
    static void set(SctpSocketOption<?> name, @Nullable HostAssociation association, @Nullable Object value)
            throws SocketException {
        if (!(value instanceof SocketAddress address)) {
            throw new IllegalArgumentException("Invalid option value");
        }
        IpAddress wanted = InetAddresses.of(Checks.address(address).getAddress());
        boolean own = name.equals(SCTP_SET_PEER_PRIMARY_ADDR);
        there(association)
                .port()
                .demand((now, sctp, a) -> own ? sctp.askPrimary(now, a, wanted) : sctp.setPrimary(now, a, wanted));
    }

    /// @throws IllegalArgumentException for `SCTP_SET_PEER_PRIMARY_ADDR`: "this is a set only option"
    /// @throws SocketException when there is no association
    static SocketAddress get(SctpSocketOption<?> name, @Nullable HostAssociation association) throws SocketException {
        if (name.equals(SCTP_SET_PEER_PRIMARY_ADDR)) {
            throw new IllegalArgumentException("SCTP_SET_PEER_PRIMARY_ADDR cannot be retrieved");
        }
        return HostAssociation.primary(there(association).port());
    }

    private static HostAssociation there(@Nullable HostAssociation association) throws SocketException {
        if (association == null) {
            throw new SocketException("Invalid argument: there is no association");
        }
        return association;
    }
}
