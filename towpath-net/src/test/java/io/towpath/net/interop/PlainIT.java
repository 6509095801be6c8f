package io.towpath.net.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

/// Packet by packet, everything computed here; what passed is captured, and tshark finds nothing wrong with it.
class PlainIT extends LinuxScenarios {
    /// Linux writes 0xffff where its sum is zero, once in tens of thousands of segments: in ones' complement that is
    /// the same number (RFC 1624 §3), but tshark wants the other form.
    private static final String ZERO_OF_LINUX =
            "((ip.src == 10.77.0.1 || ipv6.src == fd77::1) && tcp.checksum == 0xffff)";

    private static final String WRONG =
            "_ws.malformed || ip.checksum.status == 0 || (tcp.checksum.status == 0 && !" + ZERO_OF_LINUX + ")"
                    + " || udp.checksum.status == 0 || icmp.checksum.status == 0 || icmpv6.checksum.status == 0";

    @Override
    Namespace open(Path www) throws IOException, InterruptedException {
        return new Namespace(false, 1000, www, capture().toString());
    }

    private static Path capture() {
        return directory.resolve("plain.pcapng");
    }

    @Override
    int large() {
        return 5_000_000;
    }

    @Override
    int medium() {
        return 2_000_000;
    }

    @Override
    void afterwards() throws IOException {
        String all = tshark("ip || ipv6");
        assertThat(all.lines().count()).isGreaterThan(10_000);
        String wrong = tshark(WRONG);
        assertThat(wrong.lines().limit(20).toList()).isEmpty();
    }

    private static String tshark(String filter) throws IOException {
        Process process = new ProcessBuilder(
                        "tshark",
                        "-r",
                        capture().toString(),
                        "-o",
                        "ip.check_checksum:TRUE",
                        "-o",
                        "tcp.check_checksum:TRUE",
                        "-o",
                        "udp.check_checksum:TRUE",
                        "-Y",
                        filter)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
