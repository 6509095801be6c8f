package io.towpath.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// `towpath bench tcp --link tun`. Skipped where no namespace and no device can be had.
final class TunBenchTest {
    @Test
    void oneThreadAndTheKernelsTcpMoveDataBothWaysAndLeaveNothingBehind() throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "there is no /dev/net/tun");
        String before = Files.readString(Path.of("/proc/net/dev"));

        var outcome = Terminal.run(
                "bench", "tcp", "--link", "tun", "--seconds", "0.2", "--only", "one thread, super", "--json");

        assumeTrue(!outcome.err().contains("no permission"), outcome.err());
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .contains("receive from the kernel, one thread, super-segments")
                .contains("send to the kernel, one thread, super-segments")
                .doesNotContain("packets of 1500 bytes", "a thread for the host")
                .doesNotContain("\"bulkBytesPerSecond\": 0.0");
        assertThat(before).doesNotContain("tpbench");
        assertThat(Files.readString(Path.of("/proc/net/dev"))).doesNotContain("tpbench");
    }
}
