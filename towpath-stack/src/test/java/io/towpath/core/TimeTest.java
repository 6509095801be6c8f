package io.towpath.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimeTest {
    @Test
    void afterAddsADuration() {
        assertThat(Time.after(5, 3 * Time.MICROSECOND)).isEqualTo(3005);
    }

    @Test
    void afterNeverIsNever() {
        assertThat(Time.after(0, Time.NEVER)).isEqualTo(Time.NEVER);
        assertThat(Time.after(5, Time.NEVER)).isEqualTo(Time.NEVER);
    }

    @Test
    void aSumThatOverflowsIsNever() {
        assertThat(Time.after(1L << 61, Long.MAX_VALUE - 1)).isEqualTo(Time.NEVER);
    }
}
