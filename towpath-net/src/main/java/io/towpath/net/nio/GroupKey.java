package io.towpath.net.nio;

import io.towpath.net.shard.DatagramPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.MembershipKey;
import java.nio.channels.MulticastChannel;
import org.jspecify.annotations.Nullable;

/// A channel's membership of a group.
final class GroupKey extends MembershipKey {
    private final Memberships memberships;
    private final DatagramPort port;
    private final InetAddress group;
    private final NetworkInterface named;
    private final int interfaceIndex;
    private final @Nullable InetAddress source;
    private volatile boolean valid = true;

    /// @param port the channel's, which is the member
    /// @param named the interface as the caller named it
    /// @param interfaceIndex the host's own number for it
    GroupKey(
            Memberships memberships,
            DatagramPort port,
            InetAddress group,
            NetworkInterface named,
            int interfaceIndex,
            @Nullable InetAddress source) {
        this.memberships = memberships;
        this.port = port;
        this.group = group;
        this.named = named;
        this.interfaceIndex = interfaceIndex;
        this.source = source;
    }

    DatagramPort port() {
        return port;
    }

    int interfaceIndex() {
        return interfaceIndex;
    }

    /// True for the membership of this group on this interface with this source.
    boolean isFor(InetAddress itsGroup, NetworkInterface itsName, @Nullable InetAddress itsSource) {
        boolean sameSource = source == null ? itsSource == null : source.equals(itsSource);
        return sameSource && group.equals(itsGroup) && named.equals(itsName);
    }

    void invalidate() {
        valid = false;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public void drop() {
        memberships.drop(this);
    }

    @Override
    public MembershipKey block(InetAddress sender) throws IOException {
        if (source != null) {
            throw new IllegalStateException("key is source-specific");
        }
        memberships.block(this, sender);
        return this;
    }

    @Override
    public MembershipKey unblock(InetAddress sender) {
        memberships.unblock(this, sender);
        return this;
    }

    @Override
    public MulticastChannel channel() {
        return memberships.channel();
    }

    @Override
    public InetAddress group() {
        return group;
    }

    @Override
    public NetworkInterface networkInterface() {
        return named;
    }

    @Override
    public @Nullable InetAddress sourceAddress() {
        return source;
    }

    @Override
    public String toString() {
        return "<" + group.getHostAddress() + "," + named.getName()
                + (source == null ? "" : "," + source.getHostAddress()) + ">";
    }
}
