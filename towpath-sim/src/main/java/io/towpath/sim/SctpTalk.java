package io.towpath.sim;

import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.Received;
import io.towpath.sctp.SavedAssociation;
import io.towpath.sctp.SctpAuthentication;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SendOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One side of an SCTP association: sends its messages, checks those of the other side, and shuts down as
/// planned.
public final class SctpTalk implements Actor {
    private static final long NO_HANDOVER = -1;
    private static final long LOOKS_AGAIN = 5 * Time.MILLISECOND;

    private final SimHost host;
    private final String name;
    private final SctpScenario.Side plan;
    private final SctpBounds bounds;
    private final MessageFlow out;
    private final MessageFlow in;
    private final int expected;
    private final @Nullable Runnable reopen;
    private @Nullable Association association;
    private MessageFlow.@Nullable Next pending;
    private @Nullable Message begun;
    private long sendAt;
    private long readAt;
    private boolean blocked;
    private boolean shutDown;
    private boolean orderly;
    private boolean done;
    private int losses;
    private int handovers;
    private long handoverGap = NO_HANDOVER;
    private long looksAt;

    /// A side that has no association yet.
    ///
    /// @param expected messages of the other side, after which it may shut down; -1 when that is not known
    /// @param reopen called when the association was lost and another one is wanted
    SctpTalk(
            SimHost host,
            String name,
            SctpScenario.Side plan,
            MessageFlow out,
            MessageFlow in,
            int expected,
            @Nullable Runnable reopen) {
        this.host = host;
        this.name = name;
        this.plan = plan;
        this.bounds = new SctpBounds(host.world(), name);
        this.out = out;
        this.in = in;
        this.expected = expected;
        this.reopen = reopen;
    }

    /// The association that it talks by from now on.
    void talk(long now, Association a) {
        listen(now, a);
        host.stack().sctp().setScheduler(now, a, plan.policy());
        begun = null;
        pending = null;
        done = false;
        shutDown = false;
        orderly = false;
        in.restarted();
        on(now);
    }

    private void listen(long now, Association a) {
        association = a;
        a.attach(this);
        host.stack().sctp().interleaveParts(now, a, !plan.wholeMessages());
        int most = a.config().receiveBytesMax();
        SctpError refused =
                host.stack().sctp().setPartialDeliveryPoint(now, a, Math.min(most, plan.partialDeliveryPoint()));
        assert refused == null : refused;
    }

    @Override
    public void on(long now) {
        Association a = association;
        if (a == null || done) {
            return;
        }
        bounds.check(now, a, host.stack().sctp().info(now, a), plan.bytesMax());
        receive(now, a);
        if (association != a || done) {
            return;
        }
        if (handoverGap != NO_HANDOVER) {
            handOver(now, a);
        }
        if (association != a) {
            return;
        }
        send(now, a);
        if (!shutDown && mayShutDown(a)) {
            shutDown = true;
            host.stack().sctp().shutdown(now, a);
        }
        if (a.isClosed() && !a.readable()) {
            ended();
        }
    }

    /// Asks for all streams and TSNs to begin anew, if it may.
    void reset() {
        Association a = association;
        if (a != null) {
            SctpError error = host.stack().sctp().resetAssociation(host.now(), a);
            if (error == SctpError.INVALID || error == SctpError.BAD_STREAM) {
                host.world().findings().add(host.now(), "outcome", name + ": a reset was refused: " + error);
            }
        }
    }

    /// Goes on in another process as soon as nothing is on its way. Until then it sends nothing and takes all
    /// that comes.
    ///
    /// @param gapNanos for how long nobody has the association
    void handOver(long gapNanos) {
        handoverGap = gapNanos;
        on(host.now());
    }

    private void handOver(long now, Association a) {
        looksAt = now + LOOKS_AGAIN;
        switch (a.stateName()) {
            case COOKIE_WAIT, COOKIE_ECHOED -> {
                return;
            }
            case ESTABLISHED -> {
                // Perhaps now.
            }
            case CLOSED, SHUTDOWN_PENDING, SHUTDOWN_SENT, SHUTDOWN_RECEIVED, SHUTDOWN_ACK_SENT -> {
                handoverGap = NO_HANDOVER;
                return;
            }
        }
        if (host.stack().sctp().save(now, a) instanceof SavedAssociation.Saved(SavedAssociation state)) {
            byte[] bytes = state.toBytes();
            long gap = handoverGap;
            handoverGap = NO_HANDOVER;
            association = null;
            handovers++;
            a.attach(null);
            host.world().at(now + gap, "goes on in another process", () -> goOn(host.now(), bytes, a));
        }
    }

    private void goOn(long now, byte[] bytes, Association before) {
        Association.Result result = host.stack().sctp().restore(now, SavedAssociation.parse(bytes), before.config());
        if (!(result instanceof Association.Opened(Association a))) {
            host.world().findings().add(now, "outcome", name + ": not restored: " + result);
            return;
        }
        if (a.outboundStreams() != before.outboundStreams() || !a.agreed.equals(before.agreed)) {
            host.world().findings().add(now, "outcome", name + ": restored as another one: " + a);
        }
        listen(now, a);
        on(now);
    }

