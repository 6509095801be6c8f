package io.towpath.net.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.net.TowpathSelectorProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `Towpath.installAsDefault`, with the JDK's own HTTP client and server.
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WholeJvmTest {
    private static String run(String... options) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-ea", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), WebOnBothSides.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Test
    void theJdksHttpClientAndServerTalkOverTowpathAndOverTheOperatingSystemAtOnce() throws Exception {
        assertThat(run(
                        "-Djava.nio.channels.spi.SelectorProvider=" + TowpathSelectorProvider.class.getName(),
                        "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED"))
                .endsWith(WebOnBothSides.DONE + System.lineSeparator());
    }

    @Test
    void withoutTheOptionInstallingSaysWhatIsMissing() throws Exception {
        assertThat(run()).contains("start java with -Djava.nio.channels.spi.SelectorProvider=");
    }

    @Test
    void withoutTheExportTheOperatingSystemsChannelsSayWhatIsMissing() throws Exception {
        assertThat(run("-Djava.nio.channels.spi.SelectorProvider=" + TowpathSelectorProvider.class.getName()))
                .contains("--add-exports java.base/sun.nio.ch=ALL-UNNAMED");
    }
}
