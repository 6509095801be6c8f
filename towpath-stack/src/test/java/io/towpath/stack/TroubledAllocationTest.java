package io.towpath.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.towpath.congestion.Congestion;
import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpListener;
import io.towpath.wire.IpAddress;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A segment costs no memory when the network is bad, either: what marks losses, sends again, acknowledges
/// selectively, puts in order and sets timers works in arrays that have grown to their size once.
///
/// Two hosts, and a wire that takes time and loses what the seed says. One connection is measured after its arrays
/// and the pools of packets have grown in a longer run of the same kind.
class TroubledAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CHUNK = 64 * 1024;
    private static final long DELAY = 5 * Time.MILLISECOND;
    /// 1 Gbit/s, with a queue for 10 ms: so the connection has a speed at which it stays.
    private static final long NANOS_PER_BYTE = 8;

    private static final long QUEUE = 10 * Time.MILLISECOND;
    /// No multiple of what a retransmission timer doubles, or each would fall into an outage.
    private static final long OUTAGE_EVERY = 1_100 * Time.MILLISECOND;

    /// What the virtual machine itself may charge to the thread (a class that it loads, a call site that it
    /// links), and an array that doubles once more because more holes than ever before are open at once: 0 is
    /// what most runs show, 1 KB the most that was seen. It is less than the smallest object there is, 16 bytes,
    /// for each of the losses.
    private static final long NOISE = 6 * 1024;

    /// What is wrong with the wire, or with the reader.
    enum Trouble {
        /// 1 % of what goes from the sender to the receiver is lost.
        LOST_DATA(10, 0),
        /// 1 % of what comes back is lost.
        LOST_ACKS(0, 10),
        /// 1 % is lost, both ways.
        LOSS(10, 10),
        /// One packet of a hundred, both ways, takes twice as long as the others.
        LATE(0, 0),
        /// 1 % is lost, and every 1.1 s the wire is dead for 0.4 s: longer than the retransmission timeout.
        OUTAGES(10, 10),
        /// 1 % is lost, and the reader sleeps every other second: the window closes, and is probed.
        SLEEPY_READER(10, 10),
        /// 1 % is lost, and the writer waits until all has arrived: the tail is probed for.
        WAITING_WRITER(10, 10);

        final int dataPerMille;
        final int acksPerMille;

        Trouble(int dataPerMille, int acksPerMille) {
            this.dataPerMille = dataPerMille;
            this.acksPerMille = acksPerMille;
        }
    }

    /// One direction: packets on their way, in the order in which they arrive.
    private final class Wire {
        private final TestHost to;
        private final Entropy chance;
        private final int lostPerMille;
        private Packet[] packets = new Packet[1 << 16];
        private long[] at = new long[1 << 16];
        private int first;
        private int end;
        private long busyUntil;
        /// Segments: one packet may carry many.
        private long lost;

        Wire(TestHost to, int lostPerMille) {
            this.to = to;
            this.lostPerMille = lostPerMille;
            this.chance = Entropy.seeded(lostPerMille);
        }

        /// Takes what left the other host; what is not lost is copied, for its pool is another.
        boolean take(Interface from) {
            var outbox = from.outbox();
            int n = outbox.size();
            for (int i = 0; i < n; i++) {
                Packet packet = outbox.get(i);
                if (!isDead() && chance.nextInt(1000) >= lostPerMille && busyUntil - now < QUEUE) {
                    busyUntil = Math.max(busyUntil, now) + packet.length() * NANOS_PER_BYTE;
                    boolean late = trouble == Trouble.LATE && chance.nextInt(100) == 0;
                    put(to.copy(packet), busyUntil + (late ? 2 * DELAY : DELAY));
                } else {
                    lost += packet.segmentBytes == 0 ? 1 : packet.length() / packet.segmentBytes;
                }
                packet.release();
            }
            outbox.removeFirst(n);
            return n > 0;
        }

        private boolean isDead() {
            return trouble == Trouble.OUTAGES && now % OUTAGE_EVERY < 400 * Time.MILLISECOND;
        }

        private void put(Packet packet, long arrivesAt) {
            int mask = packets.length - 1;
            if (end - first > mask) {
                throw new IllegalStateException("more on its way than was thought possible");
            }
            int i = end++;
            while (i != first && at[(i - 1) & mask] > arrivesAt) {
                packets[i & mask] = packets[(i - 1) & mask];
                at[i & mask] = at[(i - 1) & mask];
                i--;
            }
            packets[i & mask] = packet;
            at[i & mask] = arrivesAt;
        }

        long next() {
            return first == end ? Time.NEVER : at[first & (at.length - 1)];
        }

        boolean deliver(Interface arrival) {
            boolean any = false;
            while (next() <= now) {
                to.stack.input(now, arrival, packets[first++ & (packets.length - 1)]);
                any = true;
            }
            return any;
        }

        void drain() {
            while (first != end) {
                packets[first++ & (packets.length - 1)].release();
            }
        }
    }

    private final TestHost a = new TestHost("a", 1);
    private final TestHost b = new TestHost("b", 2);
    private final byte[] data = new byte[CHUNK];
    private Trouble trouble = Trouble.LOSS;
    private Interface aEnd;
    private Interface bEnd;
    private Wire forth;
    private Wire back;
    private TcpListener listener;
    private long now = OUTAGE_EVERY / 2;
    private int windowProbes;

    @ParameterizedTest
    @CsvSource({
        "LOST_DATA, NEWRENO",
        "LOST_DATA, CUBIC",
        "LOST_DATA, BBR",
        "LOST_ACKS, NEWRENO",
        "LOST_ACKS, CUBIC",
        "LOST_ACKS, BBR",
        "LOSS, NEWRENO",
        "LOSS, CUBIC",
        "LOSS, BBR",
        "LATE, NEWRENO",
        "LATE, CUBIC",
        "LATE, BBR",
        "OUTAGES, CUBIC",
        "OUTAGES, BBR",
        "SLEEPY_READER, CUBIC",
        "SLEEPY_READER, BBR",
        "WAITING_WRITER, CUBIC",
        "WAITING_WRITER, BBR"
    })
    void aSegmentAllocatesNothing(Trouble kind, Congestion congestion) {
        trouble = kind;
        join(Offloads.NONE);
        measure("10.0.0.2", config(congestion), 40_000);
    }

    @ParameterizedTest
    @CsvSource({
        "LOSS, NEWRENO",
        "LOSS, CUBIC",
        "LOSS, BBR",
        "LATE, CUBIC",
        "OUTAGES, CUBIC",
        "SLEEPY_READER, BBR",
        "WAITING_WRITER, CUBIC"
    })
    void aSuperSegmentAllocatesNothing(Trouble kind, Congestion congestion) {
        trouble = kind;
        join(new Offloads(true, 65_535));
        measure("fd00::2", config(congestion), 40_000);
    }

    @ParameterizedTest
    @CsvSource({"LOSS, CUBIC", "LOST_DATA, NEWRENO", "OUTAGES, CUBIC"})
    void withoutSelectiveAcknowledgmentsItAllocatesNothingEither(Trouble kind, Congestion congestion) {
        trouble = kind;
        join(Offloads.NONE);
        measure("10.0.0.2", config(congestion).withSack(false), 40_000);
    }

    /// A connection that is silent for two seconds gives its arrays back, which is another matter: so that
    /// timeouts after timeouts stay below that, they begin at 0.2 s and end at 0.4 s.
    private static TcpConfig config(Congestion congestion) {
        return TcpConfig.defaults()
                .withCongestion(congestion)
                .withMinRtoNanos(200 * Time.MILLISECOND)
                .withMaxRtoNanos(400 * Time.MILLISECOND);
    }

    private void join(Offloads offloads) {
        aEnd = a.raw(1500, offloads, "10.0.0.1/24", "fd00::1/64");
        bEnd = b.raw(1500, offloads, "10.0.0.2/24", "fd00::2/64");
        forth = new Wire(b, trouble.dataPerMille);
        back = new Wire(a, trouble.acksPerMille);
    }

    private void measure(String server, TcpConfig config, int segments) {
        listener = ((TcpListener.Listening) b.stack.tcp().listen(now, null, 9, 1, config)).listener();
        var opened = a.stack.tcp().connect(now, null, 0, IpAddress.parse(server), 9, config);
        TcpConnection from = ((TcpConnection.Opened) opened).connection();
        TcpConnection to = accepted();

        fill(a.pool);
        fill(b.pool);
        transfer(from, to, 2L * segments);
        long retransmitsBefore = from.retransmits;
        long timeoutsBefore = from.timeouts;
        long before = THREADS.getCurrentThreadAllocatedBytes();
        long sent = transfer(from, to, segments);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated / sent).as("bytes for each segment").isZero();
        assertThat(allocated).as("bytes allocated for %d segments", sent).isLessThan(NOISE);
        theTroubleWas(from, to, sent, from.retransmits - retransmitsBefore, from.timeouts - timeoutsBefore);
        forth.drain();
        back.drain();
        assertThat(a.pool.outstanding()).isZero();
    }

    /// A measure of nothing but good weather would prove nothing.
    private void theTroubleWas(TcpConnection from, TcpConnection to, long sent, long retransmits, long timeouts) {
        if (trouble.dataPerMille > 0) {
            assertThat(retransmits).isGreaterThan(NOISE / 16);
            assertThat(to.outOfOrder).isGreaterThan(sent / 200);
        }
        switch (trouble) {
            case LOST_DATA, LOSS, LOST_ACKS ->
                assertThat(back.lost + forth.lost).isGreaterThan(sent / 250);
            case WAITING_WRITER -> assertThat(from.recovery.probesSent()).isPositive();
            case LATE -> assertThat(to.outOfOrder).isGreaterThan(sent / 1000);
            case OUTAGES -> assertThat(timeouts).isPositive();
            case SLEEPY_READER -> assertThat(windowProbes).isPositive();
        }
    }

    /// As many packets as can ever be out at once here.
    private static void fill(PacketPool pool) {
        for (int payload : new int[] {PacketPool.SMALL, PacketPool.MEDIUM, PacketPool.LARGE}) {
            Packet[] out = new Packet[payload == PacketPool.SMALL ? 4096 : 256];
            for (int i = 0; i < out.length; i++) {
                out[i] = pool.take(payload);
            }
            for (Packet packet : out) {
                packet.release();
            }
        }
    }

    private TcpConnection accepted() {
        TcpConnection connection = b.stack.tcp().accept(now, listener);
        while (connection == null) {
            step();
            connection = b.stack.tcp().accept(now, listener);
        }
        return Objects.requireNonNull(connection);
    }

    /// Moves bytes one way until so many segments with data have left.
    private long transfer(TcpConnection from, TcpConnection to, long segments) {
        long start = from.accounts.dataSegmentsOut;
        while (from.accounts.dataSegmentsOut - start < segments) {
            boolean waits = trouble == Trouble.WAITING_WRITER && from.sendRing().readable() > 0;
            if (!waits && from.sendRing().write(data, 0, CHUNK) > 0) {
                a.stack.tcp().written(now, from);
            }
            step();
            if (trouble != Trouble.SLEEPY_READER || now / Time.SECOND % 2 == 0) {
                read(to);
            }
            windowProbes = Math.max(windowProbes, from.probes.windowProbes());
        }
        return from.accounts.dataSegmentsOut - start;
    }

    private void read(TcpConnection to) {
        boolean any = false;
        while (to.receiveRing().read(data, 0, CHUNK) > 0) {
            any = true;
        }
        if (any) {
            b.stack.tcp().consumed(now, to);
        }
    }

    /// Lets all leave that can leave now, then goes on to the next moment at which something happens.
    private void step() {
        boolean moved = true;
        while (moved) {
            moved = a.stack.poll(now) | forth.take(aEnd) | b.stack.poll(now) | back.take(bEnd);
            moved |= forth.deliver(bEnd) | back.deliver(aEnd);
        }
        a.context.signals().discard();
        b.context.signals().discard();
        long next = Math.min(Math.min(forth.next(), back.next()), Math.min(a.stack.deadline(), b.stack.deadline()));
        now = Math.max(now, Math.min(next, now + 10 * Time.MILLISECOND));
        tick(a);
        tick(b);
        boolean unused = forth.deliver(bEnd) | back.deliver(aEnd);
    }

    private void tick(TestHost host) {
        if (host.stack.deadline() <= now) {
            host.stack.tick(now);
        }
    }
}