    /// How often it went on in another process.
    public int handovers() {
        return handovers;
    }

    private boolean mayShutDown(Association a) {
        if (a.stateName() != AssociationState.Name.ESTABLISHED || out.sent() < plan.messages()) {
            return false;
        }
        return plan.shutsDown() || expected >= 0 && in.settled() >= expected;
    }

    private void receive(long now, Association a) {
        while ((now >= readAt || handoverGap != NO_HANDOVER) && a.readable()) {
            Received next = host.stack().sctp().receive(now, a);
            switch (next) {
                case Message message -> {
                    judgeOrder(now, a, message);
                    in.arrived(now, message);
                    readAt = now + plan.readPauseNanos();
                }
                case Notification.ShutdownComplete ignored -> orderly = true;
                case Notification.PartialDeliveryAborted broken -> {
                    begun = null;
                    in.partAborted(broken);
                }
                case Notification.SendFailed failed -> {
                    if (failed.error() == SctpError.EXPIRED) {
                        out.failed(now, failed.data());
                    }
                }
                case Notification.Restarted ignored -> {
                    losses++;
                    in.restarted();
                }
                case Notification.CommunicationLost ignored -> losses++;
                case null -> {
                    return;
                }
                default -> {
                    // Nothing to do about it.
                }
            }
        }
    }

    /// Who wants messages one after the other gets the parts of one without others between them.
    private void judgeOrder(long now, Association a, Message message) {
        Message before = begun;
        if (before != null
                && plan.wholeMessages()
                && !a.agreed.interleaving()
                && (before.streamId() != message.streamId() || before.tsn() != message.tsn())) {
            host.world().findings().add(now, "order", name + ": " + message + " between the parts of " + before);
        }
        begun = message.last() ? null : message;
    }

    private void send(long now, Association a) {
        blocked = false;
        while (!shutDown
                && handoverGap == NO_HANDOVER
                && now >= sendAt
                && out.sent() < plan.messages()
                && a.state().takesMessages()) {
            MessageFlow.Next next = pending;
            if (next == null) {
                if (a.stateName() != AssociationState.Name.ESTABLISHED) {
                    return; // the number of streams is known then
                }
                next = out.next(a.outboundStreams());
                pending = next;
            }
            SendOptions how = underAKey(a, next.options());
            SctpError error = host.stack().sctp().send(now, a, next.data(), 0, next.data().length, how);
            blocked = error == SctpError.WOULD_BLOCK;
            if (blocked) {
                return;
            }
            if (error != null) {
                host.world().findings().add(now, "outcome", name + ": message refused: " + error);
                return;
            }
            out.accepted(next);
            pending = null;
            sendAt = now + plan.pauseNanos();
        }
    }

    /// Messages go under all keys that both sides have, and under the active one, by turns.
    private static SendOptions underAKey(Association a, SendOptions options) {
        if (!a.agreed.authentication()) {
            return options;
        }
        List<SctpAuthentication.Key> keys =
                a.config().extensions().authentication().keys();
        int turn = (int) (options.ppid() % (keys.size() + 1));
        return turn == keys.size() ? options : options.withKey(keys.get(turn).id());
    }

    private void ended() {
        association = null;
        if (orderly || reopen == null || shutDown) {
            done = true;
            return;
        }
        reopen.run();
    }

    @Override
    public long deadline() {
        Association a = association;
        if (a == null || done) {
            return Time.NEVER;
        }
        long next = Time.NEVER;
        if (a.readable()) {
            next = readAt;
        }
        if (handoverGap != NO_HANDOVER) {
            return Math.min(next, looksAt);
        }
        boolean sends = !blocked && a.stateName() == AssociationState.Name.ESTABLISHED;
        if (sends && !shutDown && out.sent() < plan.messages()) {
            next = Math.min(next, sendAt);
        }
        return next;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    /// Its association, null if it has none.
    @Nullable
    Association association() {
        return association;
    }

    /// Whether it has an association at present.
    public boolean hasAssociation() {
        return association != null;
    }

    /// Whether the association was shut down in order.
    public boolean isOrderly() {
        return orderly;
    }

    /// How often an association was lost or restarted.
    public int losses() {
        return losses;
    }

    @Override
    public void onReboot(long now) {
        association = null;
        losses++;
        in.restarted();
        shutDown = false;
        if (reopen == null) {
            done = true;
        } else {
            reopen.run();
        }
    }

    @Override
    public String status() {
        Association a = association;
        return name + " sent " + out + ", received " + in + ", "
                + (a == null
                        ? "no association"
                        : a + " " + a.outstanding + " " + host.stack().sctp().info(host.now(), a));
    }
}
