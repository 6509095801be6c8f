package io.towpath.cli;

import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Message;
import io.towpath.sctp.Notification;
import io.towpath.sctp.PathState;
import io.towpath.sctp.Received;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpEndpoint;
import io.towpath.sctp.SctpError;
import io.towpath.sctp.SctpInfo;
import io.towpath.sctp.SctpLimits;
import io.towpath.sctp.SctpTimes;
import io.towpath.sctp.SendOptions;
import io.towpath.sim.Actor;
import io.towpath.sim.SimHost;
import io.towpath.wire.IpAddress;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The demo's SCTP association: it opens by one of two paths and proves the other, sends messages on several streams,
/// and is shut down. Who cuts a path meanwhile is not its business.
final class DemoAssociation {
    private static final int PORT = 5000;
    private static final int STREAMS = 4;
    private static final int MESSAGES_MIN = 40;
    private static final int BYTES_MAX = 10_000;
    private static final long TOTAL_MAX = 1_000_000;

    private final Sender sender;
    private final Taker taker;
    private final int count;

    DemoAssociation(SimHost client, SimHost server, List<IpAddress> addresses, long size, Entropy entropy) {
        long total = Math.min(size, TOTAL_MAX);
        int bytes = Math.clamp(total / MESSAGES_MIN, 10, BYTES_MAX);
        count = (int) Math.max(MESSAGES_MIN, (total + bytes - 1) / bytes);
        sender = new Sender(client, count, bytes, entropy);
        taker = new Taker(server);
        client.add(sender);
        server.add(taker);
        taker.listen(server.now());
        sender.open(client.now(), addresses);
    }

    /// On a wire that loses a third of all packets many retransmissions in a row are lost now and then; that must not
    /// end the demo.
    private static SctpConfig config() {
        return SctpConfig.defaults()
                .withStreams(STREAMS, STREAMS)
                .withNoDelay(true)
                .withLimits(SctpLimits.defaults().withRetransmissions(10_000, 1, 10_000))
                .withTimes(SctpTimes.defaults()
                        .withHeartbeatInterval(Time.SECOND)
                        .withRto(Time.SECOND, Demo.RTO_NANOS_MIN, 2 * Time.SECOND)
                        .withShutdownGuard(86_400 * Time.SECOND));
    }

    /// Established, and the peer has proved all its addresses.
    boolean isOpen() {
        return sender.hasPaths() && taker.hasPaths();
    }

    void send(long now) {
        sender.begin(now);
    }

    int count() {
        return count;
    }

    int delivered() {
        return taker.delivered;
    }

    /// When the last message was delivered.
    long deliveredAt() {
        return taker.deliveredAt;
    }

    boolean isDelivered() {
        return taker.delivered >= count;
    }

    void shutDown(long now) {
        sender.shutDown(now);
    }

    boolean isClosed() {
        return sender.closed && taker.closed;
    }

    @Nullable
    String error() {
        return sender.error != null ? sender.error : taker.error;
    }

    /// What came out.
    ///
    /// @param pauseNanos from the cut of the first path to the next message delivered
    DemoReport.Messages report(long pauseNanos) {
        return new DemoReport.Messages(
                count,
                taker.delivered,
                STREAMS,
                taker.bytes,
                isEqual(),
                sender.inactive,
                pauseNanos,
                isClosed(),
                error());
    }

    /// Whether every stream brought what was sent on it, in its order.
    private boolean isEqual() {
        for (int i = 0; i < STREAMS; i++) {
            if (!Arrays.equals(
                    sender.digests.get(i).digest(), taker.digests.get(i).digest())) {
                return false;
            }
        }
        return true;
    }

