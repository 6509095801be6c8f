package io.towpath.net.sctp.port;

import io.towpath.core.Signals;
import io.towpath.net.shard.Call;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.Opened;
import io.towpath.net.shard.Readiness;
import io.towpath.net.shard.Shard;
import io.towpath.net.shard.ShardPort;
import io.towpath.sctp.Association;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpLayer;
import io.towpath.wire.IpAddress;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An endpoint with all its associations, without blocking: RFC 6458's one-to-many style. Associations that
/// peers begin are taken in by themselves.
public final class EndpointPort extends ShardPort {
    /// Something that runs on the shard's owner.
    public interface Work<T extends @Nullable Object> {
        /// @param sctp the engine
        /// @param endpoint this port's
        T run(long now, SctpLayer sctp, SctpEndpoint endpoint);
    }

    /// A message or a notification, and whose it is.
    ///
    /// @param from the association
    /// @param received what it had
    public record Arrived(AssociationPort from, Received received) {}

    private final SctpEndpoint endpoint;

    // The owner's.
    private final Set<AssociationPort> members = new LinkedHashSet<>();
    private final ArrayDeque<AssociationPort> ready = new ArrayDeque<>();
    private boolean oneAtATime;
    private boolean mixParts;
    private @Nullable AssociationPort begun;
    private boolean gone;

    private volatile boolean waiting;

    private EndpointPort(Shard shard, SctpEndpoint endpoint) {
        super(shard);
        this.endpoint = endpoint;
        endpoint.attach(this);
        shard.list(this);
    }

    /// Binds an endpoint and lets it take in associations.
    ///
    /// @param local own addresses, empty for all
    /// @param port 0 for any free one
    /// @param backlog how many associations may begin between two looks
    public static EndpointPort open(Shard shard, List<IpAddress> local, int port, int backlog, SctpConfig config)
            throws SocketException {
        Opened<EndpointPort, SctpError> opened =
                SctpWork.on(shard, (now, sctp) -> switch (sctp.bind(now, local, port, config)) {
                    case SctpEndpoint.Bound(SctpEndpoint endpoint) -> {
                        sctp.listen(now, endpoint, backlog);
                        yield new Opened<>(new EndpointPort(shard, endpoint), null);
                    }
                    case SctpEndpoint.Failed(SctpError error) -> new Opened<>(null, error);
                });
        EndpointPort made = opened.socket();
        if (made == null) {
            throw SctpFaults.of(opened.reason());
        }
        return made;
    }

    // ---- the shard's side -----------------------------------------------------------------------------------------

    @Override
    protected void onSignals(long now, int bits, Driving driving) {
        SctpLayer sctp = shard.stack().sctp();
        for (Association a = sctp.accept(now, endpoint); a != null; a = sctp.accept(now, endpoint)) {
            AssociationPort ignored = add(now, a);
        }
        tell(bits | Signals.READABLE, driving);
    }

    private AssociationPort add(long now, Association association) {
        AssociationPort member = new AssociationPort(shard, association);
        members.add(member);
        shard.stack().sctp().interleaveParts(now, association, mixParts);
        member.readiness((signals, driving) -> {
            queue(member);
            tell(signals, driving);
        });
        queue(member); // what it had before anybody was told
        return member;
    }

    private void queue(AssociationPort member) {
        if (!member.queued && member.hasNext()) {
            member.queued = true;
            ready.add(member);
            waiting = true;
        }
    }

    @Override
    protected boolean isListening() {
        return true;
    }

    @Override
    protected void fulfil(long now, int bits) {
        if (gone) {
            return;
        }
        gone = true;
        endpoint.attach(null);
        for (AssociationPort member : members) {
            member.close();
        }
        members.clear();
        ready.clear();
        shard.stack().sctp().release(now, endpoint);
        shard.unlist(this);
    }

    // ---- the application's side -----------------------------------------------------------------------------------

    /// Its port.
    public int port() {
        return endpoint.localPort();
    }

    /// True when [#poll] would have something, or would throw.
    public boolean canReceive() {
        return waiting || isClosed();
    }

    /// The next message or notification of any association; null when there is none. Associations that have
    /// something take turns.
    ///
    /// @throws SocketException when the port is closed
    public @Nullable Arrived poll() throws SocketException {
        check();
        return new Call<@Nullable Arrived>() {
            @Override
            protected @Nullable Arrived answer(long now) {
                return take(now);
            }
        }.on(shard);
    }

    private @Nullable Arrived take(long now) {
        AssociationPort member = next();
        Arrived arrived = null;
        if (member != null) {
            Received received = member.take(now).received();
            if (member.hasNext()) {
                ready.add(member); // the others first
            } else {
                member.queued = false;
                forgetIfOver(member);
            }
            if (received != null) {
                begun = received instanceof io.towpath.sctp.Message message && !message.last() ? member : null;
                arrived = new Arrived(member, received);
            }
        }
        waiting = begun != null && oneAtATime ? ready.contains(begun) : !ready.isEmpty();
        return arrived;
    }

