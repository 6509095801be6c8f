package io.towpath.net.nio;

import io.towpath.net.shard.Opener;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/// The channels of one Towpath host, or of several and the operating system.
public class HostSelectorProvider extends SelectorProvider {
    private final Router router;

    /// For the host of `opener`.
    public HostSelectorProvider(Opener opener) {
        this(Router.to(opener));
    }

    /// For whatever hosts `router` leads to.
    HostSelectorProvider(Router router) {
        this.router = router;
    }

    @Override
    public DatagramChannel openDatagramChannel() {
        return new PacketChannel(this, router);
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) {
        Checks.family(family);
        return openDatagramChannel();
    }

    @Override
    public Pipe openPipe() {
        return new MemoryPipe(this, router.time());
    }

    @Override
    public AbstractSelector openSelector() {
        return new HostSelector(this, router.time());
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() {
        return new ListenChannel(this, router);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) {
        Checks.family(family);
        return openServerSocketChannel();
    }

    @Override
    public SocketChannel openSocketChannel() {
        return new StreamChannel(this, router);
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) {
        Checks.family(family);
        return openSocketChannel();
    }
}
