package io.towpath.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "999,999 B",
        "1000,1.00 kB",
        "1448,1.45 kB",
        "20000000,20.0 MB",
        "999499,999 kB",
        "999500,1.00 MB"
    })
    void bytesHaveThreeDigitsAndADecimalUnit(long bytes, String text) {
        assertThat(Quantities.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "850,850 ns",
        "12500,12.5 µs",
        "40100000,40.1 ms",
        "999499999,999 ms",
        "999500000,1.00 s",
        "3210000000,3.21 s",
        "99600000000,1 min 40 s",
        "247000000000,4 min 07 s",
        "3720000000000,1 h 02 min",
    })
    void durationsAreWrittenForPeople(long nanos, String text) {
        assertThat(Quantities.duration(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0 %", "0.05,5 %", "0.3,30 %", "0.0025,0.25 %", "1,100 %"})
    void sharesArePercentages(double share, String text) {
        assertThat(Quantities.percent(share)).isEqualTo(text);
    }

    @Test
    void ratesAreInBits() {
        assertThat(Quantities.bitRate(4_775_000)).isEqualTo("38.2 Mbit/s");
        assertThat(Quantities.bitRate(10)).isEqualTo("80 bit/s");
    }

    @Test
    void oneOfSomethingHasNoPluralS() {
        assertThat(Quantities.count(1, "segment")).isEqualTo("1 segment");
        assertThat(Quantities.count(13_812, "segment")).isEqualTo("13,812 segments");
    }

    @Test
    void momentsLineUp() {
        assertThat(Quantities.moment(40_080_000)).isEqualTo("40.080 ms");
        assertThat(Quantities.moment(12 * Time.SECOND)).isEqualTo("12.000 s ");
        assertThat(Quantities.moment((2 * 3600 + 3 * 60 + 4) * Time.SECOND + 5_000_000))
                .isEqualTo("2:03:04.005");
    }
}
