package io.towpath.congestion;

import static io.towpath.core.Time.MILLISECOND;
import static io.towpath.core.Time.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RttEstimatorTest {
    private static final long MIN = 200 * MILLISECOND;
    private static final long MAX = 120 * SECOND;
    private static final long G = MILLISECOND;

    private final RttEstimator rtt = new RttEstimator(SECOND, MIN, MAX, G);

    @Test
    @Rfc(value = 6298, section = "2.1", requirement = "6298-2.1")
    void beforeAMeasurementTheTimeoutIsTheInitialOne() {
        assertThat(rtt.rto()).isEqualTo(SECOND);
        assertThat(rtt.hasSample()).isFalse();
        assertThat(rtt.srtt()).isZero();
        assertThat(rtt.minRtt()).isEqualTo(Time.NEVER);
    }

    @Test
    @Rfc(value = 6298, section = "2.2", requirement = "6298-2.2")
    void theFirstMeasurementSetsSrttToItAndRttvarToHalfOfIt() {
        rtt.sample(400 * MILLISECOND);
        assertThat(rtt.hasSample()).isTrue();
        assertThat(rtt.srtt()).isEqualTo(400 * MILLISECOND);
        assertThat(rtt.rttvar()).isEqualTo(200 * MILLISECOND);
        assertThat(rtt.rto()).isEqualTo((400 + 4 * 200) * MILLISECOND);
    }

    @Test
    @Rfc(value = 6298, section = "2.3", requirement = "6298-2.3")
    void laterMeasurementsWeighAnEighthAndTheirDeviationAQuarter() {
        rtt.sample(400 * MILLISECOND);
        rtt.sample(800 * MILLISECOND);
        // RTTVAR = 3/4 * 200 + 1/4 * |400 - 800|; SRTT = 7/8 * 400 + 1/8 * 800
        assertThat(rtt.rttvar()).isEqualTo(250 * MILLISECOND);
        assertThat(rtt.srtt()).isEqualTo(450 * MILLISECOND);
        assertThat(rtt.rto()).isEqualTo((450 + 4 * 250) * MILLISECOND);
    }

    @Test
    @Rfc(value = 6298, section = "2.3", requirement = "6298-2.3")
    void theDeviationIsTakenFromTheOldSrtt() {
        rtt.sample(400 * MILLISECOND);
        rtt.sample(240 * MILLISECOND);
        assertThat(rtt.rttvar()).isEqualTo((150 + 40) * MILLISECOND);
        assertThat(rtt.srtt()).isEqualTo(380 * MILLISECOND);
    }

    @Test
    @Rfc(value = 6298, section = "2.3", requirement = "6298-2.3")
    void randomMeasurementsFollowTheFormulaClosely() {
        var random = new SplittableRandom(1);
        double srtt = 0;
        double rttvar = 0;
        for (int i = 0; i < 10_000; i++) {
            long r = random.nextLong(500 * MILLISECOND);
            rttvar = i == 0 ? r / 2.0 : 0.75 * rttvar + 0.25 * Math.abs(srtt - r);
            srtt = i == 0 ? r : 0.875 * srtt + 0.125 * r;
            rtt.sample(r);
            assertThat((double) rtt.srtt()).isCloseTo(srtt, within(20.0));
            assertThat((double) rtt.rttvar()).isCloseTo(rttvar, within(40.0));
        }
    }

    @Test
    @Rfc(value = 6298, section = "2.3", requirement = "6298-2.3")
    @Rfc(value = 6298, section = "4", requirement = "6298-4")
    void aSteadyRoundTripLeavesTheGranularityAsTheOnlyMargin() {
        for (int i = 0; i < 500; i++) {
            rtt.sample(SECOND);
        }
        assertThat(rtt.rttvar()).isLessThan(G / 4);
        assertThat(rtt.rto()).isEqualTo(SECOND + G);
    }

    @Test
    @Rfc(value = 6298, section = "2.4", requirement = "6298-2.4")
    void theTimeoutIsNeverLessThanTheMinimum() {
        rtt.sample(MILLISECOND);
        assertThat(rtt.rto()).isEqualTo(MIN);
    }

    @Test
    @Rfc(value = 6298, section = "2.5", requirement = "6298-2.5")
    void theTimeoutIsNeverMoreThanTheMaximum() {
        rtt.sample(100 * SECOND);
        assertThat(rtt.rto()).isEqualTo(MAX);
        rtt.backOff();
        assertThat(rtt.rto()).isEqualTo(MAX);
    }

    @Test
    @Rfc(value = 6298, section = "5.5", requirement = "6298-5.5")
    void eachExpiryDoublesTheTimeoutUpToTheMaximum() {
        for (int i = 0; i < 7; i++) {
            assertThat(rtt.rto()).isEqualTo(Math.min(MAX, SECOND << i));
            assertThat(rtt.backoffs()).isEqualTo(i);
            rtt.backOff();
        }
        for (int i = 0; i < 1000; i++) {
            rtt.backOff();
            assertThat(rtt.rto()).isEqualTo(MAX);
        }
    }

    @Test
    @Rfc(value = 6298, section = "5")
    void aNewMeasurementEndsTheBackOff() {
        rtt.sample(100 * MILLISECOND);
        long before = rtt.rto();
        rtt.backOff();
        rtt.backOff();
        assertThat(rtt.rto()).isEqualTo(4 * before);
        rtt.sample(100 * MILLISECOND);
        assertThat(rtt.backoffs()).isZero();
        assertThat(rtt.rto()).isLessThanOrEqualTo(before);
    }

    @Test
    void theBackOffMayEndWithoutAMeasurement() {
        rtt.backOff();
        rtt.resetBackOff();
        assertThat(rtt.rto()).isEqualTo(SECOND);
    }

    @Test
    @Rfc(value = 6298, section = "5.7", requirement = "6298-5.7")
    void afterALostSynDataBeginsWithThreeSeconds() {
        rtt.backOff();
        rtt.onSynRetransmitted();
        assertThat(rtt.rto()).isEqualTo(3 * SECOND);
        assertThat(rtt.backoffs()).isZero();
    }

    @Test
    @Rfc(value = 6298, section = "5.7", requirement = "6298-5.7")
    void afterALostSynALargerTimeoutStays() {
        var patient = new RttEstimator(5 * SECOND, MIN, MAX, G);
        patient.onSynRetransmitted();
        assertThat(patient.rto()).isEqualTo(5 * SECOND);
    }

    @Test
    @Rfc(value = 6298, section = "5.7", requirement = "6298-5.7")
    void theFirstMeasurementReplacesTheThreeSeconds() {
        rtt.onSynRetransmitted();
        rtt.sample(100 * MILLISECOND);
        assertThat(rtt.rto()).isEqualTo(300 * MILLISECOND);
    }

    @Test
    @Rfc(value = 7323, section = "G")
    void severalMeasurementsPerRoundTripWeighLessEach() {
        rtt.sample(400 * MILLISECOND);
        rtt.sample(800 * MILLISECOND, 5);
        // alpha' = 1/40, beta' = 1/20
        assertThat(rtt.rttvar()).isEqualTo((200 + (400 - 200) / 20) * MILLISECOND);
        assertThat(rtt.srtt()).isEqualTo((400 + 400 / 40) * MILLISECOND);
    }

    @Test
    @Rfc(value = 7323, section = "G")
    void fewerThanOneExpectedMeasurementCountsAsOne() {
        rtt.sample(400 * MILLISECOND);
        rtt.sample(800 * MILLISECOND, 0);
        assertThat(rtt.srtt()).isEqualTo(450 * MILLISECOND);
    }

    @Test
    void theLeastAndTheLatestAreKept() {
        rtt.sample(30);
        rtt.sample(10);
        rtt.sample(20);
        assertThat(rtt.minRtt()).isEqualTo(10);
        assertThat(rtt.latest()).isEqualTo(20);
    }

    @Test
    void aRoundTripOfNoTimeIsAMeasurement() {
        rtt.sample(0);
        assertThat(rtt.hasSample()).isTrue();
        assertThat(rtt.rto()).isEqualTo(MIN);
        rtt.sample(-5);
        assertThat(rtt.latest()).isZero();
    }

    @Test
    void absurdMeasurementsDoNotOverflow() {
        for (int i = 0; i < 100; i++) {
            rtt.sample(i % 2 == 0 ? Long.MAX_VALUE : 0);
            assertThat(rtt.srtt()).isNotNegative();
            assertThat(rtt.rttvar()).isNotNegative();
            assertThat(rtt.rto()).isBetween(MIN, MAX);
        }
    }

    @Test
    void impossibleTimeoutsAreRefused() {
        assertThatThrownBy(() -> new RttEstimator(0, 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RttEstimator(1, 0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RttEstimator(1, 2, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RttEstimator(1, 1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
