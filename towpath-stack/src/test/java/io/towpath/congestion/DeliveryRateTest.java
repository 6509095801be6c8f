package io.towpath.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import org.junit.jupiter.api.Test;

/// The delivery rate estimator of draft-ietf-ccwg-bbr §4.1.
class DeliveryRateTest {
    private static final long MILLI = Time.MILLISECOND;
    private static final int MSS = 1000;

    private final DeliveryRate rate = new DeliveryRate();
    private final AckSample sample = new AckSample();

    /// What a segment remembers.
    private record Sent(
            long at,
            long end,
            long delivered,
            long deliveredTime,
            long firstSendTime,
            long lost,
            long inFlight,
            boolean appLimited) {}

    private Sent send(long at, long end, long inFlight) {
        rate.onSent(at, inFlight);
        return new Sent(
                at,
                end,
                rate.delivered(),
                rate.deliveredTime(),
                rate.firstSendTime(),
                rate.lost(),
                inFlight + MSS,
                rate.isApplicationLimited());
    }

    private void ack(long now, long minRtt, Sent... segments) {
        rate.begin(now);
        for (Sent s : segments) {
            rate.onBytes(MSS);
            rate.onDelivered(
                    s.at,
                    s.end,
                    (int) s.delivered,
                    s.deliveredTime,
                    s.firstSendTime,
                    (int) s.lost,
                    s.inFlight,
                    s.appLimited);
        }
        rate.finish(minRtt);
        rate.tell(sample);
    }

    @Test
    void segmentsThatLeaveAndArriveEvenlyTellTheirRate() {
        Sent[] s = new Sent[10];
        for (int i = 0; i < s.length; i++) {
            s[i] = send(1 + i * MILLI, (i + 1) * MSS, (long) i * MSS);
        }
        for (int i = 0; i < s.length; i++) {
            ack(1 + (100 + i) * MILLI, 0, s[i]);
        }
        // The last one: nine before it, and itself, in the 109 ms since the first left.
        assertThat(sample.deliveryRate).isEqualTo(10 * MSS * 1000 / 109);
        assertThat(sample.priorDelivered).isZero();
        assertThat(sample.rateDelivered).isEqualTo(10 * MSS);
        // A segment sent when one was delivered: the time since that delivery counts.
        Sent next = send(1 + 109 * MILLI, 11 * MSS, MSS);
        ack(1 + 209 * MILLI, 0, next);
        assertThat(sample.priorDelivered).isEqualTo(10 * MSS);
        assertThat(sample.deliveryRate).isEqualTo(MSS * 1000 / 100);
    }

    @Test
    void acknowledgmentsThatComeInABurstDoNotRaiseTheRateAboveThatOfSending() {
        Sent first = send(1, MSS, 0);
        Sent second = send(1 + 50 * MILLI, 2 * MSS, MSS);
        Sent third = send(1 + 100 * MILLI, 3 * MSS, 2 * MSS);
        ack(1 + 110 * MILLI, 0, first);
        ack(1 + 110 * MILLI + 1, 0, second, third);
        assertThat(sample.rateInterval).isEqualTo(110 * MILLI + 1);
        assertThat(sample.deliveryRate).isBetween(27_000L, 27_300L);
    }

    @Test
    void theSegmentSentLastMakesTheSample() {
        Sent first = send(1, MSS, 0);
        Sent second = send(1 + 10 * MILLI, 2 * MSS, MSS);
        ack(1 + 100 * MILLI, 0, second, first);
        assertThat(sample.inFlightWhenSent).isEqualTo(2 * MSS);
        assertThat(sample.rateDelivered).isEqualTo(2 * MSS);
    }

    @Test
    void anIntervalShorterThanARoundTripIsNoSample() {
        Sent first = send(1, MSS, 0);
        ack(1 + 10 * MILLI, 20 * MILLI, first);
        assertThat(sample.hasRate).isTrue();
        assertThat(sample.deliveryRate).isZero();
        assertThat(sample.rateInterval).isZero();
    }

    @Test
    void whatLeavesWhenTheApplicationHasNoMoreIsMarkedUntilItIsDelivered() {
        Sent first = send(1, MSS, 0);
        rate.onApplicationLimited(MSS);
        Sent second = send(2, 2 * MSS, MSS);
        ack(1 + 100 * MILLI, 0, first);
        assertThat(sample.applicationLimited).isFalse();
        assertThat(rate.isApplicationLimited()).isTrue();
        ack(1 + 101 * MILLI, 0, second);
        assertThat(sample.applicationLimited).isTrue();
        assertThat(rate.isApplicationLimited()).isFalse();
    }

    @Test
    void aRateHeldDownByTheApplicationDoesNotReplaceAHigherOne() {
        Sent first = send(1, MSS, 0);
        ack(1 + 10 * MILLI, 0, first);
        assertThat(rate.rate()).isEqualTo(100_000);
        rate.onApplicationLimited(0);
        Sent slow = send(1 + 20 * MILLI, 2 * MSS, 0);
        ack(1 + 120 * MILLI, 0, slow);
        assertThat(rate.rate()).isEqualTo(100_000);
        assertThat(rate.isRateApplicationLimited()).isFalse();
        Sent slower = send(1 + 200 * MILLI, 3 * MSS, 0);
        ack(1 + 300 * MILLI, 0, slower);
        assertThat(rate.rate()).isEqualTo(10_000);
    }

    @Test
    void lossesSinceTheSegmentLeftAreCounted() {
        rate.onLost(5 * MSS);
        Sent first = send(1, MSS, 0);
        rate.onLost(2 * MSS);
        ack(1 + 10 * MILLI, 0, first);
        assertThat(sample.lostSinceSent).isEqualTo(2 * MSS);
        assertThat(sample.lostTotal).isEqualTo(7 * MSS);
    }

    @Test
    void countsGoOnWhereThirtyTwoBitsEnd() {
        rate.begin(1);
        rate.onBytes((1L << 32) - 500);
        Sent first = send(1, MSS, 0);
        ack(1 + 10 * MILLI, 0, first);
        assertThat(sample.priorDelivered).isEqualTo((1L << 32) - 500);
        assertThat(sample.deliveryRate).isEqualTo(100_000);
    }
}
