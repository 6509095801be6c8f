package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
    private static final List<String> KNOWN = List.of("demo", "host", "ss", "sim", "bench", "completion");

    @Test
    void aSwappedOrMissingLetterIsForgiven() {
        assertThat(Spelling.nearest("dmeo", KNOWN)).isEqualTo("demo");
        assertThat(Spelling.nearest("hst", KNOWN)).isEqualTo("host");
        assertThat(Spelling.nearest("completoin", KNOWN)).isEqualTo("completion");
    }

    @Test
    void anotherWordIsNotGuessed() {
        assertThat(Spelling.nearest("xyzzy", KNOWN)).isNull();
        assertThat(Spelling.nearest("x", KNOWN)).isNull();
    }
}
