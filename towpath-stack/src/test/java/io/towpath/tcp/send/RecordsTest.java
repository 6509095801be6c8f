package io.towpath.tcp.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Where records end.
class RecordsTest {
    private static final long OPEN = 1_000_000;
    private final Records records = new Records();

    @Test
    void withoutAnyTheDataEndsWithItsLastByte() {
        assertThat(records.endOf(17, OPEN)).isEqualTo(OPEN);
    }

    @Test
    void eachByteBelongsToOneRecord() {
        records.end(100);
        records.end(300);
        assertThat(records.endOf(0, OPEN)).isEqualTo(100);
        assertThat(records.endOf(99, OPEN)).isEqualTo(100);
        assertThat(records.endOf(100, OPEN)).isEqualTo(300);
        assertThat(records.endOf(300, OPEN)).isEqualTo(OPEN);
    }

    @Test
    void whatIsAcknowledgedIsForgotten() {
        for (int i = 1; i <= 1000; i++) {
            records.end(10L * i);
            records.acknowledge(10L * i - 55);
        }
        assertThat(records.endOf(9_945, OPEN)).isEqualTo(9_950);
        assertThat(records).hasToString("[9950, 9960, 9970, 9980, 9990, 10000]");
    }

    @Test
    void manyMayBeUnderWay() {
        for (int i = 1; i <= 100; i++) {
            records.end(i);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(records.endOf(i, OPEN)).isEqualTo(i + 1);
        }
    }

    @Test
    void anEmptyRecordIsNone() {
        records.end(5);
        records.end(5);
        assertThat(records).hasToString("[5]");
    }

    @Test
    @Timeout(8)
    void oneOfManySmallRecordsIsFoundWithoutLookingAtAllOfThem() {
        var many = new Records();
        for (int end = 1; end <= 200_000; end++) {
            many.end(end);
        }
        for (int seq = 0; seq < 200_000; seq++) {
            if (many.endOf(seq, Long.MAX_VALUE) != seq + 1) {
                fail("the record of the byte at " + seq);
            }
            many.acknowledge(seq - 10);
        }
    }
}
