package io.towpath.netty;

import com.sun.nio.sctp.SctpChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.nio.AbstractNioMessageChannel;
import io.netty.channel.sctp.DefaultSctpServerChannelConfig;
import io.netty.channel.sctp.SctpServerChannel;
import io.netty.channel.sctp.SctpServerChannelConfig;
import io.netty.channel.sctp.nio.NioSctpChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Accepts SCTP associations. Netty's own server channel opens the operating system's by itself and cannot be given
/// another one; its channels of associations can.
final class ListeningSctpChannel extends AbstractNioMessageChannel implements SctpServerChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    private final SctpServerChannelConfig config;

    ListeningSctpChannel(com.sun.nio.sctp.SctpServerChannel channel) {
        super(null, channel, SelectionKey.OP_ACCEPT);
        config = new DefaultSctpServerChannelConfig(this, channel);
    }

    @Override
    protected com.sun.nio.sctp.SctpServerChannel javaChannel() {
        return (com.sun.nio.sctp.SctpServerChannel) super.javaChannel();
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public SctpServerChannelConfig config() {
        return config;
    }

    @Override
    public boolean isActive() {
        return isOpen() && !allLocalAddresses().isEmpty();
    }

    // ---- addresses ------------------------------------------------------------------------------------------------

    @Override
    public Set<InetSocketAddress> allLocalAddresses() {
        Set<InetSocketAddress> addresses = new LinkedHashSet<>();
        try {
            for (SocketAddress each : javaChannel().getAllLocalAddresses()) {
                addresses.add((InetSocketAddress) each);
            }
        } catch (IOException closed) {
            // Then it has none.
        }
        return addresses;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        Set<InetSocketAddress> all = allLocalAddresses();
        return all.isEmpty() ? null : all.iterator().next();
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return (InetSocketAddress) super.localAddress();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return null;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return null;
    }

    @Override
    public ChannelFuture bindAddress(InetAddress address) {
        return bindAddress(address, newPromise());
    }

    @Override
    public ChannelFuture bindAddress(InetAddress address, ChannelPromise promise) {
        return change(promise, () -> javaChannel().bindAddress(address));
    }

    @Override
    public ChannelFuture unbindAddress(InetAddress address) {
        return unbindAddress(address, newPromise());
    }

    @Override
    public ChannelFuture unbindAddress(InetAddress address, ChannelPromise promise) {
        return change(promise, () -> javaChannel().unbindAddress(address));
    }

    private interface Change {
        com.sun.nio.sctp.SctpServerChannel run() throws IOException;
    }

    private ChannelFuture change(ChannelPromise promise, Change change) {
        if (!eventLoop().inEventLoop()) {
            eventLoop().execute(() -> {
                ChannelFuture unused = change(promise, change);
            });
            return promise;
        }
        try {
            com.sun.nio.sctp.SctpServerChannel unused = change.run();
            return promise.setSuccess();
        } catch (IOException | RuntimeException failure) {
            return promise.setFailure(failure);
        }
    }

    // ---- life -----------------------------------------------------------------------------------------------------

    @Override
    protected void doBind(SocketAddress local) throws IOException {
        com.sun.nio.sctp.SctpServerChannel unused = javaChannel().bind(local, config.getBacklog());
    }

    @Override
    protected void doClose() throws IOException {
        javaChannel().close();
    }

    @Override
    protected int doReadMessages(List<Object> into) throws IOException {
        SctpChannel accepted = javaChannel().accept();
        if (accepted == null) {
            return 0;
        }
        into.add(new NioSctpChannel(this, accepted));
        return 1;
    }

    // ---- what servers do not do -----------------------------------------------------------------------------------

    @Override
    protected boolean doConnect(SocketAddress remote, @Nullable SocketAddress local) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doFinishConnect() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void doDisconnect() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected boolean doWriteMessage(Object message, ChannelOutboundBuffer waiting) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        throw new UnsupportedOperationException();
    }
}
