package io.towpath.link.tun;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.towpath.core.Packet;
import io.towpath.core.PacketPool;
import io.towpath.core.TxBatch;
import io.towpath.link.RxBatch;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A TUN device whose kernel side sits in a network namespace of its own, with 10.79.0.1/24 and fd79::1/64; this side
/// is to answer for 10.79.0.2 and fd79::2. Skips the test, with a printed reason, where that cannot be had.
final class TunTestBed implements AutoCloseable {
    static final String OURS_4 = "10.79.0.2";
    static final String OURS_6 = "fd79::2";

    final TunLink link;
    final PollDriver driver;
    final PacketPool pool = new PacketPool();
    final RxBatch in = new RxBatch(64, pool);
    final TxBatch out = new TxBatch(64);
    private final String namespace = "towpath-" + ProcessHandle.current().pid();

    TunTestBed(int mtu, boolean offload) throws Exception {
        require(Files.exists(Path.of("/dev/net/tun")), "there is no /dev/net/tun");
        require(command("ip", "netns", "add", namespace).exit == 0, "no right to make a network namespace");
        TunLink opened = null;
        try {
            opened = TunLink.open("towpath%d", mtu, offload);
            command("ip", "-n", namespace, "link", "set", "lo", "up");
            new TunSetup(
                            List.of(Prefix.parse("10.79.0.1/24"), Prefix.parse("fd79::1/64")),
                            List.of(Prefix.parse("10.80.0.0/16")),
                            namespace)
                    .apply(opened);
        } catch (TunException e) {
            if (opened != null) {
                opened.close();
            }
            command("ip", "netns", "del", namespace);
            require(!e.errnoName().equals("EPERM"), e.getMessage());
            throw e;
        }
        link = opened;
        driver = new PollDriver();
        driver.add(link);
    }

    static void require(boolean condition, String reason) {
        if (!condition) {
            System.out.println("skipped: " + reason);
        }
        assumeTrue(condition, reason);
    }

    record Ended(int exit, String said) {}

    static Ended command(String... line) throws IOException {
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.onExit().join().exitValue(), said);
    }

    /// Runs a command inside the namespace while `answer` sees every packet that comes in; it may add to [#out].
    Ended run(Consumer<Packet> answer, String... line) throws Exception {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(line));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var said = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        process.onExit().thenRun(driver::wake);
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (process.isAlive() && System.nanoTime() < limit) {
            turn(answer);
            if (process.isAlive()) {
                driver.await(TimeUnit.SECONDS.toNanos(1));
            }
        }
        turn(answer);
        if (process.isAlive()) {
            // Not when it has ended by itself: this closes what it said, too.
            process.destroy();
        }
        return new Ended(process.waitFor(), said.get());
    }

    private void turn(Consumer<Packet> answer) {
        while (link.receive(0, in) > 0) {
            for (int i = 0; i < in.size(); i++) {
                Packet packet = in.get(i);
                answer.accept(packet);
                packet.release();
            }
            in.clear();
            link.transmit(0, out);
        }
    }

    @Override
    public void close() throws IOException {
        driver.close();
        link.close();
        command("ip", "netns", "del", namespace);
    }
}
