package io.towpath.tcp;

import io.towpath.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Local ports of sockets that are bound but neither connected nor listening: nobody else shall get them meanwhile.
public final class BoundPorts {
    /// Outcome of a bind.
    public sealed interface Result {}

    /// The port is taken.
    public static final class Bound implements Result {
        private final @Nullable IpAddress local;
        private final int port;
        private final boolean shared;
        private @Nullable TcpConfig answering;

        private Bound(@Nullable IpAddress local, int port, boolean shared) {
            this.local = local;
            this.port = port;
            this.shared = shared;
        }

        /// The address, null for all.
        public @Nullable IpAddress address() {
            return local;
        }

        /// The port.
        public int port() {
            return port;
        }

        /// A RST to a segment for this port, at which nobody listens, has the TTL and the traffic class of
        /// `config`, as FreeBSD has it; null, as at first, for those of the host.
        public void answersAs(@Nullable TcpConfig config) {
            answering = config;
        }
    }

    /// It is not.
    ///
    /// @param error why
    public record Failed(TcpError error) implements Result {}

    private final List<Bound> all = new ArrayList<>();

    /// None yet.
    public BoundPorts() {}

    /// True when a socket on this address (null: all) and port would collide with one that is bound. Two that are
    /// `shared` do not collide.
    public boolean isTaken(@Nullable IpAddress local, int port, boolean shared) {
        for (int i = 0; i < all.size(); i++) {
            Bound each = all.get(i);
            if (each.port == port
                    && !(shared && each.shared)
                    && (local == null || each.local == null || each.local.equals(local))) {
                return true;
            }
        }
        return false;
    }

    /// How a RST from this address and port looks, null for the host's way.
    public @Nullable TcpConfig answering(long high, long low, int port) {
        for (int i = 0; i < all.size(); i++) {
            Bound each = all.get(i);
            IpAddress local = each.local;
            if (each.port == port && (local == null || local.high() == high && local.low() == low)) {
                return each.answering;
            }
        }
        return null;
    }

    /// Adds one.
    public Bound add(@Nullable IpAddress local, int port, boolean shared) {
        Bound added = new Bound(local, port, shared);
        all.add(added);
        return added;
    }

    /// Removes one, if it is there.
    public void remove(Bound bound) {
        all.remove(bound);
    }
}
