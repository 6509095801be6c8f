package io.towpath.cli;

import io.towpath.core.Event;
import io.towpath.link.Capture;
import io.towpath.link.Link;
import io.towpath.link.tun.TunLink;
import io.towpath.link.tun.TunSetup;
import io.towpath.link.udp.UdpSocketLink;
import io.towpath.net.Host;
import io.towpath.net.HostBuilder;
import io.towpath.net.Towpath;
import io.towpath.net.control.ControlServer;
import io.towpath.observe.PcapngFile;
import io.towpath.sctp.SctpConfig;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the SCTP of a command comes from: a TUN device with raw IP, or a UDP socket of the operating system.
final class SctpSide {
    private static final int BUFFER = 1 << 20;
    private static final int STREAMS = 64;

    /// Between programs of one machine no packet of this size is cut on the way.
    private static final int LOOPBACK_MTU = 65_535;

    @Option(
            names = "--udp-encap",
            paramLabel = "PORT",
            description = "SCTP in UDP (RFC 6951) by an ordinary socket at this UDP port, 0 for any free one. "
                    + "Needs no permission.")
    private int udpEncap = -1;

    @Option(
            names = "--tun",
            paramLabel = "NAME",
            description = "SCTP in IP on this device, to be made; with --address. Needs sudo or unshare -Urn.")
    private String tun = "";

    @Option(
            names = "--address",
            paramLabel = "CIDR",
            arity = "1..*",
            description = "With --tun: addresses of this side with the length of their networks: 10.77.0.2/24.")
    private List<Prefix> addresses = new ArrayList<>();

