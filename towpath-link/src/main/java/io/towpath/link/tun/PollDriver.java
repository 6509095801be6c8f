package io.towpath.link.tun;

import io.towpath.link.IoDriver;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// An [IoDriver] for TUN devices: `ppoll` on their descriptors and on an eventfd by which [#wake] interrupts it.
///
/// A wake-up costs a system call only when somebody sleeps. Wait only when the links have been read until they gave
/// nothing more: a poll before each read would cost more than the read.
public final class PollDriver implements IoDriver {
    private static final int POLLFD_BYTES = 8;
    private static final long SECOND_NANOS = 1_000_000_000L;

    /// How long a device that reports an error (it is down, or gone) is left out of waiting.
    private static final long RETRY_NANOS = 50_000_000L;

    private final Posix posix = new Posix();
    private final Posix waker = new Posix();
    private final int eventfd;
    private final List<TunLink> links = new ArrayList<>();
    private final MemorySegment timespec = posix.allocate(16, 8);
    private final MemorySegment count = posix.allocate(8, 8);
    private final MemorySegment one = posix.allocate(8, 8);
    private final Object closing = new Object();
    private MemorySegment pollfds = posix.allocate(POLLFD_BYTES, 8);
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean sleeping;
    private boolean[] failed = {};
    private boolean closed;

    /// A driver without devices.
    ///
    /// @throws TunException when the system gives no eventfd
    public PollDriver() throws TunException {
        eventfd = posix.eventfd();
        if (eventfd < 0) {
            throw new TunException("cannot create an eventfd (" + Errno.name(-eventfd) + ")", Errno.name(-eventfd));
        }
        one.set(ValueLayout.JAVA_LONG, 0, 1);
    }

    /// Waits for `link` too from now on. Not while somebody is in [#await].
    public void add(TunLink link) {
        links.add(link);
        pollfds = posix.allocate((long) POLLFD_BYTES * (links.size() + 1), 8);
        failed = new boolean[links.size()];
    }

    /// No longer waits for `link`. Not while somebody is in [#await].
    public void remove(TunLink link) {
        links.remove(link);
        failed = new boolean[links.size()];
    }

    @Override
    public void await(long nanos) {
        if (nanos > 0) {
            sleeping = true;
            // Announced before looking; wake() sets its flag before it looks whether somebody sleeps.
            if (!woken.get()) {
                poll(nanos);
            }
            sleeping = false;
        }
        if (woken.get()) {
            // An acquire: what the waker wrote before is seen after.
            woken.getAndSet(false);
        }
    }

    private void poll(long nanos) {
        long limit = nanos;
        put(0, eventfd, Posix.POLLIN);
        for (int i = 0; i < links.size(); i++) {
            TunLink link = links.get(i);
            int events = Posix.POLLIN | (link.isBlocked() ? Posix.POLLOUT : 0);
            // A negative descriptor is left out.
            put(i + 1, failed[i] ? -1 : link.descriptor(), (short) events);
            limit = failed[i] ? Math.min(limit, RETRY_NANOS) : limit;
        }
        MemorySegment timeout = MemorySegment.NULL;
        if (limit != Long.MAX_VALUE) {
            timespec.set(ValueLayout.JAVA_LONG, 0, limit / SECOND_NANOS);
            timespec.set(ValueLayout.JAVA_LONG, 8, limit % SECOND_NANOS);
            timeout = timespec;
        }
        int ready = posix.ppoll(pollfds, links.size() + 1, timeout);
        for (int i = 0; i < links.size(); i++) {
            // POLLERR comes unasked and at once, time after time: waiting on it would be a busy loop.
            failed[i] = !failed[i] && ready > 0 && (revents(i + 1) & ~(Posix.POLLIN | Posix.POLLOUT)) != 0;
        }
        if (ready > 0 && revents(0) != 0) {
            posix.read(eventfd, count, 8);
        }
    }

    private void put(int index, int fd, short events) {
        long at = (long) index * POLLFD_BYTES;
        pollfds.set(ValueLayout.JAVA_INT, at, fd);
        pollfds.set(ValueLayout.JAVA_SHORT, at + 4, events);
        pollfds.set(ValueLayout.JAVA_SHORT, at + 6, (short) 0);
    }

    private int revents(int index) {
        return pollfds.get(ValueLayout.JAVA_SHORT, (long) index * POLLFD_BYTES + 6);
    }

    @Override
    public void wake() {
        if (woken.getAndSet(true) || !sleeping) {
            return;
        }
        // The lock keeps the descriptor from being closed, and its number from being given to another file.
        synchronized (closing) {
            if (!closed) {
                waker.write(eventfd, one, 8);
            }
        }
    }

    @Override
    public void close() {
        synchronized (closing) {
            if (!closed) {
                closed = true;
                posix.closeDescriptor(eventfd);
            }
        }
    }
}
