package io.towpath.net.sctp.port;

import io.towpath.net.shard.Shard;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.wire.IpAddress;
import java.net.SocketException;
import java.util.List;

/// An endpoint that neither listens nor has an association: it is to have one.
public final class BoundPort {
    private final Shard shard;
    private final SctpEndpoint endpoint;

    private BoundPort(Shard shard, SctpEndpoint endpoint) {
        this.shard = shard;
        this.endpoint = endpoint;
    }

    /// Binds an endpoint.
    ///
    /// @param local own addresses, empty for all
    /// @param port 0 for any free one
    /// @throws SocketException when the port or an address cannot be used
    public static BoundPort open(Shard shard, List<IpAddress> local, int port, SctpConfig config)
            throws SocketException {
        SctpEndpoint.Result result = SctpWork.on(shard, (now, sctp) -> sctp.bind(now, local, port, config));
        return switch (result) {
            case SctpEndpoint.Bound(SctpEndpoint endpoint) -> new BoundPort(shard, endpoint);
            case SctpEndpoint.Failed(SctpError error) -> throw SctpFaults.of(error);
        };
    }

    /// Its port.
    public int port() {
        return endpoint.localPort();
    }

    /// The addresses it is bound to, or all of the host.
    public List<IpAddress> addresses() throws SocketException {
        return SctpWork.on(shard, (now, sctp) -> sctp.addresses(endpoint.localAddresses()));
    }

    /// Binds it to one more address, or one less.
    ///
    /// @throws SocketException when that cannot be
    public void change(IpAddress address, boolean add) throws SocketException {
        SctpWork.demand(
                shard,
                (now, sctp) ->
                        add ? sctp.bindAddress(now, endpoint, address) : sctp.unbindAddress(now, endpoint, address));
    }

    /// Begins its association, with which it ends.
    ///
    /// @param remote the peer's addresses, the one to begin with first
    /// @throws SocketException when it cannot be begun
    public AssociationPort connect(List<IpAddress> remote, int port, SctpConfig config) throws SocketException {
        return AssociationPort.open(shard, (now, sctp) -> {
            Association.Result result = sctp.connect(now, endpoint, remote, port, config);
            sctp.release(now, endpoint);
            return result;
        });
    }

    /// Frees the port.
    public void close() {
        try {
            boolean ignored = SctpWork.on(shard, (now, sctp) -> {
                sctp.release(now, endpoint);
                return true;
            });
        } catch (SocketException dead) {
            // Then nobody holds any port.
        }
    }
}
