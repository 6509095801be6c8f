package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ArgumentsTest {
    @ParameterizedTest
    @CsvSource({"5%,0.05", "5,0.05", "0,0", "0%,0", "2.5 %,0.025", "0.5%,0.005", "100%,1", "1,0.01"})
    void percentagesAreSharesOfOne(String text, double share) {
        assertThat(new Percent.Converter().convert(text).share()).isEqualTo(share);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "abc", "-1", "0.05", "5%%", "1e1%", "NaN", "٣%"})
    void otherTextsAreNoPercentages(String text) {
        assertThatThrownBy(() -> new Percent.Converter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("expects a percentage such as 5%, not '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1500,1500",
        "20M,20000000",
        "20m,20000000",
        "20MB,20000000",
        "1.5G,1500000000",
        "64KiB,65536",
        "64 Ki,65536",
        "1MiB,1048576",
        "7b,7"
    })
    void sizesHaveDecimalAndBinaryUnits(String text, long bytes) {
        assertThat(new ByteSize.Converter().convert(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1M", "20 Mbit", "20T", "0x10", "9999999999999999G", "1,5M"})
    void otherTextsAreNoSizes(String text) {
        assertThatThrownBy(() -> new ByteSize.Converter().convert(text)).isInstanceOf(TypeConversionException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "0ms,0",
        "20ms,20000000",
        "1.5s,1500000000",
        "250us,250000",
        "250µs,250000",
        "5ns,5",
        "2min,120000000000",
        "2m,120000000000",
        "24h,86400000000000"
    })
    void durationsNeedAUnit(String text, long nanos) {
        assertThat(new Span.Converter().convert(text).nanos()).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "ms", "-1ms", "25h", "20 parsecs", "1e3ms"})
    void otherTextsAreNoDurations(String text) {
        assertThatThrownBy(() -> new Span.Converter().convert(text)).isInstanceOf(TypeConversionException.class);
    }
}
