package io.towpath.link.tun;

import io.towpath.wire.Prefix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Configures the kernel's side of a TUN device with the `ip` command of iproute2: MTU, addresses, up, routes.
/// Nothing needs to be taken down: it all goes with the interface when the [TunLink] is closed.
///
/// @param addresses the kernel's own addresses on the interface, with their prefix length
/// @param routes destinations to send through the interface besides the addresses' own networks
/// @param namespace named network namespace (`ip netns`) to move the interface into, empty to leave it where it is
public record TunSetup(List<Prefix> addresses, List<Prefix> routes, String namespace) {
    /// What the device holds for us. A sender on this machine fills the window, by default of up to 4 MiB, at once, and
    /// packets of 1500 bytes that do not fit are lost.
    private static final String QUEUE_PACKETS = "4096";

    private static final long COMMAND_SECONDS_MAX = 10;
    private static final int LOCAL_ROUTE_TRIES = 100;
    private static final long LOCAL_ROUTE_MILLIS = 20;

    /// Keeps copies of the lists.
    public TunSetup {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    /// A setup in this process's own network namespace.
    public TunSetup(List<Prefix> addresses, List<Prefix> routes) {
        this(addresses, routes, "");
    }

    /// Runs the commands.
    ///
    /// @throws TunException when `ip` is missing or says no; the message holds what it said
    public void apply(TunLink link) throws TunException {
        String name = link.info().name();
        int mtu = link.info().mtu();
        if (!namespace.isEmpty()) {
            execute("link", "set", "dev", name, "netns", namespace);
        }
        // IPv6 needs at least 1280 (RFC 8200 §5); the kernel takes it off an interface with less.
        run("link", "set", "dev", name, "mtu", Integer.toString(mtu), "txqueuelen", QUEUE_PACKETS, "up");
        for (Prefix address : addresses) {
            boolean ip4 = address.address().isIp4();
            List<String> command = new ArrayList<>(List.of(ip4 ? "-4" : "-6", "address", "add", address.toString()));
            command.addAll(List.of("dev", name));
            if (!ip4) {
                // Without it the address is tentative, hence unusable, for the seconds of duplicate detection.
                command.add("nodad");
            }
            run(command.toArray(String[]::new));
            if (!ip4) {
                awaitLocalRoute(address);
            }
        }
        for (Prefix route : routes) {
            String family = route.address().isIp4() ? "-4" : "-6";
            run(family, "route", "add", route.network().toString(), "dev", name);
        }
    }

    /// The kernel makes an IPv6 address its own from a work queue, some time after it said yes. Until then it may send
    /// from the address already, and drops what comes back.
    private void awaitLocalRoute(Prefix address) throws TunException {
        String target = address.address().toString();
        for (int i = 0; i < LOCAL_ROUTE_TRIES; i++) {
            try {
                if (run("-6", "route", "get", target).startsWith("local ")) {
                    return;
                }
            } catch (TunException e) {
                // "Network is unreachable": not even the address's network is there yet. Anything else shows when
                // the address is used.
                if (i == LOCAL_ROUTE_TRIES - 1) {
                    throw e;
                }
            }
            try {
                Thread.sleep(LOCAL_ROUTE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TunException("interrupted while " + target + " came up", "");
            }
        }
    }

    private String run(String... arguments) throws TunException {
        List<String> command = new ArrayList<>(arguments.length + 2);
        if (!namespace.isEmpty()) {
            command.addAll(List.of("-n", namespace));
        }
        command.addAll(List.of(arguments));
        return execute(command.toArray(String[]::new));
    }

    private static String execute(String... arguments) throws TunException {
        List<String> command = new ArrayList<>(arguments.length + 1);
        command.add("ip");
        command.addAll(List.of(arguments));
        String line = String.join(" ", command);
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new TunException("cannot run 'ip': install iproute2 (" + e.getMessage() + ")", "");
        }
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new TunException("'" + line + "' does not end", "");
            }
            if (process.exitValue() != 0) {
                throw new TunException("'" + line + "' failed: " + said.replace('\n', ' '), "");
            }
            return said;
        } catch (IOException e) {
            throw new TunException("'" + line + "' failed: " + e.getMessage(), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TunException("interrupted in '" + line + "'", "");
        } finally {
            process.destroy();
        }
    }
}
