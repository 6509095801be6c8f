package io.towpath.net.sctp.port;

import io.towpath.net.shard.Call;
import io.towpath.net.shard.Shard;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpLayer;
import io.towpath.wire.IpAddress;
import java.net.SocketException;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        SctpEndpoint.Result result = new Call<SctpEndpoint.Result>() {
            @Override
            protected SctpEndpoint.Result answer(long now) {
                return shard.stack().sctp().bind(now, local, port, config);
            }
        }.on(shard);
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
        return new Call<List<IpAddress>>() {
            @Override
            protected List<IpAddress> answer(long now) {
                return shard.stack().sctp().addresses(endpoint.localAddresses());
            }
        }.on(shard);
    }

    /// Binds it to one more address, or one less.
    ///
    /// @throws SocketException when that cannot be
    public void change(IpAddress address, boolean add) throws SocketException {
        SctpError error = new Call<@Nullable SctpError>() {
            @Override
            protected @Nullable SctpError answer(long now) {
                SctpLayer sctp = shard.stack().sctp();
                return add ? sctp.bindAddress(now, endpoint, address) : sctp.unbindAddress(now, endpoint, address);
            }
        }.on(shard);
        if (error != null) {
            throw SctpFaults.of(error);
        }
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
            boolean ignored = new Call<Boolean>() {
                @Override
                protected Boolean answer(long now) {
                    shard.stack().sctp().release(now, endpoint);
                    return true;
                }
            }.on(shard);
        } catch (SocketException dead) {
            // Then nobody holds any port.
        }
    }
}
