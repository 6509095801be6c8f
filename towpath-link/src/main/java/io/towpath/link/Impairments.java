package io.towpath.link;

import io.towpath.core.Time;

/// How bad one direction of a wire is. Immutable; [#NONE] is a perfect wire, the `with…` methods make it worse.
///
/// A packet meets them in this order: MTU, queue and rate (the bottleneck), loss, corruption and congestion mark
/// (the wire behind it), duplication, delay with jitter, reordering.
///
/// @param delayNanos how long every packet takes, at least 0
/// @param jitterNanos spread of the delay: half the width of [Jitter#UNIFORM], the standard deviation of
///     [Jitter#NORMAL]. Jitter never lets packets overtake each other, as a router's queue does not
/// @param jitter its distribution
/// @param loss probability that a packet is lost, independent of others
/// @param bursts losses that come in bursts, added to `loss`
/// @param duplicate probability that a packet arrives twice
/// @param reorder probability that a packet is held back by `reorderNanos` while others overtake it
/// @param reorderNanos how long it is held back
/// @param corrupt probability that one to four bits of one octet of a packet are flipped
/// @param rateBytesPerSecond bytes that pass per second, headers of the medium included; 0 for no limit
/// @param queueBytes bytes that may wait for their turn when the rate is limited; what comes then is dropped. A
///     packet that finds the wire idle always passes
/// @param mtu largest IP packet that passes; larger ones vanish without a word, as in a path-MTU black hole; 0 for
///     no limit
/// @param ecnMark probability that a packet of an ECN-capable transport is marked "congestion experienced"
/// @param packetsMax packets that may be inside at once; what comes then is dropped, so that memory is bounded
public record Impairments(
        long delayNanos,
        long jitterNanos,
        Jitter jitter,
        double loss,
        BurstLoss bursts,
        double duplicate,
        double reorder,
        long reorderNanos,
        double corrupt,
        long rateBytesPerSecond,
        long queueBytes,
        int mtu,
        double ecnMark,
        int packetsMax) {

    /// Distributions of jitter.
    public enum Jitter {
        /// Evenly between −jitter and +jitter.
        UNIFORM,
        /// Gaussian with mean 0, cut off where the delay would be negative.
        NORMAL
    }

    /// The Gilbert–Elliott model: a wire with a good and a bad state. (E. N. Gilbert 1960, E. O. Elliott 1963.)
    ///
    /// @param toBad probability, per packet, to go from good to bad
    /// @param toGood probability, per packet, to go from bad to good; the mean burst is `1 / toGood` packets long
    /// @param lossGood loss probability in the good state
    /// @param lossBad loss probability in the bad state
    public record BurstLoss(double toBad, double toGood, double lossGood, double lossBad) {
        /// No bursts.
        public static final BurstLoss NONE = new BurstLoss(0, 1, 0, 0);

        /// @throws IllegalArgumentException when a probability is not within 0 and 1
        public BurstLoss {
            probability("toBad", toBad);
            probability("toGood", toGood);
            probability("lossGood", lossGood);
            probability("lossBad", lossBad);
        }

        /// The share of packets that is lost in the long run.
        public double meanLoss() {
            double bad = toBad + toGood == 0 ? 0 : toBad / (toBad + toGood);
            return bad * lossBad + (1 - bad) * lossGood;
        }
    }

    /// A perfect wire.
    public static final Impairments NONE =
            new Impairments(0, 0, Jitter.UNIFORM, 0, BurstLoss.NONE, 0, 0, 0, 0, 0, Long.MAX_VALUE, 0, 0, 65_536);

    /// A cut wire: everything is lost.
    public static final Impairments PARTITION = NONE.withLoss(1);

    /// @throws IllegalArgumentException when a probability is not within 0 and 1, or a quantity is negative or so
    ///     large that moments would overflow
    public Impairments {
        probability("loss", loss);
        probability("duplicate", duplicate);
        probability("reorder", reorder);
        probability("corrupt", corrupt);
        probability("ecnMark", ecnMark);
        duration("delay", delayNanos);
        duration("jitter", jitterNanos);
        duration("reorder delay", reorderNanos);
        if (rateBytesPerSecond < 0 || queueBytes < 0 || mtu < 0 || packetsMax < 1) {
            throw new IllegalArgumentException("rate, queue and MTU are at least 0, packetsMax at least 1");
        }
    }

    private static void probability(String what, double p) {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException(what + " is a probability between 0 and 1, not " + p);
        }
    }

    private static void duration(String what, long nanos) {
        if (nanos < 0 || nanos > 86_400 * Time.SECOND) {
            throw new IllegalArgumentException(what + " is between 0 and one day, not " + nanos + " ns");
        }
    }

    /// True when nothing can happen to a packet.
    public boolean isNone() {
        return equals(NONE);
    }

    /// This with another delay.
    public Impairments withDelay(long nanos) {
        return new Builder(this).delay(nanos).build();
    }

    /// This with another independent loss.
    public Impairments withLoss(double probability) {
        return new Builder(this).loss(probability).build();
    }

    /// A builder that starts as this.
    public Builder with() {
        return new Builder(this);
    }

    /// A builder that starts as a perfect wire.
    public static Builder builder() {
        return new Builder(NONE);
    }

    /// Collects impairments. Not thread-safe.
    public static final class Builder {
        private long delayNanos;
        private long jitterNanos;
        private Jitter jitter;
        private double loss;
        private BurstLoss bursts;
        private double duplicate;
        private double reorder;
        private long reorderNanos;
        private double corrupt;
        private long rateBytesPerSecond;
        private long queueBytes;
        private int mtu;
        private double ecnMark;
        private int packetsMax;

        private Builder(Impairments from) {
            delayNanos = from.delayNanos;
            jitterNanos = from.jitterNanos;
            jitter = from.jitter;
            loss = from.loss;
            bursts = from.bursts;
            duplicate = from.duplicate;
            reorder = from.reorder;
            reorderNanos = from.reorderNanos;
            corrupt = from.corrupt;
            rateBytesPerSecond = from.rateBytesPerSecond;
            queueBytes = from.queueBytes;
            mtu = from.mtu;
            ecnMark = from.ecnMark;
            packetsMax = from.packetsMax;
        }

        /// Every packet takes `nanos`.
        public Builder delay(long nanos) {
            delayNanos = nanos;
            return this;
        }

        /// The delay varies evenly by up to `nanos` either way.
        public Builder jitter(long nanos) {
            return jitter(nanos, Jitter.UNIFORM);
        }

        /// The delay varies by `nanos` as `distribution` says.
        public Builder jitter(long nanos, Jitter distribution) {
            jitterNanos = nanos;
            jitter = distribution;
            return this;
        }

        /// Packets are lost independently.
        public Builder loss(double probability) {
            loss = probability;
            return this;
        }

        /// Packets are lost in bursts: see [BurstLoss].
        public Builder bursts(double toBad, double toGood, double lossGood, double lossBad) {
            bursts = new BurstLoss(toBad, toGood, lossGood, lossBad);
            return this;
        }

        /// Packets arrive twice.
        public Builder duplicate(double probability) {
            duplicate = probability;
            return this;
        }

        /// Packets are held back by `nanos` while others overtake them.
        public Builder reorder(double probability, long nanos) {
            reorder = probability;
            reorderNanos = nanos;
            return this;
        }

        /// Packets have bits flipped.
        public Builder corrupt(double probability) {
            corrupt = probability;
            return this;
        }

        /// A bottleneck: `bytesPerSecond` pass, `queueBytes` may wait.
        public Builder rate(long bytesPerSecond, long queueBytes) {
            this.rateBytesPerSecond = bytesPerSecond;
            this.queueBytes = queueBytes;
            return this;
        }

        /// IP packets larger than `bytes` vanish.
        public Builder mtu(int bytes) {
            mtu = bytes;
            return this;
        }

        /// Packets of ECN-capable transports are marked.
        public Builder ecnMark(double probability) {
            ecnMark = probability;
            return this;
        }

        /// At most `packets` are inside at once.
        public Builder packetsMax(int packets) {
            packetsMax = packets;
            return this;
        }

        /// The impairments.
        ///
        /// @throws IllegalArgumentException when a probability is not within 0 and 1, or a quantity cannot be
        public Impairments build() {
            return new Impairments(
                    delayNanos,
                    jitterNanos,
                    jitter,
                    loss,
                    bursts,
                    duplicate,
                    reorder,
                    reorderNanos,
                    corrupt,
                    rateBytesPerSecond,
                    queueBytes,
                    mtu,
                    ecnMark,
                    packetsMax);
        }
    }
}
