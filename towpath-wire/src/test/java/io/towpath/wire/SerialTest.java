package io.towpath.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

@Rfc(value = 9293, section = "3.4")
class SerialTest {
    private static final long CIRCLE = 1L << 32;

    @Test
    void aNumberAheadOfTheReferenceStaysAheadAcrossTheWrap() {
        assertThat(Serial.unwrap(5, 0xffff_fff0L)).isEqualTo(CIRCLE + 5);
        assertThat(Serial.unwrap(5, 7 * CIRCLE - 3)).isEqualTo(7 * CIRCLE + 5);
    }

    @Test
    void aNumberBehindTheReferenceStaysBehindAcrossTheWrap() {
        assertThat(Serial.unwrap(0xffff_fff0, CIRCLE + 5)).isEqualTo(0xffff_fff0L);
        assertThat(Serial.unwrap(-1, 3 * CIRCLE)).isEqualTo(3 * CIRCLE - 1);
    }

    @Test
    void halfTheCircleAwayCountsAsOlder() {
        assertThat(Serial.unwrap(0x8000_0000, CIRCLE)).isEqualTo(CIRCLE - 0x8000_0000L);
    }

    @Test
    void everyNumberWithinHalfTheCircleComesBack() {
        var random = new SplittableRandom(9293);
        for (int i = 0; i < 100_000; i++) {
            long reference = random.nextLong(1L << 60);
            long value = reference + random.nextLong(-(1L << 31), 1L << 31);
            assertThat(Serial.unwrap((int) value, reference)).isEqualTo(value);
        }
    }
}
