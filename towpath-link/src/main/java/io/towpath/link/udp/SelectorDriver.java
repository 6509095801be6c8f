package io.towpath.link.udp;

import io.towpath.link.IoDriver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// An [IoDriver] for sockets of the operating system: a selector of the JDK. It waits in whole milliseconds, rounded
/// up. A wake-up costs a system call only when somebody sleeps.
public final class SelectorDriver implements IoDriver {
    private static final long MILLISECOND = 1_000_000;

    private final Selector selector;
    private final List<UdpSocketLink> links = new ArrayList<>();
    private final List<SelectionKey> keys = new ArrayList<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean sleeping;

    /// A driver that waits for these sockets.
    public SelectorDriver(List<UdpSocketLink> sockets) throws IOException {
        selector = Selector.open();
        for (UdpSocketLink link : sockets) {
            keys.add(link.channel().register(selector, SelectionKey.OP_READ));
            links.add(link);
        }
    }

    @Override
    public void await(long nanos) {
        if (nanos > 0) {
            sleeping = true;
            // Announced before looking; wake() sets its flag before it looks whether somebody sleeps.
            if (!woken.get()) {
                select(nanos);
            }
            sleeping = false;
        }
        if (woken.get()) {
            // An acquire: what the waker wrote before is seen after.
            woken.getAndSet(false);
        }
    }

    private void select(long nanos) {
        for (int i = 0; i < links.size(); i++) {
            SelectionKey key = keys.get(i);
            if (key.isValid()) {
                key.interestOps(SelectionKey.OP_READ | (links.get(i).isBlocked() ? SelectionKey.OP_WRITE : 0));
            }
        }
        try {
            if (nanos == Long.MAX_VALUE) {
                selector.select(key -> {});
            } else {
                selector.select(key -> {}, Math.max(1, (nanos + MILLISECOND - 1) / MILLISECOND));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (ClosedSelectorException closed) {
            // Nobody is to wait any more.
        }
    }

    @Override
    public void wake() {
        if (!woken.getAndSet(true) && sleeping) {
            selector.wakeup();
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }
}
