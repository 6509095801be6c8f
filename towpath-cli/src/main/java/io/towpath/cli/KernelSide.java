package io.towpath.cli;

import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Which addresses the kernel gets at its end of a TUN device: in each of the host's networks one, named by the user or
/// the first free one.
final class KernelSide {
    private KernelSide() {}

    /// @param own the host's addresses
    /// @param peers addresses that the user named for the kernel
    /// @return the kernel's, each with the length of its network's prefix
    /// @throws CommandFailure when a named address is in none of the networks, or a network has no room for two
    static List<Prefix> addresses(List<Prefix> own, List<IpAddress> peers) {
        var left = new ArrayList<>(peers);
        var kernel = new ArrayList<Prefix>();
        for (Prefix address : own) {
            if (kernel.stream().anyMatch(other -> other.network().equals(address.network()))) {
                continue; // a second address of a network that the kernel is in already
            }
            IpAddress peer = left.stream()
                    .filter(named -> address.contains(named))
                    .findFirst()
                    .orElseGet(() -> firstFree(address, own));
            left.remove(peer);
            if (own.stream().anyMatch(mine -> mine.address().equals(peer))) {
                throw CommandFailure.wrongUsage("--peer expects another address than the host's own, not " + peer);
            }
            kernel.add(new Prefix(peer, address.length()));
        }
        if (!left.isEmpty()) {
            throw CommandFailure.wrongUsage("--peer " + left.getFirst() + " is in none of the networks of --address");
        }
        return List.copyOf(kernel);
    }

    private static IpAddress firstFree(Prefix address, List<Prefix> own) {
        int hostBits = address.address().bitLength() - address.length();
        if (hostBits == 0) {
            throw CommandFailure.wrongUsage("--address " + address
                    + " is a network of one address: expected a shorter prefix, to leave one for the kernel");
        }
        IpAddress network = address.network().address();
        // In a network of two (RFC 3021) the lower address is a host's too.
        for (long number = hostBits == 1 ? 0 : 1; number < 16; number++) {
            IpAddress candidate = IpAddress.of(network.high(), network.low() + number);
            boolean taken = own.stream().anyMatch(mine -> Objects.equals(mine.address(), candidate));
            boolean last = address.address().isIp4() && hostBits > 1 && candidate.equals(address.broadcast());
            if (!taken && !last && address.contains(candidate)) {
                return candidate;
            }
        }
        throw CommandFailure.wrongUsage(
                "--peer is needed: the first addresses of " + address.network() + " are the host's own");
    }
}
