package io.towpath.sctp;

import io.towpath.core.Context;
import io.towpath.core.SignalSource;
import io.towpath.core.Signals;
import io.towpath.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A local port with one or more addresses: one end of all associations that are made from it, of one for a
/// client, of many for a server or a one-to-many user.
///
/// Signals: ACCEPTABLE when an association that a peer began waits in [SctpLayer#accept]; CLOSED.
public final class SctpEndpoint extends SignalSource {
    /// The outcome of [SctpLayer#bind].
    public sealed interface Result {}

    /// The endpoint is there.
    ///
    /// @param endpoint it
    public record Bound(SctpEndpoint endpoint) implements Result {}

    /// It is not.
    ///
    /// @param error why
    public record Failed(SctpError error) implements Result {}

    private List<IpAddress> localAddresses;
    private List<IpAddress> reachable = List.of();
    private final int localPort;
    private final List<Association> associations = new ArrayList<>(1);
    private final ArrayDeque<Association> acceptQueue = new ArrayDeque<>(1);
    private SctpConfig config;
    private int backlog;
    private boolean closed;
    private boolean closesWithLast;

    SctpEndpoint(List<IpAddress> localAddresses, int localPort, SctpConfig config) {
        this.localAddresses = List.copyOf(localAddresses);
        this.localPort = localPort;
        this.config = config;
    }

    /// The addresses it is bound to; empty for any.
    public List<IpAddress> localAddresses() {
        return localAddresses;
    }

    /// One of its associations has one more address: packets to it must find them.
    public void reach(IpAddress address) {
        if (!reaches(address.high(), address.low())) {
            List<IpAddress> more = new ArrayList<>(reachable);
            more.add(address);
            reachable = List.copyOf(more);
        }
    }

    void localAddresses(List<IpAddress> next) {
        List<IpAddress> before = localAddresses;
        localAddresses = List.copyOf(next);
        before.forEach(this::reach);
    }

    /// Its port.
    public int localPort() {
        return localPort;
    }

    /// Settings of associations to come.
    public SctpConfig config() {
        return config;
    }

    /// Other settings for associations to come.
    public void config(SctpConfig next) {
        config = next;
    }

    /// Whether peers may begin associations.
    public boolean isListening() {
        return backlog > 0 && !closed;
    }

    /// How many associations may wait to be accepted; 0 when it does not listen.
    public int backlog() {
        return backlog;
    }

    void backlog(int max) {
        backlog = max;
    }

    /// Whether it was closed.
    public boolean isClosed() {
        return closed;
    }

    void close(Context context) {
        closed = true;
        backlog = 0;
        signal(context.signals(), Signals.CLOSED);
    }

    /// Whether it is to be closed with its last association: it belongs to a client.
    public boolean closesWithLast() {
        return closesWithLast;
    }

    void closesWithLast(boolean value) {
        closesWithLast = value;
    }

    /// Whether it is bound to the address.
    public boolean has(long high, long low) {
        if (localAddresses.isEmpty()) {
            return true;
        }
        for (int i = 0; i < localAddresses.size(); i++) {
            IpAddress address = localAddresses.get(i);
            if (address.low() == low && address.high() == high) {
                return true;
            }
        }
        return false;
    }

    /// Whether packets to the address may be those of an association of its: it is bound to it, or was, or
    /// one of them has it (RFC 5061).
    public boolean reaches(long high, long low) {
        if (has(high, low)) {
            return true;
        }
        for (int i = 0; i < reachable.size(); i++) {
            IpAddress address = reachable.get(i);
            if (address.low() == low && address.high() == high) {
                return true;
            }
        }
        return false;
    }

    /// Whether it shares an address with another binding.
    boolean overlaps(List<IpAddress> others) {
        if (localAddresses.isEmpty() || others.isEmpty()) {
            return true;
        }
        for (IpAddress other : others) {
            if (has(other.high(), other.low())) {
                return true;
            }
        }
        return false;
    }

    /// Associations of this endpoint, in the order in which they were made.
    public List<Association> associations() {
        return List.copyOf(associations);
    }

    /// How many associations it has.
    public int associationCount() {
        return associations.size();
    }

    /// For the engine.
    public void add(Association association) {
        associations.add(association);
    }

    /// For the engine: an association came to its end.
    public void remove(Association association) {
        associations.remove(association);
        // Who sent something and shut down before anybody accepted is still accepted: what was acknowledged to
        // the peer has to reach the user.
        boolean orderly = association.error() == null && association.inbox.messages() > 0;
        if (association.waitsForAccept && !orderly) {
            association.waitsForAccept = false;
            acceptQueue.remove(association);
        }
    }

    /// Whether one more association may wait to be accepted.
    public boolean hasAcceptRoom() {
        return acceptQueue.size() < backlog;
    }

    /// For the engine: an association that a peer began is established.
    public void offer(Context context, Association association) {
        association.waitsForAccept = true;
        acceptQueue.add(association);
        signal(context.signals(), Signals.ACCEPTABLE);
    }

    @Nullable
    Association accept() {
        Association association = acceptQueue.poll();
        if (association != null) {
            association.waitsForAccept = false;
        }
        return association;
    }

    /// Associations that wait to be accepted.
    public int acceptable() {
        return acceptQueue.size();
    }

    @Override
    public String toString() {
        return "sctp " + (localAddresses.isEmpty() ? "*" : localAddresses) + ":" + localPort
                + (isListening() ? " listening" : "");
    }
}
