package io.towpath.link;

import io.towpath.core.Counters;
import io.towpath.core.Drop;
import io.towpath.core.Entropy;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import org.jspecify.annotations.Nullable;

/// Makes a link bad: delay, jitter, loss, bursts, duplicates, reordering, corruption, a bottleneck with a queue, a
/// small MTU and congestion marks, as [Impairments] say, in one direction or both. The same seed and the same packets
/// at the same moments give the same misfortune.
///
/// Super-segments are cut before anything happens to them: a wire loses segments, not what a stack finds convenient.
/// What is dropped is counted as [Drop#IMPAIRED_LOSS], [Drop#IMPAIRED_QUEUE] or [Drop#IMPAIRED_MTU].
///
/// Impairments may change at any moment ([#set]); packets already on their way arrive when they would have.
public final class Impairment extends LinkDecorator {
    private static final int STAGE = 64;

    /// How long to wait before offering packets again to a link below that was full.
    private static final long RETRY_NANOS = 100 * Time.MICROSECOND;

    private final Counters counters = new Counters();
    private final ImpairedWire transmitWire;
    private final ImpairedWire receiveWire;
    private final TxBatch leaving = new TxBatch(STAGE);
    private @Nullable RxBatch arriving;
    private long retryAt;
    private boolean moreBelow;

    /// Impairs both directions of `inner`, which from now on belongs to this link.
    ///
    /// @param transmit what happens to packets that are transmitted
    /// @param receive what happens to packets that are received
    /// @param entropy chance, for this link alone
    public Impairment(Link inner, Impairments transmit, Impairments receive, Entropy entropy) {
        super(inner);
        this.transmitWire = new ImpairedWire(inner.info(), counters, entropy.split("transmit"));
        this.receiveWire = new ImpairedWire(inner.info(), counters, entropy.split("receive"));
        transmitWire.set(transmit);
        receiveWire.set(receive);
    }

    /// Impairs what is transmitted.
    public static Impairment onTransmit(Link inner, Impairments impairments, Entropy entropy) {
        return new Impairment(inner, impairments, Impairments.NONE, entropy);
    }

    /// Impairs both directions alike, with independent chances.
    public static Impairment bothWays(Link inner, Impairments impairments, Entropy entropy) {
        return new Impairment(inner, impairments, impairments, entropy);
    }

    /// Changes what happens to packets that are transmitted from now on.
    public void set(Impairments impairments) {
        transmitWire.set(impairments);
    }

    /// Changes what happens to packets that are received from now on.
    public void setReceive(Impairments impairments) {
        receiveWire.set(impairments);
    }

    /// What happens to packets that are transmitted.
    public Impairments impairments() {
        return transmitWire.impairments();
    }

    /// What happens to packets that are received.
    public Impairments receiveImpairments() {
        return receiveWire.impairments();
    }

    /// What went through the transmit direction.
    public ImpairmentStats stats() {
        return transmitWire.stats();
    }

    /// What went through the receive direction.
    public ImpairmentStats receiveStats() {
        return receiveWire.stats();
    }

    @Override
    public int transmit(long now, TxBatch from) {
        forward(now);
        if (transmitWire.isTransparent() && leaving.isEmpty()) {
            return inner.transmit(now, from);
        }
        int count = from.size();
        for (int i = 0; i < count; i++) {
            transmitWire.enter(now, from.get(i));
        }
        from.clear();
        forward(now);
        return count;
    }

    /// Hands on what is due.
    private void forward(long now) {
        while (true) {
            while (!leaving.isFull()) {
                Packet packet = transmitWire.leave(now);
                if (packet == null) {
                    break;
                }
                leaving.add(packet);
            }
            if (leaving.isEmpty()) {
                return;
            }
            inner.transmit(now, leaving);
            if (!leaving.isEmpty()) {
                retryAt = now + RETRY_NANOS;
                return;
            }
        }
    }

    @Override
    public int receive(long now, RxBatch into) {
        forward(now);
        if (receiveWire.isTransparent()) {
            moreBelow = false;
            return inner.receive(now, into);
        }
        takeIn(now, into);
        int before = into.size();
        while (!into.isFull()) {
            Packet packet = receiveWire.leave(now);
            if (packet == null) {
                break;
            }
            packet.timeAt = now;
            into.add(packet);
        }
        return into.size() - before;
    }

    private void takeIn(long now, RxBatch into) {
        RxBatch stage = arriving;
        if (stage == null || stage.pool() != into.pool()) {
            stage = new RxBatch(STAGE, into.pool());
            arriving = stage;
        }
        // At most as many packets as one may hold, so that a fast sender cannot keep the call from returning.
        int most = receiveWire.impairments().packetsMax();
        int taken = 0;
        do {
            inner.receive(now, stage);
            moreBelow = stage.isFull();
            taken += stage.size();
            for (int i = 0; i < stage.size(); i++) {
                receiveWire.enter(now, stage.get(i));
            }
            stage.clear();
        } while (moreBelow && taken < most);
    }

    @Override
    public long deadline() {
        if (moreBelow) {
            return 0;
        }
        long sending = leaving.isEmpty() ? transmitWire.deadline() : retryAt;
        return Math.min(Math.min(sending, receiveWire.deadline()), inner.deadline());
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long drops() {
        return counters.drops() + inner.drops();
    }

    @Override
    public int held() {
        return transmitWire.size() + leaving.size() + receiveWire.size() + inner.held();
    }

    /// Drops what is inside ([Drop#LINK_DOWN]) and closes the link below.
    @Override
    public void close() {
        transmitWire.clear();
        receiveWire.clear();
        for (int i = 0; i < leaving.size(); i++) {
            counters.dropped(Drop.LINK_DOWN);
        }
        leaving.releaseAll();
        inner.close();
    }
}
