package io.towpath.net.sctp;

import com.sun.nio.sctp.SctpChannel;
import com.sun.nio.sctp.SctpMultiChannel;
import com.sun.nio.sctp.SctpServerChannel;
import io.towpath.net.sctp.channel.AcceptingChannel;
import io.towpath.net.sctp.channel.AssociationChannel;
import io.towpath.net.sctp.channel.EndpointChannel;
import io.towpath.net.shard.Opener;
import io.towpath.sctp.SctpConfig;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;

/// Opens the channels of the JDK's package `com.sun.nio.sctp` on a host: they behave as documented there, and
/// code that knows them changes only its `open()` call. They go with selectors of the same host
/// ([io.towpath.net.Host#selectorProvider]). Needs the module `jdk.sctp`, on whatever system.
///
/// ```java
/// SctpChannel channel = host.sctp().channels().openChannel();     // was: SctpChannel.open()
/// channel.connect(new InetSocketAddress("10.0.0.2", 5000));
/// channel.send(buffer, MessageInfo.createOutgoing(null, 3));
/// ```
public final class SctpChannels {
    private final Opener opener;
    private final SelectorProvider provider;
    private final SctpConfig config;

    SctpChannels(Opener opener, SelectorProvider provider, SctpConfig config) {
        this.opener = opener;
        this.provider = provider;
        this.config = config;
    }

    /// An unbound and unconnected channel: [SctpChannel#open()].
    ///
    /// @throws IOException never now; declared because that of the JDK is, and callers catch it
    public SctpChannel openChannel() throws IOException {
        return new AssociationChannel(provider, opener, config);
    }

    /// A connected channel: [SctpChannel#open(SocketAddress, int, int)].
    ///
    /// @param remote the peer
    /// @param maxOutStreams streams to send on, 0 for the default
    /// @param maxInStreams streams to receive on, 0 for the default
    /// @throws java.nio.channels.UnresolvedAddressException when the address is not resolved
    /// @throws java.nio.channels.UnsupportedAddressTypeException when it is not an Internet address
    /// @throws IOException when it cannot be connected
    public SctpChannel openChannel(SocketAddress remote, int maxOutStreams, int maxInStreams) throws IOException {
        SctpChannel channel = openChannel();
        try {
            boolean ignored = channel.connect(remote, maxOutStreams, maxInStreams);
            return channel;
        } catch (Throwable failure) {
            channel.close();
            throw failure;
        }
    }

    /// An unbound server: [SctpServerChannel#open()].
    ///
    /// @throws IOException never now; declared because that of the JDK is, and callers catch it
    public SctpServerChannel openServerChannel() throws IOException {
        return new AcceptingChannel(provider, opener, config);
    }

    /// An unbound channel for many associations: [SctpMultiChannel#open()].
    ///
    /// @throws IOException never now; declared because that of the JDK is, and callers catch it
    public SctpMultiChannel openMultiChannel() throws IOException {
        return new EndpointChannel(provider, opener, config);
    }

    /// A selector for these channels, and for all others of the host.
    public Selector openSelector() throws IOException {
        return provider.openSelector();
    }
}
