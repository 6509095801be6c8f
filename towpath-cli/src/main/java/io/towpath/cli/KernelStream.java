package io.towpath.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// The other end of a measurement over TUN: one connection of the kernel's TCP, which a thread reads or writes in large
/// pieces as fast as it can: a loop of one system call, so that nothing but the kernel's TCP is measured against.
final class KernelStream implements AutoCloseable {
    /// As much as C programs for this purpose take.
    private static final int PIECE = 128 << 10;

    private static final long JOIN_MILLIS = 2000;

    private final SocketChannel channel;
    private final Thread thread;
    private volatile long bytes;

    /// @param peer whom to connect to
    /// @param writes true to write, false to read
    KernelStream(InetSocketAddress peer, boolean writes) throws IOException {
        channel = SocketChannel.open();
        thread = Thread.ofPlatform().daemon().name("kernel's end").start(() -> run(peer, writes));
    }

    private void run(InetSocketAddress peer, boolean writes) {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        try {
            channel.connect(peer);
            long moved = 0;
            for (int n = 0; n >= 0; moved += n) {
                bytes = moved;
                piece.clear();
                n = writes ? channel.write(piece) : channel.read(piece);
            }
        } catch (IOException e) {
            // The end: the channel was closed, or the connection was reset. Who measures sees that nothing comes.
        }
    }

    /// Bytes written or read so far.
    long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
