package io.towpath.net.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.wire.testing.Rfc;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a scanner learns of a host: which ports are open, and nothing of the numbers that it will choose.
@Tag("interop")
@ExtendWith(Requirements.class)
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScanIT {
    /// nmap's word for sequence numbers that follow no rule begins here; its scale is logarithmic.
    private static final int GOOD_LUCK = 250;

    private static final Pattern DIFFICULTY = Pattern.compile("TCP Sequence Prediction: Difficulty=(\\d+)");
    private static final Pattern IDS = Pattern.compile("IP ID Sequence Generation: (.*)");
    /// How IP IDs follow each other: of TCP to open ports, TCP to shut ports, ICMP.
    private static final Pattern FINGERPRINT = Pattern.compile("SEQ\\(.*?TI=(\\w+).*?CI=(\\w+).*?II=(\\w+)");

    @Test
    @Rfc(value = 6528, section = "3")
    @Rfc(value = 6864, section = "4.1")
    void sequenceNumbersAndIdentificationsCannotBeForetold(@TempDir Path www) throws Exception {
        try (Namespace namespace = new Namespace(true, 1000, www)) {
            Namespace.Outcome outcome =
                    namespace.run("nmap", "-n", "-sS", "-O", "-v", "-d", "-p", "1-1000", "10.77.0.2");
            assertThat(outcome.exit()).as(outcome.errors()).isZero();
            String report = outcome.out();
            assertThat(report).contains("7/tcp", "80/tcp").contains("echo", "http");
            Matcher difficulty = DIFFICULTY.matcher(report);
            assertThat(difficulty.find()).as(report).isTrue();
            System.out.println(difficulty.group());
            assertThat(Integer.parseInt(difficulty.group(1))).isGreaterThanOrEqualTo(GOOD_LUCK);
            // Zero where nothing may fragment (RFC 6864), and else at random: never a counter.
            Matcher ids = IDS.matcher(report);
            assertThat(ids.find()).as(report).isTrue();
            System.out.println(ids.group());
            assertThat(ids.group(1)).isIn("All zeros", "Randomized");
            Matcher print = FINGERPRINT.matcher(report.replaceAll("\\nOS:", ""));
            assertThat(print.find()).as(report).isTrue();
            System.out.println(print.group());
            assertThat(print.group(1)).isIn("Z", "RD");
            assertThat(print.group(2)).isIn("Z", "RD");
            // Of ICMP it sees two numbers: at random (RD), or by chance close enough to be steps at random (RI).
            assertThat(print.group(3)).isIn("Z", "RD", "RI");
        }
    }
}
