package io.towpath.stack;

import io.towpath.core.Network;
import io.towpath.core.NetworkError;
import io.towpath.core.Packet;
import io.towpath.core.SignalQueue;
import io.towpath.core.SignalSource;
import io.towpath.core.Signals;
import io.towpath.ip.EchoListener;
import io.towpath.ip.IcmpLayer;
import io.towpath.wire.IcmpHeader;
import io.towpath.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Sends echo requests (RFC 792, RFC 4443 §4) and gathers what comes back, in a bounded queue: the newest answers
/// are lost when nobody takes them. Belongs to the owner of the stack. Raises READABLE.
public final class Pinger extends SignalSource {
    /// Requests whose moment of sending is remembered.
    private static final int OUTSTANDING_MAX = 1024;
    /// Answers that wait for the user.
    private static final int ANSWERS_MAX = 256;

    /// What came back for one request.
    public sealed interface Answer {
        /// The request's sequence number, 0 to 65,535.
        int sequence();

        /// Who answered.
        IpAddress from();

        /// The time since the request, in nanoseconds; -1 when it is not known any more.
        long rttNanos();
    }

    /// An echo reply.
    ///
    /// @param sequence the request's sequence number
    /// @param from who answered
    /// @param rttNanos the time since the request
    /// @param hopLimit TTL or hop limit of the reply
    /// @param length payload bytes
    public record Reply(int sequence, IpAddress from, long rttNanos, int hopLimit, int length) implements Answer {}

    /// An ICMP error about a request.
    ///
    /// @param sequence the request's sequence number
    /// @param from who sent the error
    /// @param rttNanos the time since the request
    /// @param kind what went wrong
    public record Refused(int sequence, IpAddress from, long rttNanos, NetworkError.Kind kind) implements Answer {}

    private final SignalQueue signals;
    private final IcmpLayer icmp;
    private final int identifier;
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final long[] sentAt = new long[OUTSTANDING_MAX];
    private final int[] sentSequence = new int[OUTSTANDING_MAX];

    Pinger(SignalQueue signals, IcmpLayer icmp) {
        this.signals = signals;
        this.icmp = icmp;
        Arrays.fill(sentSequence, -1);
        this.identifier = icmp.openEcho(new Listener());
        if (identifier < 0) {
            throw new IllegalStateException("all 65536 echo identifiers are in use");
        }
    }

    /// Sends one request with the default hop limit.
    ///
    /// @param sequence 0 to 65,535
    /// @param payload 0 to 65,000 bytes
    /// @return false when there is no route
    public boolean ping(long now, IpAddress destination, int sequence, byte[] payload) {
        return ping(now, null, destination, sequence, Network.DEFAULT, payload);
    }

    /// Sends one request.
    ///
    /// @param source an address of this host, or null to let it choose
    /// @param sequence 0 to 65,535
    /// @param hopLimit 1 to 255, or [Network#DEFAULT]: routers answer when it runs out, which shows the way
    /// @param payload 0 to 65,000 bytes
    /// @return false when there is no route
    public boolean ping(
            long now, @Nullable IpAddress source, IpAddress destination, int sequence, int hopLimit, byte[] payload) {
        int slot = sequence & (OUTSTANDING_MAX - 1);
        sentAt[slot] = now;
        sentSequence[slot] = sequence & 0xffff;
        return icmp.sendEcho(now, source, destination, identifier, sequence & 0xffff, hopLimit, payload);
    }

    /// The identifier that requests carry, 0 to 65,535.
    public int identifier() {
        return identifier;
    }

    /// The next answer, or null.
    public @Nullable Answer next() {
        return answers.poll();
    }

    /// Ends it: later answers are dropped.
    public void close() {
        icmp.closeEcho(identifier);
        answers.clear();
    }

    private void add(Answer answer) {
        if (answers.size() < ANSWERS_MAX) {
            answers.add(answer);
            signal(signals, Signals.READABLE);
        }
    }

    private long rtt(long now, int sequence) {
        int slot = sequence & (OUTSTANDING_MAX - 1);
        return sentSequence[slot] == sequence ? now - sentAt[slot] : -1;
    }

    private final class Listener implements EchoListener {
        @Override
        public void onEchoReply(long now, Packet packet, int sequence) {
            IpAddress from = IpAddress.of(packet.sourceHigh, packet.sourceLow);
            int length = packet.length() - IcmpHeader.LENGTH;
            add(new Reply(sequence, from, rtt(now, sequence), packet.hopLimit, length));
        }

        @Override
        public void onEchoError(long now, NetworkError error, int sequence) {
            add(new Refused(sequence, error.reporter(), rtt(now, sequence), error.kind()));
        }
    }
}
