package io.towpath.sim;

import io.towpath.core.Entropy;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.config.PathMtuConfig;
import java.util.List;

/// Paths that shrink in mid-transfer while nobody tells the sender: only one that searches for the
/// path MTU by its own segments finds out (RFC 8899).
final class BlackHole {
    private BlackHole() {}

    /// The same faults, and now and then nobody hears of a path that shrank.
    static List<Fault> drawn(Entropy chance, List<Fault> faults) {
        boolean silent = chance.chance(0.4);
        return faults.stream()
                .map(fault -> fault instanceof Fault.PathMtu change && silent
                        ? new Fault.PathMtu(change.at(), change.mtu(), true)
                        : fault)
                .toList();
    }

    /// True when there is one among `faults`.
    static boolean isAmong(List<Fault> faults) {
        return faults.stream().anyMatch(fault -> fault instanceof Fault.PathMtu change && change.silent());
    }

    /// Settings with which a sender finds its way through.
    static TcpConfig searching(Entropy chance, TcpConfig config) {
        var use = chance.chance(0.5) ? PathMtuConfig.Use.ALWAYS : PathMtuConfig.Use.BLACK_HOLE;
        return config.withMss(0).withPathMtu(new PathMtuConfig(use, 600 + chance.nextInt(700)));
    }
}
