package io.towpath.net.nio;

import io.towpath.net.shard.Opener;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/// The channels of one Towpath host.
public final class HostSelectorProvider extends SelectorProvider {
    private final Opener opener;

    /// For the host of `opener`.
    public HostSelectorProvider(Opener opener) {
        this.opener = opener;
    }

    @Override
    public DatagramChannel openDatagramChannel() {
        return new PacketChannel(this, opener);
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) {
        Checks.family(family);
        return openDatagramChannel();
    }

    @Override
    public Pipe openPipe() {
        return new MemoryPipe(this, opener.shard().time());
    }

    @Override
    public AbstractSelector openSelector() {
        return new HostSelector(this, opener.shard().time());
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() {
        return new ListenChannel(this, opener);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) {
        Checks.family(family);
        return openServerSocketChannel();
    }

    @Override
    public SocketChannel openSocketChannel() {
        return new StreamChannel(this, opener);
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) {
        Checks.family(family);
        return openSocketChannel();
    }
}
