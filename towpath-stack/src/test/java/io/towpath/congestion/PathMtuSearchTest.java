package io.towpath.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The search for the path MTU: RFC 8899 §5, RFC 4821 §7.
class PathMtuSearchTest {
    private static PathMtuSearch upwards() {
        return new PathMtuSearch(576, 1200, 9000, false);
    }

    /// Plays the path: packets up to `carries` arrive.
    private static long play(PathMtuSearch search, long from, int carries, int probesMax) {
        long now = from;
        for (int i = 0; i < probesMax && search.phase() != PathMtuSearch.Phase.COMPLETE; i++) {
            int size = search.probeSize(now);
            now += Time.SECOND;
            if (size > 0) {
                search.onProbeSent(size);
                if (size <= carries) {
                    search.onProbeAcknowledged(now);
                } else {
                    search.onProbeLost(now, Time.SECOND);
                }
            }
        }
        return now;
    }

    @Test
    @Rfc(value = 8899, section = "5.2")
    void theSearchBeginsAtTheBaseAndTriesTheLargestFirst() {
        var search = upwards();
        assertThat(search.size()).isEqualTo(1200);
        assertThat(search.probeSize(0)).isEqualTo(9000);
        search.onProbeSent(9000);
        assertThat(search.probeSize(0)).isZero(); // one at a time
        search.onProbeAcknowledged(1);
        assertThat(search.size()).isEqualTo(9000);
        assertThat(search.phase()).isEqualTo(PathMtuSearch.Phase.COMPLETE);
        assertThat(search.probeSize(Time.NEVER - 1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1200, 1280, 1400, 1492, 1500, 4000, 8999, 9000})
    @Rfc(value = 8899, section = "5.3")
    void theSearchFindsWhatThePathCarries(int carries) {
        var search = upwards();
        play(search, 0, carries, 1000);
        assertThat(search.phase()).isEqualTo(PathMtuSearch.Phase.COMPLETE);
        assertThat(search.size()).isBetween(carries - 16, carries);
    }

    @Test
    @Rfc(value = 8899, section = "5.1.2")
    void aSizeIsGivenUpAfterThreeLosses() {
        var search = upwards();
        for (int i = 0; i < PathMtuSearch.MAX_PROBES; i++) {
            int size = search.probeSize(i * Time.SECOND);
            assertThat(size).isGreaterThan(1200);
            search.onProbeSent(size);
            search.onProbeLost(i * Time.SECOND, Time.SECOND);
            assertThat(search.probeSize(i * Time.SECOND)).as("a pause follows").isZero();
            assertThat(search.size()).isEqualTo(1200);
        }
    }

    @Test
    @Rfc(value = 8899, section = "5.1.1")
    void aSearchThatEndedBelowTheLinkBeginsAnewAfterTenMinutes() {
        var search = upwards();
        long now = play(search, 0, 1500, 1000);
        assertThat(search.probeSize(now + PathMtuSearch.RAISE_NANOS - Time.SECOND))
                .isZero();
        assertThat(search.probeSize(now + PathMtuSearch.RAISE_NANOS)).isEqualTo(9000);
    }

    @Test
    @Rfc(value = 8899, section = "4.3")
    void aBlackHoleLowersTheSizeToTheBaseAndThenToTheLeast() {
        var search = new PathMtuSearch(576, 1200, 1500, true);
        assertThat(search.size()).isEqualTo(1500);
        assertThat(search.probeSize(0)).isZero();
        assertThat(search.onBlackHole(0, Time.SECOND, search.size())).isTrue();
        assertThat(search.size()).isEqualTo(1200);
        assertThat(search.phase()).isEqualTo(PathMtuSearch.Phase.SEARCHING);
        play(search, Time.SECOND, 1400, 1000);
        assertThat(search.size()).isBetween(1384, 1400);
        assertThat(search.onBlackHole(0, Time.SECOND, search.size())).isTrue();
        assertThat(search.onBlackHole(0, Time.SECOND, search.size())).isTrue();
        assertThat(search.size()).isEqualTo(576);
        assertThat(search.phase()).isEqualTo(PathMtuSearch.Phase.ERROR);
        assertThat(search.onBlackHole(0, Time.SECOND, search.size())).isFalse();
    }

    @Test
    void whatTheFirstLinkCarriesBoundsTheSearch() {
        var search = new PathMtuSearch(576, 1200, 1500, true);
        search.onLimit(1400);
        assertThat(search.size()).isEqualTo(1400);
        search.onLimit(1500);
        assertThat(search.size()).isEqualTo(1500);
        search = upwards();
        search.onLimit(1000);
        assertThat(search.size()).isEqualTo(1000);
    }

    @Test
    @Rfc(value = 8899, section = "4.6")
    void aProbeThatArrivesAfterThePathShrankDoesNotExceedIt() {
        var search = upwards();
        search.onProbeSent(9000);
        search.onLimit(1400);
        search.onProbeAcknowledged(1);
        assertThat(search.size()).isEqualTo(1400);
    }

    @Test
    void aProbeOfUnknownFateCountsForNothing() {
        var search = upwards();
        for (int i = 0; i < 2 * PathMtuSearch.MAX_PROBES; i++) {
            search.onProbeSent(9000);
            search.onProbeForgotten();
        }
        assertThat(search.probeSize(0)).isEqualTo(9000);
    }
}
