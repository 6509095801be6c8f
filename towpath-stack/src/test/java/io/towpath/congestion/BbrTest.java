package io.towpath.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import org.junit.jupiter.api.Test;

/// BBR version 3 (draft-ietf-ccwg-bbr) over a bottleneck.
class BbrTest {
    private static final long MILLI = Time.MILLISECOND;
    private static final int MSS = Bottleneck.MSS;

    /// One megabyte a second, 50 ms, a queue of two bandwidth-delay products.
    private static Bottleneck path() {
        return new Bottleneck(new Bbr(), 1_000_000, 50 * MILLI, 100_000);
    }

    @Test
    void startupFindsTheBandwidthAndDrainEmptiesTheQueue() {
        Bottleneck path = path();
        path.run(Time.SECOND);
        assertThat(path.phases).contains("startup", "drain", "probe bandwidth: cruise");
        path.longestQueueNanos = 0;
        long delivered = path.run(Time.SECOND);
        assertThat(delivered).isBetween(930_000L, 1_001_000L);
        assertThat(path.longestQueueNanos).as("queue while cruising").isLessThan(15 * MILLI);
        assertThat(path.control.cwnd()).isBetween(path.bdp(), 3 * path.bdp());
    }

    @Test
    void bandwidthIsProbedForEachTwoToThreeSeconds() {
        Bottleneck path = path();
        path.run(2 * Time.SECOND);
        path.phases.clear();
        path.run(4 * Time.SECOND);
        assertThat(path.phases)
                .contains(
                        "probe bandwidth: refill",
                        "probe bandwidth: up",
                        "probe bandwidth: down",
                        "probe bandwidth: cruise")
                .doesNotContain("startup", "drain");
    }

    @Test
    void aPathThatBecomesFasterIsUsedWithinAFewProbes() {
        Bottleneck path = path();
        path.run(3 * Time.SECOND);
        path.bytesPerSecond = 3_000_000;
        path.run(15 * Time.SECOND);
        assertThat(path.run(2 * Time.SECOND)).isGreaterThan(5_000_000);
    }

    @Test
    void aPathThatBecomesSlowerIsNotFloodedForLong() {
        Bottleneck path = path();
        path.run(3 * Time.SECOND);
        path.bytesPerSecond = 300_000;
        path.run(12 * Time.SECOND);
        long lost = path.lostBytes;
        path.longestQueueNanos = 0;
        assertThat(path.run(3 * Time.SECOND)).isGreaterThan(800_000);
        assertThat(path.lostBytes - lost).isLessThan(30_000);
    }

    @Test
    void theRoundTripTimeIsProbedForWithHalfThePipe() {
        Bottleneck path = path();
        path.run(4 * Time.SECOND);
        path.phases.clear();
        path.leastCwnd = Long.MAX_VALUE;
        path.run(7 * Time.SECOND);
        assertThat(path.phases).contains("probe round-trip time");
        assertThat(path.leastCwnd).isBetween(path.bdp() / 2 - 2 * MSS, path.bdp() / 2 + 2 * MSS);
        assertThat(path.run(Time.SECOND)).as("afterwards").isGreaterThan(900_000);
    }

    @Test
    void aQueueMuchShorterThanThePipeLosesLittle() {
        Bottleneck path = new Bottleneck(new Bbr(), 1_000_000, 50 * MILLI, 8_000);
        path.run(5 * Time.SECOND);
        long lost = path.lostBytes;
        long delivered = path.run(20 * Time.SECOND);
        assertThat(delivered).isGreaterThan(16_000_000);
        assertThat(path.lostBytes - lost).isLessThan(delivered / 50);
    }

    @Test
    void aLossOutsideOfAProbeLowersTheWindowOnlyToWhatIsDelivered() {
        Bottleneck path = path();
        path.run(1500 * MILLI);
        assertThat(path.control.phase()).isEqualTo("probe bandwidth: cruise");
        long before = path.control.cwnd();
        path.control.onFastRetransmit(path.now, before);
        path.run(300 * MILLI);
        assertThat(path.control.cwnd()).isBetween((long) (0.6 * before), before);
        assertThat(path.run(500 * MILLI)).isGreaterThan(350_000);
    }

    @Test
    void aTimeoutLeavesOneSegmentUntilItIsRepaired() {
        Bottleneck path = path();
        path.run(1500 * MILLI);
        long before = path.control.cwnd();
        path.control.onTimeout(path.now, before, true);
        assertThat(path.control.cwnd()).isEqualTo(MSS);
        path.control.onRecoveryEnd(path.now);
        assertThat(path.control.cwnd()).isEqualTo(before);
    }

    @Test
    void whatALossLoweredIsGivenBackWhenItWasNone() {
        Bottleneck path = path();
        path.run(1500 * MILLI);
        long before = path.control.cwnd();
        path.control.onTimeout(path.now, before, true);
        path.control.undo(path.now);
        assertThat(path.control.cwnd()).isEqualTo(before);
    }

