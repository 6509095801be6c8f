package io.towpath.cli;

import io.towpath.core.Event;
import io.towpath.link.Capture;
import io.towpath.link.Link;
import io.towpath.link.tun.TunLink;
import io.towpath.link.tun.TunSetup;
import io.towpath.net.Host;
import io.towpath.net.HostBuilder;
import io.towpath.net.Towpath;
import io.towpath.net.control.ControlServer;
import io.towpath.net.service.Service;
import io.towpath.net.service.Services;
import io.towpath.net.service.Serving;
import io.towpath.observe.PcapngFile;
import io.towpath.observe.TextStyle.Ink;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `towpath host`.
@Command(
        name = "host",
        description = {
            "A host on a TUN device that ping, curl and other programs can talk to, until Ctrl-C.",
            "Needs permission to make the device: sudo, or a namespace of your own (unshare -Urn)."
        },
        sortOptions = false,
        footerHeading = "%nServices:%n",
        footer = {
            "  echo, discard, daytime, chargen, time   the small ones, at their usual ports or at :PORT",
            "  http=DIR[:PORT]                         the files of a directory",
            "",
            "Example:",
            "  towpath host --tun tp0 --address 10.77.0.2/24 --service echo,http=.:8080"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"1:could not start", "2:wrong usage", "130:ended by Ctrl-C", "143:ended by kill (SIGTERM)"})
final class HostCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--tun",
            paramLabel = "NAME",
            required = true,
            description = "The device to make, at most 15 characters: tp0.")
    private String tun = "";

    @Option(
            names = "--address",
            paramLabel = "CIDR",
            required = true,
            arity = "1..*",
            description = "Addresses of this host with the length of their networks: 10.77.0.2/24 fd77::2/64.")
    private List<Prefix> addresses = new ArrayList<>();

    @Option(
            names = "--peer",
            paramLabel = "ADDR",
            description = "The kernel's own address on the device, for IPv4 or IPv6 or once for each "
                    + "(default: the first free one of the network).")
    private List<IpAddress> peers = new ArrayList<>();

    @Option(
            names = "--service",
            paramLabel = "LIST",
            split = ",",
            description = "What to serve, names with commas between (default: ${DEFAULT-VALUE}).",
            defaultValue = "echo,discard,daytime,chargen,time")
    private List<String> services = new ArrayList<>();

    @Option(names = "--pcap", paramLabel = "FILE", description = "Write all packets to a pcapng file.")
    private @Nullable Path pcap;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            defaultValue = "1500",
            description = "Largest IP packet (default: ${DEFAULT-VALUE}).")
    private int mtu = 1500;

    HostCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Service> wanted = checked();
        List<Prefix> kernel = KernelSide.addresses(addresses, peers);
        Running running;
        try {
            running = start(wanted, kernel);
        } catch (IOException e) {
            throw CommandFailure.failed(Reasons.of(e));
        }
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            running.close();
            ended.countDown();
        }));
        announce(running, wanted, kernel);
        try {
            ended.await();
        } finally {
            running.close();
        }
        return 0;
    }

    private List<Service> checked() {
        if (!tun.matches("[!-~&&[^/:%]]{1,15}") || tun.startsWith(".")) {
            throw CommandFailure.wrongUsage(
                    "--tun expects a device name of 1 to 15 visible characters without / : %," + " not '" + tun + "'");
        }
        var seen = new HashSet<IpAddress>();
        for (Prefix prefix : addresses) {
            IpAddress address = prefix.address();
            if (address.isMulticast() || address.isUnspecified() || address.isBroadcast() || address.isLoopback()) {
                throw CommandFailure.wrongUsage("--address expects the address of one host, not " + prefix);
            }
            if (!seen.add(address)) {
                throw CommandFailure.wrongUsage("--address " + prefix + " is given twice");
            }
        }
        boolean six = addresses.stream().anyMatch(address -> !address.address().isIp4());
        int least = six ? 1280 : 576;
        if (mtu < least || mtu > 65_535) {
            throw CommandFailure.wrongUsage(
                    "--mtu expects " + least + " to 65535" + (six ? " with IPv6" : "") + ", not " + mtu);
        }
        try {
            return Services.parse(String.join(",", services));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongUsage(
                    "--service: " + String.valueOf(e.getMessage()).replaceFirst("^service ", ""));
        }
    }

    /// What runs, to be closed in the right order: first the services, then the host with its device, then the file.
    private record Running(
            TunLink device,
            Host host,
            Serving serving,
            @Nullable PcapngFile capture,
            ControlServer control) implements AutoCloseable {
        @Override
        public void close() {
            control.close();
            serving.close();
            host.close();
            if (capture != null) {
                try {
                    capture.close();
                } catch (IOException e) {
                    System.err.println("towpath host: the capture is not complete: " + Reasons.of(e));
                }
            }
        }
    }

    private Running start(List<Service> wanted, List<Prefix> kernel) throws IOException {
        PcapngFile capture = null;
        TunLink device = TunLink.open(tun, mtu, true);
        Host host = null;
        try {
            new TunSetup(kernel, List.of()).apply(device);
            capture = pcap == null ? null : create(pcap);
            HostBuilder builder = Towpath.host(tun);
            builder.link(captured(device, capture, builder));
            addresses.forEach(builder::address);
            builder.route("0.0.0.0/0").route("::/0");
            host = builder.start();
            Serving serving = Services.start(host, wanted);
            try {
                return new Running(device, host, serving, capture, ControlServer.open(host));
            } catch (IOException failure) {
                serving.close();
                throw failure;
            }
        } catch (IOException | RuntimeException failure) {
            closeAll(host, device, capture, failure);
            throw failure;
        }
    }

    private static PcapngFile create(Path file) throws IOException {
        try {
            long epochNanos = System.currentTimeMillis() * 1_000_000;
            return PcapngFile.create(file, "towpath host", epochNanos);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + Reasons.of(e), e);
        }
    }

    private static Link captured(TunLink device, @Nullable PcapngFile capture, HostBuilder builder) {
        if (capture == null) {
            return device;
        }
        PcapngFile.Tap tap = capture.tap(device.info());
        builder.events(tap, Event.Kind.TCP_SEGMENT_OUT);
        return new Capture(device, tap);
    }

    private static void closeAll(@Nullable Host host, TunLink device, @Nullable PcapngFile capture, Exception failure) {
        if (host != null) {
            host.close();
        }
        device.close();
        if (capture != null) {
            try {
                capture.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private void announce(Running running, List<Service> served, List<Prefix> kernel) {
        boolean offload = running.device().info().offloads().segmentationMax() > 0;
        row(tun, "up, MTU " + mtu + (offload ? ", checksum and segmentation offload" : ""));
        row("kernel", text(kernel));
        row("towpath", text(addresses));
        for (Service service : served) {
            row(service.name(), service.description());
        }
        if (pcap != null) {
            row("capture", pcap.toString());
        }
        console.line(console.paint(Ink.DIM, "Ctrl-C ends it; `towpath ss` lists its sockets."));
        console.out().flush();
    }

    private void row(String label, String value) {
        console.line(console.paint(Ink.BOLD, String.format(Locale.ROOT, "%-10s", label)) + value);
    }

    private static String text(List<Prefix> prefixes) {
        return prefixes.stream().map(Prefix::toString).collect(Collectors.joining(", "));
    }
}
