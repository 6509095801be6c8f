package io.towpath.cli;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Counters;
import io.towpath.core.Entropy;
import io.towpath.core.PacketPool;
import io.towpath.link.tun.PollDriver;
import io.towpath.link.tun.TunLink;
import io.towpath.link.tun.TunSetup;
import io.towpath.sim.DirectStack;
import io.towpath.stack.Stack;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the engine can do with a TUN device, against the kernel's TCP: one thread drives the device and the stack, and
/// is the stack's user as well. Data goes one way; it is copied from or to memory of the user, and checksums are made
/// and verified unless the device says that they need not be.
///
/// To be run in a network namespace: the addresses are fixed.
final class TunEngineBench implements AutoCloseable {
    private static final String DEVICE = "tpbench%d";
    private static final String OWN = "10.99.77.2";
    private static final Prefix KERNEL = Prefix.parse("10.99.77.1/30");
    private static final int PORT = 5001;
    private static final int BATCH = 64;

    /// The user's memory, which he reads to or writes from again and again, as programs do.
    private static final int CHUNK = 1 << 16;

    /// Chunks that he writes in one turn: some super-segments full, and no more than a core's cache takes.
    private static final int CHUNKS_MAX = 4;

    /// Both sides are on one machine, so a buffer need not cover a round trip, only the other thread's pauses. What is
    /// more only waits in the device's queue, and falls out of the cache there: measured, receiving is by a third
    /// slower with the 4 MiB that it would grow to.
    private static final int BUFFER = 1 << 20;

    private static final long OPEN_NANOS = 5_000_000_000L;
    private static final long WAIT_NANOS = 10_000_000L;

    private final long began = System.nanoTime();
    private final PollDriver driver;
    private final DirectStack direct;
    private final Stack stack;
    private final byte[] chunk = new byte[CHUNK];
    private @Nullable TcpConnection connection;
    private long received;

    private TunEngineBench(TunLink link, PollDriver driver) {
        this.driver = driver;
        driver.add(link);
        var context = Context.of(new PacketPool(), Entropy.seeded(System.nanoTime()));
        var config = TcpConfig.defaults().withReceiveBuffer(BUFFER).withSendBuffer(BUFFER);
        direct = new DirectStack("bench", Prefix.parse(OWN + "/30"), link, config, context, BATCH);
        stack = direct.stack();
    }

    /// @param mtu largest IP packet
    /// @param offload whether checksums and segmentation are left to the device, by super-segments of up to 64 KiB
    /// @param sends whether Towpath sends and the kernel receives, or the other way round
    /// @param seconds how long to measure
    /// @throws IOException when there is no device, or no connection
    static EngineBench.Result run(int mtu, boolean offload, boolean sends, double seconds) throws IOException {
        var peer = new InetSocketAddress(
                InetAddress.getByAddress(IpAddress.parse(OWN).toBytes()), PORT);
        try (TunLink link = TunLink.open(DEVICE, mtu, offload);
                PollDriver driver = new PollDriver();
                var bench = new TunEngineBench(link, driver)) {
            if (offload && link.info().offloads().segmentationMax() == 0) {
                throw new IOException("the kernel's TUN device has no offloads");
            }
            new TunSetup(List.of(KERNEL), List.of()).apply(link);
            chooseCongestionControl(link.info().name());
            TcpListener listener = bench.listen();
            try (KernelStream kernel = new KernelStream(peer, !sends)) {
                bench.open(listener);
                // Measured: beside the kernel's end on two cores the JIT needs five seconds for the path, and what runs
                // before is by a third slower.
                WarmUp.untilCompiled(nanos -> bench.pump(sends, nanos));
                return bench.measure(kernel, sends, (long) (seconds * 1e9));
            }
        }
    }

    /// The machine's default may be one that paces, and a namespace's default may not be set to any; a route's may.
    private static void chooseCongestionControl(String device) throws IOException {
        String command = "ip -4 route replace " + KERNEL.network() + " dev " + device + " src " + KERNEL.address()
                + " congctl cubic";
        Process process = new ProcessBuilder(command.split(" ")).inheritIO().start();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("'" + command + "' failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in '" + command + "'", e);
        }
    }

    private EngineBench.Result measure(KernelStream kernel, boolean sends, long nanos) {
        Counters counters = stack.context().counters();
        long bytesBefore = sends ? kernel.bytes() : received;
        long segmentsBefore = counters.get(Counter.TCP_IN) + counters.get(Counter.TCP_OUT);
        long allocatedBefore = allocated();
        long took = pump(sends, nanos);
        long bytes = (sends ? kernel.bytes() : received) - bytesBefore;
        long allocated = allocated() - allocatedBefore;
        long segments = counters.get(Counter.TCP_IN) + counters.get(Counter.TCP_OUT) - segmentsBefore;
        return new EngineBench.Result(
                bytes * 1e9 / took, segments * 1e9 / took, segments == 0 ? 0 : allocated / (double) segments);
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private TcpListener listen() throws IOException {
        var result = stack.tcp().listen(now(), null, PORT, 1, stack.tcp().defaults());
        if (result instanceof TcpListener.Listening(TcpListener listener)) {
            return listener;
        }
        throw new IOException("cannot listen: " + result);
    }

    private void open(TcpListener listener) throws IOException {
        long from = System.nanoTime();
        while (connection == null) {
            if (System.nanoTime() - from > OPEN_NANOS) {
                throw new IOException("the kernel's end does not connect");
            }
            long now = now();
            boolean came = direct.receive(now);
            connection = stack.tcp().accept(now, listener);
            if (!(came | direct.send(now))) {
                rest(now);
            }
        }
    }

    private long now() {
        return System.nanoTime() - began;
    }

    /// Moves data for a while.
    ///
    /// @return how long it took, nanoseconds
    private long pump(boolean sends, long nanos) {
        TcpConnection c = connection;
        long from = now();
        long now = from;
        while (c != null && now - from < nanos) {
            now = now();
            // What came, what the user makes of it, and what follows from both: one acknowledgment for the batch.
            boolean moved = direct.receive(now);
            moved |= sends ? write(now, c) : read(now, c);
            moved |= direct.send(now);
            if (!moved) {
                rest(now);
            }
        }
        return now - from;
    }

    private boolean read(long now, TcpConnection c) {
        boolean moved = false;
        int n;
        while ((n = c.receiveRing().read(chunk, 0, CHUNK)) > 0) {
            received += n;
            moved = true;
        }
        if (moved) {
            stack.tcp().consumed(now, c);
        }
        return moved;
    }

    private boolean write(long now, TcpConnection c) {
        int chunks = 0;
        while (chunks < CHUNKS_MAX && c.sendRing().write(chunk, 0, CHUNK) > 0) {
            chunks++;
        }
        if (chunks > 0) {
            stack.tcp().written(now, c);
        }
        return chunks > 0;
    }

    private void rest(long now) {
        driver.await(Math.min(WAIT_NANOS, stack.deadline() - now));
    }

    /// Lets the kernel's end know that it is over.
    @Override
    public void close() {
        if (connection != null) {
            stack.tcp().abort(now(), connection);
            boolean ignored = direct.send(now());
        }
        stack.shutDown(now());
    }
}
