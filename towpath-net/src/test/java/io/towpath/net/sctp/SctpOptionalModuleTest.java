package io.towpath.net.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `jdk.sctp` is needed for its own channels only.
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SctpOptionalModuleTest {
    @Test
    void aJvmWithoutTheModuleHasNativeSocketsAndSaysWhatTheChannelsNeed() throws Exception {
        String output = run("--limit-modules=java.base,jdk.net");
        assertThat(output).contains("--add-modules jdk.sctp").endsWith(WithoutTheModule.DONE + System.lineSeparator());
    }

    @Test
    void aJvmWithTheModuleHasBoth() throws Exception {
        assertThat(run("-Xshare:auto"))
                .contains(SctpChannels.class.getName())
                .endsWith(WithoutTheModule.DONE + System.lineSeparator());
    }

    private static String run(String option) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-ea",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        WithoutTheModule.class.getName()))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