    @Option(
            names = "--peer",
            paramLabel = "ADDR",
            description = "With --tun: the kernel's own address on the device (default: the first free one).")
    private List<IpAddress> peers = new ArrayList<>();

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "Largest IP packet (default: 1500 with --tun, " + UdpSocketLink.MTU + " with --udp-encap; "
                    + "what is found to get through when the peer is on this machine).")
    private int mtu;

    @Option(names = "--pcap", paramLabel = "FILE", description = "Write all packets to a pcapng file.")
    private @Nullable Path pcap;

    /// The port that `--udp-encap` came to, once started.
    private int udpPort;

    SctpSide() {}

    /// What runs, and is closed once.
    static final class Running implements AutoCloseable {
        private final Host host;
        private final @Nullable PcapngFile capture;
        private final ControlServer control;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Running(Host host, @Nullable PcapngFile capture, ControlServer control) {
            this.host = host;
            this.capture = capture;
            this.control = control;
        }

        Host host() {
            return host;
        }

        @Override
        public void close() {
            if (closed.getAndSet(true)) {
                return;
            }
            control.close();
            host.close();
            if (capture != null) {
                try {
                    capture.close();
                } catch (IOException e) {
                    System.err.println("towpath sctp: the capture is not complete: " + Reasons.of(e));
                }
            }
        }
    }

    /// Complains of options that do not fit together.
    ///
    /// @throws CommandFailure with one line
    void check() {
        boolean udp = udpEncap >= 0;
        if (udp == !tun.isEmpty()) {
            throw CommandFailure.wrongUsage("expected either --udp-encap PORT or --tun NAME --address CIDR");
        }
        if (udpEncap > 65_535 || udpEncap < -1) {
            throw CommandFailure.wrongUsage("--udp-encap expects 0 to 65535, not " + udpEncap);
        }
        if (udp && !(addresses.isEmpty() && peers.isEmpty())) {
            throw CommandFailure.wrongUsage("--address and --peer go with --tun, not with --udp-encap");
        }
        if (!udp && addresses.isEmpty()) {
            throw CommandFailure.wrongUsage("--tun needs --address CIDR");
        }
        if (!udp && (!tun.matches("[!-~&&[^/:%]]{1,15}") || tun.startsWith("."))) {
            throw CommandFailure.wrongUsage(
                    "--tun expects a device name of 1 to 15 visible characters without / : %, not '" + tun + "'");
        }
        boolean six =
                udp || addresses.stream().anyMatch(address -> !address.address().isIp4());
        int least = six ? 1280 : 576;
        if (mtu != 0 && (mtu < least || mtu > 65_535)) {
            throw CommandFailure.wrongUsage(
                    "--mtu expects " + least + " to 65535" + (six ? " with IPv6" : "") + ", not " + mtu);
        }
    }

    /// Whether SCTP travels in UDP.
    boolean isUdp() {
        return udpEncap >= 0;
    }

    /// Settings for many streams and long messages.
    static SctpConfig config() {
        return SctpConfig.defaults().withStreams(STREAMS, 65_535).withBuffers(BUFFER, BUFFER);
    }

    /// Settings for an association with `to`.
    SctpConfig config(IpAddress to) {
        SctpConfig plain = config();
        // RFC 6951 §5.6 has a fixed size for who cannot control the DF bit; on the loopback interface there is none.
        return widens(to) ? plain.withExtensions(plain.extensions().withPathMtuProbes(true)) : plain;
    }

    private boolean widens(@Nullable IpAddress to) {
        return isUdp() && mtu == 0 && to != null && to.isLoopback();
    }

    /// Starts the host. [#check] comes first.
    ///
    /// @throws CommandFailure with one line when it cannot
    Running start() {
        return start(null);
    }

    /// Starts the host that an association to `to` leaves from. [#check] comes first.
    ///
    /// @throws CommandFailure with one line when it cannot
    Running start(@Nullable IpAddress to) {
        try {
            return make(widens(to) ? LOOPBACK_MTU : mtu);
        } catch (IOException e) {
            throw CommandFailure.failed(Reasons.of(e));
        }
    }

    private Running make(int packetBytes) throws IOException {
        List<Prefix> kernel = isUdp() ? List.of() : KernelSide.addresses(addresses, peers);
        PcapngFile capture = pcap == null ? null : create(pcap);
        Host host = null;
        try {
            HostBuilder builder = Towpath.host(isUdp() ? "sctp" : tun);
            if (isUdp()) {
                UdpSocketLink socket = socket(packetBytes == 0 ? UdpSocketLink.MTU : packetBytes);
                udpPort = socket.port();
                builder.udpSocket(socket, captured(socket, capture, builder));
            } else {
                TunLink device = TunLink.open(tun, packetBytes == 0 ? 1500 : packetBytes, true);
                builder.link(captured(device, capture, builder));
                new TunSetup(kernel, List.of()).apply(device);
                addresses.forEach(builder::address);
                builder.route("0.0.0.0/0").route("::/0");
            }
            host = builder.start();
            return new Running(host, capture, ControlServer.open(host));
        } catch (IOException | RuntimeException failure) {
            if (host != null) {
                host.close();
            }
            if (capture != null) {
                capture.close();
            }
            throw failure;
        }
    }

    private UdpSocketLink socket(int packetBytes) throws IOException {
        try {
            return UdpSocketLink.open(new InetSocketAddress(udpEncap), packetBytes);
        } catch (BindException e) {
            if (!Reasons.of(e).startsWith("Address already in use")) {
                throw e;
            }
            throw new IOException(
                    "UDP port " + udpEncap
                            + " is in use; take another with --udp-encap, and --udp-peer at the other end",
                    e);
        }
    }

    private static PcapngFile create(Path file) throws IOException {
        try {
            return PcapngFile.create(file, "towpath sctp", System.currentTimeMillis() * 1_000_000);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + Reasons.of(e), e);
        }
    }

    private static Link captured(Link link, @Nullable PcapngFile capture, HostBuilder builder) {
        if (capture == null) {
            return link;
        }
        PcapngFile.Tap tap = capture.tap(link.info());
        builder.events(tap, Event.Kind.TCP_SEGMENT_OUT);
        return new Capture(link, tap);
    }

    /// Where it is, for people. [#start] comes first.
    String text() {
        return isUdp() ? "UDP port " + udpPort : tun + " " + addresses;
    }

    /// Has `running` closed when the process is ended, by Ctrl-C for instance.
    static Thread closeAtExit(AutoCloseable running) {
        Thread hook = Thread.ofPlatform().unstarted(() -> {
            try {
                running.close();
            } catch (Exception e) {
                System.err.println("towpath sctp: " + e.getMessage());
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }
}
