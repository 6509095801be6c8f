package io.towpath.link.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.towpath.wire.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Work in a network namespace of its own. Skipped where the kernel makes none for us.
final class NetworkNamespaceTest {
    private static final Path HERE = Path.of("/proc/thread-self/ns/net");

    private static <T> T call(NetworkNamespace.Work<T> work) throws IOException {
        try {
            return NetworkNamespace.call(work);
        } catch (TunException e) {
            TunTestBed.require(!e.errnoName().equals("EPERM"), e.getMessage());
            throw e;
        }
    }

    @Test
    void theWorkSeesNothingButALoopbackInterface() throws IOException {
        List<String> lines = call(() -> Files.readAllLines(Path.of("/proc/thread-self/net/dev")));

        // Two lines of heading.
        assertThat(lines.subList(2, lines.size())).singleElement().asString().startsWith("    lo:");
    }

    @Test
    void processesAndThreadsOfTheWorkAreInItsNamespaceAndTheCallerStaysWhereItWas() throws IOException {
        Path before = Files.readSymbolicLink(HERE);

        List<String> seen = call(() -> {
            var ofThread = new Path[1];
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    ofThread[0] = Files.readSymbolicLink(HERE);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            String ofProcess =
                    TunTestBed.command("readlink", "/proc/self/ns/net").said().strip();
            return List.of(Files.readSymbolicLink(HERE).toString(), ofThread[0].toString(), ofProcess);
        });

        assertThat(Files.readSymbolicLink(HERE)).isEqualTo(before);
        assertThat(seen.getFirst()).isNotEqualTo(before.toString());
        assertThat(seen).containsOnly(seen.getFirst());
    }

    @Test
    void aDeviceOfTheWorkIsNotSeenOutside() throws IOException {
        String name = call(() -> {
            try (TunLink link = TunLink.open("towpathns%d", 1500, true)) {
                new TunSetup(List.of(Prefix.parse("10.79.0.1/24")), List.of()).apply(link);
                assertThat(Files.readString(Path.of("/proc/thread-self/net/dev")))
                        .contains(link.info().name() + ":");
                return link.info().name();
            }
        });

        assertThat(Files.readString(Path.of("/proc/thread-self/net/dev"))).doesNotContain(name + ":");
    }

    @Test
    void whatTheWorkThrowsTheCallerGets() {
        assertThatThrownBy(() -> call(() -> {
                    throw new IOException("no such thing");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no such thing");
        assertThatThrownBy(() -> call(() -> {
                    throw new IllegalArgumentException("not so");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not so");
    }
}
