package io.towpath.net.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A network namespace of its own with a [TunHost] in it, and Linux's tools run beside it. Closing it ends what it
/// started and removes the namespace.
final class Namespace implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(170);

    private final String name;
    private final List<Process> started = new ArrayList<>();
    private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Process host;
    private final Thread undo;

    /// What a command said and how it ended.
    record Outcome(int exit, String out, String errors) {}

    /// @param offload whether the device leaves checksums and segmentation to the kernel
    /// @param minRtoMillis smallest retransmission timeout of the host
    /// @param directory what the host serves over HTTP
    /// @param more further arguments of [TunHost]
    Namespace(boolean offload, int minRtoMillis, Path directory, String... more)
            throws IOException, InterruptedException {
        this(TunHost.class, tunArguments(offload, minRtoMillis, directory, more));
    }

    private static List<String> tunArguments(boolean offload, int minRtoMillis, Path directory, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("tp0", offload ? "offload" : "plain", Integer.toString(minRtoMillis), directory.toString()));
        arguments.addAll(List.of(more));
        return arguments;
    }

    /// @param program a host under test, which says `ready` when it is and obeys lines on its standard input
    /// @param arguments its arguments
    Namespace(Class<?> program, List<String> arguments) throws IOException, InterruptedException {
        name = "towpath-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000;
        must(new ProcessBuilder("ip", "netns", "add", name));
        undo = Thread.ofPlatform().unstarted(this::remove); // should the test's process be ended before its time
        Runtime.getRuntime().addShutdownHook(undo);
        try {
            must(inside("ip", "link", "set", "lo", "up"));
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-ea",
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-Xmx512m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    program.getName()));
            command.addAll(arguments);
            host = inside(command.toArray(String[]::new))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            started.add(host);
            Thread.ofVirtual().start(this::listen);
            String first = said();
            if (!first.startsWith("ready")) {
                throw new IOException("the host said " + first);
            }
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    private void listen() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(host.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(said::add);
        } catch (IOException | UncheckedIOException ended) {
            // with the process
        }
        said.add("(the host's process ended)");
    }

    /// The next line that the host says.
    String said() throws InterruptedException {
        String line = said.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return line == null ? "(nothing)" : line;
    }

    /// Gives the host a command, and returns what it says next.
    String ask(String command) throws IOException, InterruptedException {
        OutputStream in = host.getOutputStream();
        in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        return said();
    }

    private ProcessBuilder inside(String... command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name));
        words.addAll(List.of(command));
        return new ProcessBuilder(words);
    }

    /// Runs a command in the namespace to its end.
    Outcome run(String... command) throws IOException, InterruptedException {
        Process process = begin(command);
        process.getOutputStream().close();
        return end(process);
    }

    /// Starts a command in the namespace; it ends with the namespace at the latest.
    Process begin(String... command) throws IOException {
        Process process = inside(command).start();
        started.add(process);
        return process;
    }

    /// The same with what it says written to a file, for those who say much.
    Process begin(Path output, String... command) throws IOException {
        Process process = inside(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        started.add(process);
        return process;
    }

    private static Outcome end(Process process) throws IOException, InterruptedException {
        CompletableFuture<String> errors = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                errors.complete(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                errors.completeExceptionally(e);
            }
        });
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("a command does not end");
        }
        return new Outcome(process.exitValue(), out, errors.join());
    }

    /// Runs a command in the namespace that must succeed.
    void must(String... command) throws IOException, InterruptedException {
        must(inside(command));
    }

    private static void must(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.start();
        process.getOutputStream().close();
        Outcome outcome = end(process);
        if (outcome.exit() != 0) {
            throw new IOException(String.join(" ", builder.command()) + ": " + outcome.errors());
        }
    }

    /// Runs a command outside the namespace that must succeed: `ip netns add` has no effect inside.
    static void outside(String... command) throws IOException, InterruptedException {
        must(new ProcessBuilder(command));
    }

    /// From now on the kernel drops this share of the packets, each way.
    void lose(int percent) throws IOException, InterruptedException {
        lose("tp0", percent);
    }

    /// The same at another device.
    void lose(String device, int percent) throws IOException, InterruptedException {
        String drop = "numgen random mod 100 < " + percent + " drop";
        must("nft", "add table inet lossy");
        must("nft", "add chain inet lossy in { type filter hook input priority 0; }");
        must("nft", "add chain inet lossy out { type filter hook output priority 0; }");
        must("nft", "add rule inet lossy in iifname " + device + " " + drop);
        if (!device.equals("lo")) {
            // What goes by the loopback device passes both. Linux hears of what is dropped here, and forgets a
            // half-open
            // connection at once when it cannot send its SYN-ACK again: with the last ACK of the handshake lost too,
            // the
            // other side waits for ever. No network does that, so SYN-ACKs are spared.
            must("nft", "add rule inet lossy out tcp flags & (syn | ack) == syn | ack accept");
            must("nft", "add rule inet lossy out oifname " + device + " " + drop);
        }
    }

    @Override
    public void close() {
        for (Process process : started.reversed()) {
            stop(process);
        }
        remove();
        boolean ignored = Runtime.getRuntime().removeShutdownHook(undo);
    }

    private void remove() {
        try {
            must(new ProcessBuilder("ip", "netns", "del", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The host ends in order when its input does; what else runs is ended.
    private void stop(Process process) {
        try {
            process.getOutputStream().close();
            if (process != host || !process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
            boolean ignored = process.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
