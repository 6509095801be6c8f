package io.towpath.sim;

import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SctpError;
import io.towpath.wire.IpAddress;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Changes addresses of a host while its associations go on: each is told of the new address, and of the end
/// of the old one (RFC 5061).
final class SctpMover {
    private static final long AGAIN = 300 * Time.MILLISECOND;
    private static final int TRIES = 50;

    private final World world;
    private final Supplier<List<SctpTalk>> talks;
    private final List<Port> ports = new ArrayList<>();
    private int moves;

    SctpMover(World world, Supplier<List<SctpTalk>> talks) {
        this.world = world;
        this.talks = talks;
    }

    /// The host's end of the next wire.
    void wire(Port port) {
        ports.add(port);
    }

    /// Moves as soon as every association of the host is open.
    void move(SctpScenario.Move move) {
        move(move, TRIES);
    }

    private void move(SctpScenario.Move move, int triesLeft) {
        Port port = ports.get(move.wire());
        // Whose SHUTDOWN COMPLETE was lost asks for it where the host was.
        boolean even = port.host.stack().sctp().size()
                == world.host("server").stack().sctp().size();
        boolean[] open = {even};
        world.host("server")
                .stack()
                .sctp()
                .forEach(each -> open[0] &= each.stateName() == AssociationState.Name.ESTABLISHED);
        boolean ready =
                open[0] && port.addresses().size() == 1 && talks.get().stream().allMatch(SctpMover::mayMove);
        if (!ready) {
            if (triesLeft > 0) {
                world.at(world.now() + AGAIN, "moves", () -> move(move, triesLeft - 1));
            }
            return;
        }
        Prefix before = port.addresses().getFirst();
        Prefix after = another(before);
        port.addAddress(after);
        for (SctpTalk talk : talks.get()) {
            Association a = talk.association();
            if (a != null && !a.isClosed()) {
                follow(port, a, before.address(), after.address());
            }
        }
        if (move.abrupt()) {
            port.removeAddress(before);
        } else {
            letGo(port, before);
        }
    }

    private static boolean mayMove(SctpTalk talk) {
        Association a = talk.association();
        if (a == null) {
            return talk.isDone();
        }
        return a.isClosed() || a.stateName() == AssociationState.Name.ESTABLISHED && a.agreed.addressConfiguration();
    }

    private void follow(Port port, Association a, IpAddress before, IpAddress after) {
        var sctp = port.host.stack().sctp();
        SctpError added = sctp.addAddress(world.now(), a, after);
        SctpError preferred = moves % 2 == 0 ? sctp.askPrimary(world.now(), a, after) : null;
        // An endpoint of several wires may not have told this one's address to the peer.
        boolean told = a.localAddresses.contains(before);
        SctpError removed = told ? sctp.removeAddress(world.now(), a, before) : null;
        if (added != null || preferred != null || removed != null) {
            world.findings()
                    .add(
                            world.now(),
                            "addresses",
                            "refused: " + added + ", " + preferred + ", " + removed + " of " + a);
        }
    }

    /// The old address goes when no association uses it any more.
    private void letGo(Port port, Prefix before) {
        boolean used = talks.get().stream()
                .map(SctpTalk::association)
                .anyMatch(a -> a != null
                        && !a.isClosed()
                        && (a.localAddresses.contains(before.address()) || a.isChangingAddresses()));
        if (used) {
            world.at(world.now() + AGAIN, "lets go", () -> letGo(port, before));
        } else {
            port.removeAddress(before);
        }
    }

    private Prefix another(Prefix before) {
        IpAddress old = before.address();
        long low = (old.low() & ~0xffL) + 10 + moves++ % 200;
        return new Prefix(IpAddress.of(old.high(), low), before.length());
    }
}
