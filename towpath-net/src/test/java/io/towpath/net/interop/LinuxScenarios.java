package io.towpath.net.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Linux's tools and a Towpath host do with each other. Each subclass does it on another wire.
@Tag("interop")
@ExtendWith(Requirements.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class LinuxScenarios {
    /// The addresses of the host under test and of Linux, as URLs write them.
    private static final String HOST4 = "10.77.0.2";

    private static final String HOST6 = "[fd77::2]";
    private static final String LINUX4 = "10.77.0.1";
    private static final String LINUX6 = "[fd77::1]";

    @TempDir
    static Path directory;

    private Namespace namespace;
    private String largeDigest;

    /// Opens the wire. The host serves `www`.
    abstract Namespace open(Path www) throws IOException, InterruptedException;

    /// Bytes of the largest transfers.
    int large() {
        return 100_000_000;
    }

    /// Bytes of the others.
    int medium() {
        return 20_000_000;
    }

    /// Requests that ping sends, and how many answers are enough.
    int pings() {
        return 5;
    }

    int pongs() {
        return 5;
    }

    @BeforeAll
    final void start() throws IOException, InterruptedException {
        Path www = Files.createDirectory(directory.resolve(getClass().getSimpleName()));
        byte[] data = new byte[large()];
        new Random(8).nextBytes(data);
        Files.write(www.resolve("large"), data);
        largeDigest = large() + " " + Digests.of(data);
        namespace = open(www);
    }

    @AfterAll
    final void stop() throws IOException {
        if (namespace != null) {
            namespace.close();
            afterwards();
        }
    }

    /// What is left to be looked at when the host has ended.
    void afterwards() throws IOException {}

    private static String bare(String address) {
        return address.replace("[", "").replace("]", "");
    }

    @ParameterizedTest
    @CsvSource({HOST4 + ",56", HOST6 + ",56", HOST4 + ",4000", HOST6 + ",4000"})
    void pingIsAnsweredWholeOrInFragments(String address, int size) throws Exception {
        Namespace.Outcome outcome =
                namespace.run("ping", "-n", "-i", "0.1", "-W", "2", "-c", "" + pings(), "-s", "" + size, bare(address));
        String received = outcome.out().replaceFirst("(?s).* (\\d+) received.*", "$1");
        assertThat(Integer.parseInt(received)).as(outcome.out()).isGreaterThanOrEqualTo(pongs());
    }

    @ParameterizedTest
    @ValueSource(strings = {HOST4, HOST6})
    void curlDownloadsALargeFileIntact(String address) throws Exception {
        Process curl = namespace.begin("curl", "-sS", "http://" + address + "/large");
        assertThat(Digests.of(curl.getInputStream())).isEqualTo(largeDigest);
        assertThat(curl.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {HOST4, HOST6})
    void anUploadArrivesIntact(String address) throws Exception {
        Process sender = namespace.begin("socat", "-u", "STDIN", "TCP:" + address + ":99");
        try (OutputStream out = sender.getOutputStream()) {
            Files.copy(large99(), out);
        }
        assertThat(namespace.said()).isEqualTo("received " + largeDigest);
        assertThat(sender.waitFor()).isZero();
    }

    private Path large99() {
        return directory.resolve(getClass().getSimpleName()).resolve("large");
    }

    @ParameterizedTest
    @ValueSource(strings = {HOST4, HOST6})
    void whatIsEchoedComesBackIntact(String address) throws Exception {
        byte[] data = new byte[medium()];
        new Random(9).nextBytes(data);
        Process socat = namespace.begin("socat", "-t", "120", "STDIO", "TCP:" + address + ":7");
        Thread writer = Thread.ofVirtual().start(() -> {
            try (OutputStream out = socat.getOutputStream()) {
                out.write(data);
            } catch (IOException e) {
                socat.destroy();
            }
        });
        assertThat(Digests.of(socat.getInputStream())).isEqualTo(data.length + " " + Digests.of(data));
        writer.join();
    }

    @ParameterizedTest
    @ValueSource(strings = {HOST4, HOST6})
    void discardTakesEverything(String address) throws Exception {
        Process sender = namespace.begin("socat", "-u", "STDIN", "TCP:" + address + ":9");
        try (OutputStream out = sender.getOutputStream()) {
            out.write(new byte[medium()]);
        }
        assertThat(sender.waitFor()).isZero();
    }

    @ParameterizedTest
    @CsvSource({HOST4 + ",5", HOST6 + ",5", HOST4 + ",7000", HOST6 + ",7000"})
    void aDatagramIsEchoedWholeOrInFragments(String address, int size) throws Exception {
        byte[] data = new byte[size];
        new Random(10).nextBytes(data);
        byte[] answer = {};
        for (int attempt = 0; attempt < pings() && answer.length == 0; attempt++) {
            Process socat = namespace.begin("socat", "-b", "8000", "-t", "1", "STDIO", "UDP:" + address + ":7");
            try (OutputStream out = socat.getOutputStream()) {
                out.write(data);
            }
            answer = socat.getInputStream().readAllBytes();
        }
        assertThat(answer).isEqualTo(data);
    }

    @ParameterizedTest
    @ValueSource(strings = {HOST4, HOST6})
    void aClosedPortIsRefused(String address) throws Exception {
        Namespace.Outcome outcome = namespace.run("curl", "-sS", "http://" + address + ":81/");
        assertThat(outcome.exit()).isEqualTo(7);
        assertThat(outcome.errors()).containsAnyOf("Connection refused", "Couldn't connect", "Could not connect");
        assertThat(namespace
                        .run("socat", "-u", "TCP:" + address + ":81", "STDOUT")
                        .errors())
                .contains("Connection refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {HOST4, HOST6})
    void daytimeIsALine(String address) throws Exception {
        assertThat(namespace
                        .run("socat", "-u", "TCP:" + address + ":13", "STDOUT")
                        .out())
                .endsWith("-UTC\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {HOST4, HOST6})
    void curlAsksForAPartAndForWhatIsNotThere(String address) throws Exception {
        Namespace.Outcome part = namespace.run(
                "curl",
                "-sS",
                "-r",
                "10-19",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code} %{size_download}",
                "http://" + address + "/large");
        assertThat(part.out()).isEqualTo("206 10");
        Namespace.Outcome none = namespace.run(
                "curl",
                "-sS",
                "--path-as-is",
                "-w",
                "%{http_code}",
                "-o",
                "/dev/null",
                "http://" + address + "/../../etc/passwd");
        assertThat(none.out()).isEqualTo("404");
    }

    @ParameterizedTest
    @CsvSource({LINUX4 + ",TCP4-LISTEN:8001", LINUX6 + ",TCP6-LISTEN:8002"})
    void theHostDownloadsFromLinux(String address, String listen) throws Exception {
        Process server = namespace.begin("socat", "-u", "OPEN:" + large99(), listen + ",reuseaddr");
        String port = listen.replaceFirst(".*:", "");
        awaitListening(port);
        assertThat(namespace.ask("get " + address + ":" + port)).isEqualTo("got " + largeDigest);
        assertThat(server.waitFor()).isZero();
    }

    @ParameterizedTest
    @CsvSource({LINUX4 + ",TCP4-LISTEN:8003", LINUX6 + ",TCP6-LISTEN:8004"})
    void theHostUploadsToLinux(String address, String listen) throws Exception {
        Process server = namespace.begin("socat", "-u", listen + ",reuseaddr", "STDOUT");
        String port = listen.replaceFirst(".*:", "");
        awaitListening(port);
        Thread asker = Thread.currentThread();
        String[] received = new String[1];
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                received[0] = Digests.of(server.getInputStream());
            } catch (IOException e) {
                asker.interrupt();
            }
        });
        String put = namespace.ask("put " + address + ":" + port + " " + medium() + " 11");
        reader.join();
        assertThat(put).isEqualTo("put " + received[0]);
        assertThat(received[0]).startsWith(medium() + " ");
    }

    private void awaitListening(String port) throws Exception {
        while (!namespace.run("ss", "-Hltn", "sport = :" + port).out().contains(":" + port)) {
            Thread.yield();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {LINUX4, LINUX6})
    void aClosedPortOfLinuxIsRefused(String address) throws Exception {
        assertThat(namespace.ask("get " + address + ":1")).isEqualTo("failed Connection refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {LINUX4, LINUX6})
    void linuxAnswersTheHostsPing(String address) throws Exception {
        String answer = "";
        for (int attempt = 0; attempt < pings() && !answer.equals("pong"); attempt++) {
            answer = namespace.ask("ping " + bare(address));
        }
        assertThat(answer).isEqualTo("pong");
    }
}