    /// Who is asked next, taken from those that have something. RFC 6458 §8.1.20: at level 0 nobody else comes
    /// between the parts of a message.
    private @Nullable AssociationPort next() {
        AssociationPort only = begun;
        if (only == null || !oneAtATime || only.isOver()) {
            return ready.poll();
        }
        return ready.remove(only) ? only : null;
    }

    private void forgetIfOver(AssociationPort member) {
        if (member.isOver()) {
            members.remove(member);
            begun = begun == member ? null : begun;
        }
    }

    /// Begins an association from this endpoint.
    ///
    /// @param remote the peer's addresses, the one to begin with first
    /// @param first what is done with it at once; an error of it ends the association
    /// @throws SocketException when it cannot be begun, or by that error
    public AssociationPort connect(
            List<IpAddress> remote, int port, SctpConfig config, AssociationPort.Work<@Nullable SctpError> first)
            throws SocketException {
        check();
        Opened<AssociationPort, SctpError> opened =
                ask((now, sctp, own) -> switch (sctp.connect(now, own, remote, port, config)) {
                    case Association.Opened(Association a) -> {
                        SctpError error = first.run(now, sctp, a);
                        if (error != null) {
                            sctp.abort(now, a);
                            yield new Opened<>(null, error);
                        }
                        yield new Opened<>(add(now, a), null);
                    }
                    case Association.Failed(SctpError error) -> new Opened<>(null, error);
                });
        AssociationPort made = opened.socket();
        if (made == null) {
            throw SctpFaults.of(opened.reason());
        }
        return made;
    }

    /// The association with the peer that has this address and port; null when there is none.
    public @Nullable AssociationPort find(IpAddress address, int port) throws SocketException {
        check();
        return this.<@Nullable AssociationPort>ask((now, sctp, own) -> {
            for (AssociationPort member : members) {
                Association a = member.association();
                if (!a.isClosed() && a.remotePort() == port && a.hasPeer(address)) {
                    return member;
                }
            }
            return null;
        });
    }

    /// Its associations, in the order in which they began; one that is over stays until all it had was
    /// received.
    public List<AssociationPort> members() throws SocketException {
        check();
        return ask((now, sctp, own) -> List.copyOf(members));
    }

    /// Lets an association go on without this endpoint (RFC 6458 §9.2): what it has to say comes by its own
    /// port from now on. Who is told of it is for the caller to set.
    ///
    /// @return false when it is not one of this endpoint's
    public boolean peelOff(AssociationPort member) throws SocketException {
        check();
        return ask((now, sctp, own) -> {
            if (!members.remove(member)) {
                return false;
            }
            ready.remove(member);
            member.queued = false;
            begun = begun == member ? null : begun;
            waiting = !ready.isEmpty();
            member.readiness(Readiness.NOBODY);
            return true;
        });
    }

    /// How messages that are delivered in parts are mixed with others (RFC 6458 §8.1.20).
    ///
    /// @param level 0 for not at all, 1 with those of other associations, 2 with those of other streams
    public void interleave(int level) throws SocketException {
        boolean ignored = ask((now, sctp, own) -> {
            oneAtATime = level == 0;
            mixParts = level == 2;
            for (AssociationPort member : members) {
                sctp.interleaveParts(now, member.association(), mixParts);
            }
            return true;
        });
    }

    /// Other settings.
    ///
    /// @param next of associations to come
    /// @param there what those become of associations that are there
    public void configure(SctpConfig next, UnaryOperator<SctpConfig> there) throws SocketException {
        boolean ignored = ask((now, sctp, own) -> {
            own.config(next);
            for (AssociationPort member : members) {
                Association a = member.association();
                sctp.configure(now, a, there.apply(a.config()));
            }
            return true;
        });
    }

    /// Runs `work` on the shard's owner and waits for its answer.
    public <T extends @Nullable Object> T ask(Work<T> work) throws SocketException {
        return SctpWork.on(shard, (now, sctp) -> work.run(now, sctp, endpoint));
    }

    /// Runs `work` on the shard's owner.
    ///
    /// @throws SocketException when it ends with an error
    public void demand(Work<@Nullable SctpError> work) throws SocketException {
        SctpWork.demand(shard, (now, sctp) -> work.run(now, sctp, endpoint));
    }

    /// Shuts all its associations down and frees the port when the last is gone. Callers that are blocked must
    /// be woken by whoever blocked them. Idempotent.
    @Override
    public void close() {
        super.close();
    }
}
