package io.towpath.sctp;

import io.towpath.core.Context;
import io.towpath.core.Network;
import io.towpath.core.PortTable;
import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The endpoints of a host, with the ports and addresses that they are bound to.
final class Endpoints {
    private final Context context;
    private final Network network;
    private final PortTable ports;
    private final List<SctpEndpoint> all = new ArrayList<>();

    Endpoints(Context context, Network network) {
        this.context = context;
        this.network = network;
        this.ports = new PortTable(context.entropy().split("sctp.ports"));
    }

    PortTable ports() {
        return ports;
    }

    /// Makes one: see [SctpLayer#bind].
    SctpEndpoint.Result bind(List<IpAddress> local, int port, SctpConfig config) {
        PortTable.check(port);
        for (IpAddress address : local) {
            if (!network.isLocal(address.high(), address.low())) {
                return new SctpEndpoint.Failed(SctpError.ADDRESS_NOT_AVAILABLE);
            }
        }
        int chosen = port;
        if (port == 0) {
            chosen = ports.ephemeral(0, 0, 0, 0, 0, candidate -> isFree(local, candidate));
            if (chosen == 0) {
                return new SctpEndpoint.Failed(SctpError.NO_PORTS);
            }
        } else if (isClaimed(local, port) || !isFree(local, port)) {
            return new SctpEndpoint.Failed(SctpError.ADDRESS_IN_USE);
        }
        ports.hold(chosen);
        var endpoint = new SctpEndpoint(local, chosen, config);
        all.add(endpoint);
        return new SctpEndpoint.Bound(endpoint);
    }

    private boolean isClaimed(List<IpAddress> local, int port) {
        if (local.isEmpty()) {
            return ports.isClaimed(null, port);
        }
        for (IpAddress each : local) {
            if (ports.isClaimed(each, port)) {
                return true;
            }
        }
        return false;
    }

    private boolean isFree(List<IpAddress> local, int port) {
        for (SctpEndpoint each : all) {
            if (each.localPort() == port && each.overlaps(local)) {
                return false;
            }
        }
        return true;
    }

    /// Adds an address to those that one is bound to: see [SctpLayer#bindAddress].
    @Nullable
    SctpError addAddress(SctpEndpoint endpoint, IpAddress address) {
        if (endpoint.isClosed()) {
            return SctpError.CLOSED;
        }
        if (endpoint.localAddresses().isEmpty() || endpoint.localAddresses().contains(address)) {
            return SctpError.INVALID;
        }
        if (!network.isLocal(address.high(), address.low())) {
            return SctpError.ADDRESS_NOT_AVAILABLE;
        }
        if (!isFree(List.of(address), endpoint.localPort())) {
            return SctpError.ADDRESS_IN_USE;
        }
        List<IpAddress> more = new ArrayList<>(endpoint.localAddresses());
        more.add(address);
        endpoint.localAddresses(more);
        return null;
    }

    /// Takes an address from those that one is bound to: see [SctpLayer#unbindAddress].
    @Nullable
    SctpError removeAddress(SctpEndpoint endpoint, IpAddress address) {
        if (endpoint.isClosed()) {
            return SctpError.CLOSED;
        }
        if (endpoint.localAddresses().size() < 2 || !endpoint.localAddresses().contains(address)) {
            return SctpError.INVALID;
        }
        List<IpAddress> fewer = new ArrayList<>(endpoint.localAddresses());
        fewer.remove(address);
        endpoint.localAddresses(fewer);
        return null;
    }

    /// The one at this port of the address, or of all addresses; null when there is none.
    @Nullable
    SctpEndpoint find(long high, long low, int port) {
        SctpEndpoint found = null;
        for (int i = 0; i < all.size(); i++) {
            SctpEndpoint each = all.get(i);
            if (each.localPort() == port && each.has(high, low) && network.isLocal(high, low)) {
                found = each;
            }
        }
        return found;
    }

    /// The one that is bound to just these addresses, and not closed; null when there is none.
    @Nullable
    SctpEndpoint find(List<IpAddress> bound, int port) {
        SctpEndpoint found = null;
        for (SctpEndpoint each : all) {
            if (each.localPort() == port
                    && !each.isClosed()
                    && each.localAddresses().equals(bound)) {
                found = each;
            }
        }
        return found;
    }

    /// Closes one; its port is free when its last association is gone.
    void close(SctpEndpoint endpoint) {
        if (!endpoint.isClosed()) {
            endpoint.close(context);
        }
        if (endpoint.associationCount() == 0) {
            if (all.remove(endpoint)) {
                ports.release(endpoint.localPort());
            }
        } else {
            endpoint.closesWithLast(true);
        }
    }

    /// Shows every one to `each`, in the order in which they were made.
    void forEach(Consumer<SctpEndpoint> each) {
        List.copyOf(all).forEach(each);
    }
}
