package io.towpath.tcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.tcp.send.Delivery;
import io.towpath.tcp.send.Flight;
import io.towpath.wire.testing.Rfc;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 6675 §4 IsLost, against the same rule asked of each entry alone.
class LossBoundaryTest {
    private static final int DUP_THRESH = 3;
    private static final int MSS = 1000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @Rfc(value = 6675, section = "4", requirement = "6675-4-1")
    void theBoundaryIsWhereIsLostSaysSo(long seed) {
        Entropy chance = Entropy.seeded(seed);
        for (int round = 0; round < 500; round++) {
            var flight = new Flight();
            long nxt = 1;
            for (int n = chance.nextInt(30); n >= 0; n--) {
                int length = 1 + chance.nextInt(MSS);
                flight.add(nxt, length, 0);
                nxt += length;
            }
            var delivery = new Delivery();
            delivery.begin(0, 0, 0, 0);
            for (int blocks = chance.nextInt(8); blocks > 0; blocks--) {
                long left = flight.firstIndex() + chance.nextInt(flight.size());
                long right = Math.min(flight.lastIndex(), left + chance.nextInt(4));
                flight.sack(flight.start(left), flight.end(right), delivery);
            }
            check(flight, "seed " + seed + " round " + round);
        }
    }

    private static void check(Flight flight, String when) {
        long boundary = LossBoundary.of(flight, DUP_THRESH, MSS);
        long above = 0;
        int sequences = 0;
        boolean inside = false;
        for (long i = flight.lastIndex(); i >= flight.firstIndex(); i--) {
            if (flight.isSacked(i)) {
                above += flight.length(i);
                sequences += inside ? 0 : 1;
            } else {
                boolean isLost = above > (DUP_THRESH - 1L) * MSS || sequences >= DUP_THRESH;
                assertThat(flight.end(i) <= boundary).as(when).isEqualTo(isLost);
            }
            inside = flight.isSacked(i);
        }
    }
}
