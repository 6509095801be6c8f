package io.towpath.sim;

import io.towpath.congestion.Congestion;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.tcp.TcpConfig;

/// What congestion control and loss recovery make of a path: bulk transfers through a bottleneck of 10 Mbit/s in
/// virtual time. A figure depends on the code and the seed, not on the machine, so a table of them can be kept and
/// compared.
public final class Goodput {
    /// What the bottleneck lets pass, bytes a second: 10 Mbit/s.
    public static final long RATE = 1_250_000;

    private static final int QUEUE_MIN = 10 * 1500;
    private static final long ENDLESS = 1L << 40;

    private Goodput() {}

    /// A path.
    ///
    /// @param loss chance of each packet to be lost, 0 to 1, each way
    /// @param rtt round trip without any queue, nanoseconds
    /// @param queue what may wait at the bottleneck, in products of its rate and `rtt`; never less than ten packets
    public record Path(double loss, long rtt, double queue) {
        boolean isLeastQueue() {
            return queueBytes() == QUEUE_MIN;
        }

        long queueBytes() {
            return Math.max(QUEUE_MIN, Math.round(queue * RATE * rtt / Time.SECOND));
        }
    }

    /// Bits a second that one transfer delivers, on average from its SYN on.
    ///
    /// @param nanos how long it runs
    public static long alone(long seed, Congestion control, Path path, long nanos) {
        World world = new World(seed);
        Transfer transfer = transfers(world, path, control)[0];
        transfer.start();
        world.run(nanos);
        return bits(transfer.delivered(), nanos);
    }

    /// What two transfers that share the path get.
    ///
    /// @param first bits a second of the first in the second half of the time
    /// @param second bits a second of the second, which began after a tenth of the time
    public record Shares(long first, long second) {
        /// Jain's index: 1 when both get the same, 0.5 when one gets all.
        public double fairness() {
            double sum = first + second;
            return sum == 0 ? 1 : sum * sum / (2 * ((double) first * first + (double) second * second));
        }
    }

    /// Two transfers share the path.
    ///
    /// @param nanos how long they run
    public static Shares together(long seed, Congestion one, Congestion other, Path path, long nanos) {
        World world = new World(seed);
        Transfer[] transfers = transfers(world, path, one, other);
        transfers[0].start();
        world.at(nanos / 10, "the second begins", transfers[1]::start);
        world.run(nanos / 2);
        long firstBefore = transfers[0].delivered();
        long secondBefore = transfers[1].delivered();
        world.run(nanos);
        return new Shares(
                bits(transfers[0].delivered() - firstBefore, nanos / 2),
                bits(transfers[1].delivered() - secondBefore, nanos / 2));
    }

    private static Transfer[] transfers(World world, Path path, Congestion... controls) {
        SimHost sender = world.host("sender").address("10.0.0.1/24");
        SimHost receiver = world.host("receiver").address("10.0.0.2/24");
        Impairments back = Impairments.NONE.withDelay(path.rtt() / 2).withLoss(path.loss());
        Wire wire = world.connect(sender, receiver, back);
        wire.impair(
                sender,
                back.with().rate(RATE, path.queueBytes()).packetsMax(65_536).build());
        TcpConfig config = TcpConfig.defaults();
        Acceptor acceptor = Acceptor.listen(receiver, 9, 16, config);
        Transfer[] transfers = new Transfer[controls.length];
        for (int i = 0; i < controls.length; i++) {
            transfers[i] = Transfer.of(
                    "transfer " + i,
                    sender,
                    acceptor,
                    receiver.address(4),
                    ENDLESS,
                    config.withCongestion(controls[i]));
        }
        return transfers;
    }

    private static long bits(long bytes, long nanos) {
        return Math.round(bytes * 8.0 * Time.SECOND / nanos);
    }
}