    @Test
    void congestionMarksEndStartup() {
        Bottleneck path = path();
        path.run(60 * MILLI);
        assertThat(path.control.phase()).isEqualTo("startup");
        path.control.onCongestionMarks(path.now, 20 * MSS);
        assertThat(path.control.phase()).isEqualTo("drain");
    }

    @Test
    void pacingBeginsWithTheFirstRoundTrip() {
        var bbr = new Bbr();
        bbr.start(MSS, 10 * MSS);
        assertThat(bbr.pacingRate()).isZero();
        Bottleneck path = path();
        path.run(60 * MILLI);
        // 2.77 times the initial window in a round trip, its own queue in it.
        assertThat(path.control.pacingRate()).isBetween(400_000L, 560_000L);
        assertThat(path.control.reducesOnLoss()).isFalse();
        assertThat(path.control.ssthresh()).isEqualTo(CongestionControl.NO_SSTHRESH);
    }

    @Test
    void startupIsNotLeftForTheRoundTripTimeThatWasNeverMeasured() {
        Bottleneck path = path();
        path.now = 1000 * Time.SECOND;
        path.run(200 * MILLI);
        assertThat(path.phases).containsOnly("startup");
    }

    private static AckSample sample(long now, long bytes, long rttNanos) {
        var s = new AckSample();
        s.now = now;
        s.ackedBytes = bytes;
        s.deliveredBytes = bytes;
        s.deliveredTotal = bytes;
        s.hasRate = true;
        s.rateDelivered = bytes;
        s.srttNanos = rttNanos;
        s.rttNanos = rttNanos;
        return s;
    }

    @Test
    void aSmallRequestAtTheBeginningDoesNotSetThePace() {
        var bbr = new Bbr();
        bbr.start(MSS, 10 * MSS);
        AckSample request = sample(Time.SECOND, 100, 50 * MILLI);
        request.deliveryRate = 2000;
        request.applicationLimited = true;
        bbr.onAck(request);
        assertThat(bbr.pacingRate()).isEqualTo((long) (2.77 * 10 * MSS / 0.05));
    }

    @Test
    void withoutARoundTripTimeNothingIsPaced() {
        var bbr = new Bbr();
        bbr.start(MSS, 10 * MSS);
        // What was sent again is acknowledged: Karn's algorithm measures nothing.
        AckSample again = sample(Time.SECOND, MSS, 0);
        again.rttNanos = -1;
        again.deliveryRate = MSS;
        bbr.onAck(again);
        assertThat(bbr.pacingRate()).isZero();
        bbr.onAck(sample(2 * Time.SECOND, MSS, 50 * MILLI));
        assertThat(bbr.pacingRate()).isEqualTo((long) (2.77 * 10 * MSS / 0.05));
    }

    @Test
    void lossesInARoundWithoutARateDoNotStopTheConnection() {
        Bottleneck path = path();
        path.run(1500 * MILLI);
        assertThat(path.control.phase()).isEqualTo("probe bandwidth: cruise");
        long before = path.control.pacingRate();
        for (int i = 1; i <= 3; i++) {
            // Acknowledgments that come too close together to tell of a rate.
            path.control.onFastRetransmit(path.now, MSS);
            path.control.onRecoveryEnd(path.now);
            AckSample burst = sample(path.now, MSS, 50 * MILLI);
            burst.deliveredTotal = path.deliveredBytes + i * MSS;
            burst.priorDelivered = burst.deliveredTotal;
            path.control.onAck(burst);
        }
        assertThat(path.control.pacingRate()).isGreaterThan((long) (0.9 * before));
    }

    @Test
    void anIdleConnectionWithoutAnyRateKeepsItsPace() {
        var bbr = new Bbr();
        bbr.start(MSS, 10 * MSS);
        bbr.onAck(sample(Time.SECOND, MSS, 50 * MILLI));
        bbr.onCongestionMarks(Time.SECOND, MSS); // ends startup, whatever is known
        bbr.onAck(sample(Time.SECOND, MSS, 50 * MILLI));
        assertThat(bbr.phase()).startsWith("probe bandwidth");
        bbr.onIdle(9 * Time.SECOND, 8 * Time.SECOND, Time.SECOND);
        assertThat(bbr.pacingRate()).isGreaterThan(10 * MSS);
    }

    @Test
    void theGreatestOfAWindowIsKept() {
        var max = new WindowedMax(10);
        max.update(5, 0);
        max.update(9, 1);
        max.update(7, 4);
        assertThat(max.get()).isEqualTo(9);
        max.update(3, 12);
        assertThat(max.get()).isEqualTo(7);
        max.update(1, 30);
        assertThat(max.get()).isEqualTo(1);
    }
}
