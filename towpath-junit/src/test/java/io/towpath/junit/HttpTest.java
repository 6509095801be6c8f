package io.towpath.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Libraries that open their channels by the JVM's provider, unmodified.
class HttpTest {
    private static final Pattern RESULT =
            Pattern.compile("10 requests, (\\d+) ms of virtual time, (\\d+) SYN, (\\d+) sent again, [0-9a-f]{64}");

    @ParameterizedTest(name = "loss {0} {1}")
    @CsvSource({"0, wire", "0.10, wire", "0.10, nat"})
    @DisplayName("The JDK's HttpClient talks to the JDK's HttpServer over a simulated wire, and through a NAT")
    void httpClientAndServerOfTheJdk(String loss, String between) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "-Djava.nio.channels.spi.SelectorProvider=" + HttpProgram.Provider.class.getName(),
                HttpProgram.class.getName(),
                "1",
                loss));
        if (between.equals("nat")) {
            command.add(between);
        }
        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).as(output).isZero();
        Matcher result = RESULT.matcher(output);
        assertThat(result.find()).as(output).isTrue();
        // One connection, kept alive: a round trip of 300 ms to open it, and one or two for each request.
        assertThat(Long.parseLong(result.group(1))).isGreaterThanOrEqualTo(11 * 300);
        if (loss.equals("0")) {
            assertThat(result.group(3)).isEqualTo("0");
        } else {
            assertThat(Integer.parseInt(result.group(3))).isPositive();
        }
    }
}