    private static List<MessageDigest> digests() {
        List<MessageDigest> digests = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            digests.add(DemoContent.sha256());
        }
        return digests;
    }

    /// What both ends have in common: they wait for signals, and have no deadlines.
    private abstract static class End implements Actor {
        final SimHost host;
        final List<MessageDigest> digests = digests();

        @Nullable
        Association association;

        boolean closed;

        @Nullable
        String error;

        End(SimHost host) {
            this.host = host;
        }

        /// Established, and the other side has proved both of its addresses.
        boolean hasPaths() {
            Association a = association;
            if (a == null || a.stateName() != AssociationState.Name.ESTABLISHED) {
                return false;
            }
            List<SctpInfo.PathInfo> paths =
                    host.stack().sctp().info(host.now(), a).paths();
            return paths.size() == 2 && paths.stream().allMatch(path -> path.state() == PathState.ACTIVE);
        }

        /// Takes what came.
        void receive(long now, Association a) {
            Received next = host.stack().sctp().receive(now, a);
            while (next != null) {
                switch (next) {
                    case Message message -> take(now, message);
                    case Notification.ShutdownComplete ignored -> closed = true;
                    case Notification.CommunicationLost lost ->
                        error = lost.error().toString();
                    case Notification.PathChanged changed -> changed(changed);
                    default -> {
                        // Nothing to do about it.
                    }
                }
                next = host.stack().sctp().receive(now, a);
            }
        }

        void take(long now, Message message) {}

        void changed(Notification.PathChanged path) {}

        @Override
        public long deadline() {
            return Time.NEVER;
        }

        @Override
        public boolean isDone() {
            return closed || error != null;
        }

        @Override
        public void onReboot(long now) {
            throw new IllegalStateException("the demo reboots nobody");
        }
    }

    /// The client.
    private static final class Sender extends End {
        private final int count;
        private final Entropy entropy;
        private final byte[] message;
        private boolean begun;
        private boolean pending;
        private int sent;
        private int inactive;

        Sender(SimHost host, int count, int bytes, Entropy entropy) {
            super(host);
            this.count = count;
            this.entropy = entropy;
            this.message = new byte[bytes];
        }

        void open(long now, List<IpAddress> addresses) {
            switch (host.stack().sctp().connect(now, List.of(), 0, addresses, PORT, config())) {
                case Association.Opened(Association opened) -> {
                    association = opened;
                    opened.attach(this);
                }
                case Association.Failed(SctpError why) -> error = why.toString();
            }
        }

        void begin(long now) {
            begun = true;
            on(now);
        }

        void shutDown(long now) {
            Association a = association;
            if (a != null) {
                host.stack().sctp().shutdown(now, a);
            }
        }

        @Override
        public void on(long now) {
            Association a = association;
            if (a == null) {
                return;
            }
            receive(now, a);
            while (begun && sent < count && error == null) {
                if (!pending) {
                    entropy.fill(message);
                    pending = true;
                }
                int stream = sent % STREAMS;
                SctpError refused =
                        host.stack().sctp().send(now, a, message, 0, message.length, SendOptions.stream(stream));
                if (refused == SctpError.WOULD_BLOCK) {
                    return;
                }
                if (refused != null) {
                    error = refused.toString();
                    return;
                }
                digests.get(stream).update(message);
                pending = false;
                sent++;
            }
        }

        @Override
        void changed(Notification.PathChanged path) {
            inactive += path.change() == Notification.PathChanged.Change.UNREACHABLE ? 1 : 0;
        }

        @Override
        public String status() {
            return "demo association, client: " + sent + " of " + count + " messages sent";
        }
    }

    /// The server.
    private static final class Taker extends End {
        private @Nullable SctpEndpoint endpoint;
        private int delivered;
        private long bytes;
        private long deliveredAt;

        Taker(SimHost host) {
            super(host);
        }

        void listen(long now) {
            switch (host.stack().sctp().bind(now, List.of(), PORT, config())) {
                case SctpEndpoint.Bound(SctpEndpoint bound) -> {
                    endpoint = bound;
                    host.stack().sctp().listen(now, bound, 1);
                    bound.attach(this);
                }
                case SctpEndpoint.Failed(SctpError why) -> error = why.toString();
            }
        }

        @Override
        public void on(long now) {
            SctpEndpoint listening = endpoint;
            if (association == null && listening != null) {
                Association accepted = host.stack().sctp().accept(now, listening);
                if (accepted != null) {
                    association = accepted;
                    accepted.attach(this);
                }
            }
            Association a = association;
            if (a != null) {
                receive(now, a);
            }
        }

        @Override
        void take(long now, Message message) {
            digests.get(message.streamId()).update(message.data());
            bytes += message.length();
            delivered += message.last() ? 1 : 0;
            deliveredAt = now;
        }

        @Override
        public String status() {
            return "demo association, server: " + delivered + " messages";
        }
    }
}
