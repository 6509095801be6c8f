package io.towpath.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.drill.script.NotUnderstood;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A command line")
class ShellWordsTest {
    @Test
    @DisplayName("is words between blanks")
    void isWordsBetweenBlanks() {
        assertThat(ShellWords.of(1, " sysctl  -q a=b ")).isEqualTo(List.of("sysctl", "-q", "a=b"));
    }

    @Test
    @DisplayName("may have blanks and sums in quotes")
    void mayHaveBlanksAndSumsInQuotes() {
        assertThat(ShellWords.of(1, "sysctl -q mem=\"4096 131072 $((32*1024*1024))\" x='$((1))'"))
                .isEqualTo(List.of("sysctl", "-q", "mem=4096 131072 33554432", "x=$((1))"));
        assertThat(ShellWords.of(1, "a $((2+3))b")).isEqualTo(List.of("a", "5b"));
    }

    @Test
    @DisplayName("writes its output elsewhere")
    void writesItsOutputElsewhere() {
        assertThat(ShellWords.of(1, "ethtool -K tun0 tso off 2>/dev/null >log 2>&1"))
                .isEqualTo(List.of("ethtool", "-K", "tun0", "tso", "off"));
    }

    @Test
    @DisplayName("without the end of a quote is not understood")
    void withoutTheEndOfAQuoteIsNotUnderstood() {
        assertThatThrownBy(() -> ShellWords.of(7, "a \"b")).isInstanceOf(NotUnderstood.class);
        assertThatThrownBy(() -> ShellWords.of(7, "$((1+x))")).isInstanceOf(NotUnderstood.class);
    }
}
