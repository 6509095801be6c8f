package io.towpath.net.sctp.port;

import io.towpath.net.shard.Driving;
import io.towpath.net.shard.Opened;
import io.towpath.net.shard.Shard;
import io.towpath.net.shard.ShardPort;
import io.towpath.sctp.Association;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.wire.IpAddress;
import java.net.SocketException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A listening endpoint without blocking, whose associations are accepted one by one.
public final class AcceptPort extends ShardPort {
    private final SctpEndpoint endpoint;
    private volatile boolean waiting;

    private AcceptPort(Shard shard, SctpEndpoint endpoint) {
        super(shard);
        this.endpoint = endpoint;
        endpoint.attach(this);
        shard.list(this);
    }

    /// Binds an endpoint and listens.
    ///
    /// @param local own addresses, empty for all
    /// @param port 0 for any free one
    /// @param backlog how many associations may wait to be accepted
    public static AcceptPort open(Shard shard, List<IpAddress> local, int port, int backlog, SctpConfig config)
            throws SocketException {
        Opened<AcceptPort, SctpError> opened =
                SctpWork.on(shard, (now, sctp) -> switch (sctp.bind(now, local, port, config)) {
                    case SctpEndpoint.Bound(SctpEndpoint endpoint) -> {
                        sctp.listen(now, endpoint, backlog);
                        yield new Opened<>(new AcceptPort(shard, endpoint), null);
                    }
                    case SctpEndpoint.Failed(SctpError error) -> new Opened<>(null, error);
                });
        AcceptPort made = opened.socket();
        if (made == null) {
            throw SctpFaults.of(opened.reason());
        }
        return made;
    }

    // ---- the shard's side -----------------------------------------------------------------------------------------

    @Override
    protected void fulfil(long now, int bits) {
        endpoint.attach(null);
        // Stops listening: associations that were accepted go on.
        shard.stack().sctp().release(now, endpoint);
        shard.unlist(this);
    }

    @Override
    protected void onSignals(long now, int bits, Driving driving) {
        waiting = endpoint.acceptable() > 0;
        tell(bits, driving);
    }

    @Override
    protected boolean isListening() {
        return true;
    }

    // ---- the application's side -----------------------------------------------------------------------------------

    /// Its port.
    public int port() {
        return endpoint.localPort();
    }

    /// True when [#poll] would have something, or would throw.
    public boolean canAccept() {
        return waiting || isClosed();
    }

    /// The association that waited longest, null when none waits.
    ///
    /// @throws SocketException when the port is closed
    public @Nullable AssociationPort poll() throws SocketException {
        check();
        return SctpWork.<@Nullable AssociationPort>on(shard, (now, sctp) -> {
            Association a = sctp.accept(now, endpoint);
            waiting = endpoint.acceptable() > 0;
            if (a == null) {
                return null;
            }
            sctp.interleaveParts(now, a, false);
            return new AssociationPort(shard, a);
        });
    }

    /// The addresses it listens on: those it is bound to, or all of the host.
    public List<IpAddress> addresses() throws SocketException {
        return SctpWork.on(shard, (now, sctp) -> sctp.addresses(endpoint.localAddresses()));
    }

    /// Listens on one more address, or one less, for associations to come.
    ///
    /// @throws SocketException when that cannot be
    public void change(IpAddress address, boolean add) throws SocketException {
        SctpWork.demand(
                shard,
                (now, sctp) ->
                        add ? sctp.bindAddress(now, endpoint, address) : sctp.unbindAddress(now, endpoint, address));
    }

    /// Other settings for associations to come.
    public void configure(SctpConfig config) throws SocketException {
        boolean ignored = SctpWork.on(shard, (now, sctp) -> {
            endpoint.config(config);
            return true;
        });
    }

    /// Stops listening. Associations that nobody accepted are aborted; accepted ones go on. Callers that are
    /// blocked must be woken by whoever blocked them. Idempotent.
    @Override
    public void close() {
        super.close();
    }
}
