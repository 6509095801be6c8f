package io.towpath.sctp.stream;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Time;
import io.towpath.sctp.Association;
import io.towpath.sctp.AssociationState;
import io.towpath.sctp.Notification;
import io.towpath.sctp.SctpEvent;
import io.towpath.sctp.SctpTimer;
import io.towpath.sctp.path.Path;
import io.towpath.sctp.receive.Receiver;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpParameters;
import io.towpath.wire.SctpReconfigParameters;
import io.towpath.wire.Serial;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Requests of the peer (RFC 6525 §5.2), and where its responses go.
public final class StreamResponses {
    private static final int STREAMS_MAX = 0xffff;

    /// How long new messages wait after the peer asked for a reset.
    private static final int HOLD_RTOS = 4;

    private final Context context;
    private final StreamRequests requests;

    /// For associations of one host.
    public StreamResponses(Context context, StreamRequests requests) {
        this.context = context;
        this.requests = requests;
    }

    /// A RE-CONFIG chunk at `at`, which passed its gate.
    public void on(long now, Association a, Path from, byte[] b, int at) {
        int end = SctpChunks.valueEnd(b, at);
        for (int p = SctpChunks.variableAt(b, at); p < end; p = SctpParameters.next(b, p, end)) {
            if (SctpParameters.check(b, p, end) != Malformed.NONE) {
                return;
            }
            switch (SctpParameters.type(b, p)) {
                case SctpReconfigParameters.RESPONSE -> response(now, a, b, p);
                case SctpReconfigParameters.OUTGOING_RESET,
                        SctpReconfigParameters.INCOMING_RESET,
                        SctpReconfigParameters.SSN_TSN_RESET,
                        SctpReconfigParameters.ADD_OUTGOING,
                        SctpReconfigParameters.ADD_INCOMING -> request(now, a, from, b, p);
                default -> {
                    // Nothing that a RE-CONFIG may have.
                }
            }
        }
    }

    private void response(long now, Association a, byte[] b, int p) {
        int sequence = SctpReconfigParameters.sequence(b, p);
        int result = SctpReconfigParameters.result(b, p);
        if (requests.isAnswer(a, sequence)) {
            a.note(now, context, SctpEvent.Note.RECONFIGURATION_ANSWERED, result);
            count(a, result);
        }
        if (SctpReconfigParameters.hasTsns(b, p)) {
            requests.onResponse(
                    a,
                    sequence,
                    result,
                    SctpReconfigParameters.senderNextTsn(b, p),
                    SctpReconfigParameters.receiverNextTsn(b, p));
        } else {
            requests.onResponse(a, sequence, result);
        }
    }

    private void request(long now, Association a, Path from, byte[] b, int p) {
        Reconfiguration r = a.reconfiguration;
        int sequence = SctpReconfigParameters.sequence(b, p);
        int result;
        int[] tsns = null;
        if (sequence == r.expected) {
            boolean resets = SctpParameters.type(b, p) == SctpReconfigParameters.SSN_TSN_RESET;
            result = resets ? resetAssociation(now, a, from) : perform(a, b, p);
            if (result != SctpReconfigParameters.IN_PROGRESS) {
                r.expected++;
                r.lastResult = result;
                r.lastTsns = resets && result == SctpReconfigParameters.PERFORMED ? AssociationReset.accept(a) : null;
            }
            tsns = result == SctpReconfigParameters.IN_PROGRESS ? null : r.lastTsns;
            if (count(a, result)) {
                a.note(now, context, SctpEvent.Note.RECONFIGURED, SctpParameters.type(b, p));
            }
        } else if (sequence == r.expected - 1) {
            // §5.2.1: a retransmission of the last one gets the same response.
            result = r.lastResult;
            tsns = r.lastTsns;
        } else {
            result = SctpReconfigParameters.BAD_SEQUENCE;
        }
        a.control.reply(response(sequence, result, tsns), from);
    }

    private boolean count(Association a, int result) {
        if (result != SctpReconfigParameters.PERFORMED) {
            return false;
        }
        a.tally.reconfigurations++;
        context.counters().count(Counter.SCTP_RECONFIGURATIONS);
        return true;
    }

    private static byte[] response(int sequence, int result, int @Nullable [] tsns) {
        byte[] chunk = new byte[SctpChunks.HEAD + 20];
        int end = tsns == null
                ? SctpReconfigParameters.writeResponse(chunk, SctpChunks.HEAD, sequence, result)
                : SctpReconfigParameters.writeResponse(chunk, SctpChunks.HEAD, sequence, result, tsns[0], tsns[1]);
        SctpChunks.writeHead(chunk, 0, SctpChunks.RECONFIG, 0, end);
        return Arrays.copyOf(chunk, end);
    }

    /// The peer wants all streams to begin anew, with other TSNs (§5.2.4). The result; when it is PERFORMED,
    /// that is still to be done.
    private int resetAssociation(long now, Association a, Path from) {
        if (a.stateName() != AssociationState.Name.ESTABLISHED) {
            return SctpReconfigParameters.DENIED;
        }
        Reconfiguration r = a.reconfiguration;
        if (r.request != null) {
            return SctpReconfigParameters.ALREADY_IN_PROGRESS;
        }
        if (!AssociationReset.isQuiet(a)) {
            // New messages wait, so that it becomes quiet; for as long as the peer goes on asking.
            hold(a, true);
            a.timers.set(SctpTimer.RECONFIGURATION, Time.after(now, HOLD_RTOS * from.rto()));
            return SctpReconfigParameters.IN_PROGRESS;
        }
        hold(a, false);
        a.timers.stop(SctpTimer.RECONFIGURATION);
        a.notify(context, new Notification.AssociationReset(null));
        return SctpReconfigParameters.PERFORMED;
    }

    /// The peer does not ask any more.
    public void onTimer(Association a) {
        hold(a, false);
    }

    private static void hold(Association a, boolean holding) {
        if (a.reconfiguration.holding != holding) {
            a.reconfiguration.holding = holding;
            a.sendQueue.hold(holding);
            if (!holding) {
                a.burst = Math.max(a.burst, Math.max(1, a.config().limits().maxBurst()));
            }
        }
    }

    private int perform(Association a, byte[] b, int p) {
        return switch (SctpParameters.type(b, p)) {
            case SctpReconfigParameters.OUTGOING_RESET -> resetIncoming(a, b, p);
            case SctpReconfigParameters.INCOMING_RESET -> resetOutgoing(a, b, p);
            case SctpReconfigParameters.ADD_OUTGOING -> addIncoming(a, SctpReconfigParameters.newStreams(b, p));
            case SctpReconfigParameters.ADD_INCOMING -> addOutgoing(a, SctpReconfigParameters.newStreams(b, p));
            default -> SctpReconfigParameters.DENIED;
        };
    }

    /// The peer's streams begin anew (§5.2.2).
    private int resetIncoming(Association a, byte[] b, int p) {
        Receiver receiver = a.receiver();
        int[] streams = streams(b, p);
        for (int stream : streams) {
            if (stream >= receiver.streamCount()) {
                return SctpReconfigParameters.WRONG_SSN;
            }
        }
        long last = Serial.unwrap(SctpReconfigParameters.lastTsn(b, p), receiver.tracker.cumulative());
        // E2: "If the Sender's Last Assigned TSN is greater than the cumulative acknowledgment point, then the
        // endpoint MUST […] 'In progress'": data with old numbers is still on its way.
        if (last > receiver.tracker.cumulative()) {
            return SctpReconfigParameters.IN_PROGRESS;
        }
        // A request of ours to reset them is answered by it.
        if (a.reconfiguration.request instanceof Reconfiguration.ResetIncoming reset
                && SctpReconfigParameters.responseSequence(b, p) == a.reconfiguration.sequence) {
            requests.finish(a, reset, null);
        }
        if (streams.length == 0) {
            receiver.resetStreams();
        }
        for (int stream : streams) {
            receiver.resetStream(stream);
        }
        a.notify(context, new Notification.StreamsReset(true, streams, null));
        return SctpReconfigParameters.PERFORMED;
    }

    /// The peer wants this side's streams to begin anew (§5.2.3).
    private int resetOutgoing(Association a, byte[] b, int p) {
        int[] streams = streams(b, p);
        for (int stream : streams) {
            if (stream >= a.outboundStreams()) {
                return SctpReconfigParameters.WRONG_SSN;
            }
        }
        if (a.reconfiguration.request != null) {
            return SctpReconfigParameters.ALREADY_IN_PROGRESS;
        }
        long sequence = SctpReconfigParameters.sequence(b, p) & 0xffff_ffffL;
        requests.begin(a, new Reconfiguration.ResetOutgoing(streams, sequence));
        return SctpReconfigParameters.PERFORMED;
    }

    /// The peer wants to send on more streams (§5.2.5).
    private int addIncoming(Association a, int count) {
        Receiver receiver = a.receiver();
        if (receiver.streamCount() + count > Math.min(STREAMS_MAX, a.config().inboundStreamsMax())) {
            return SctpReconfigParameters.DENIED;
        }
        receiver.streamCount(receiver.streamCount() + count);
        a.notify(context, new Notification.StreamsChanged(a.outboundStreams(), receiver.streamCount(), null));
        return SctpReconfigParameters.PERFORMED;
    }

    /// The peer wants this side to have more streams (§5.2.6): this side asks for them in turn.
    private int addOutgoing(Association a, int count) {
        if (a.outboundStreams() + count > STREAMS_MAX) {
            return SctpReconfigParameters.DENIED;
        }
        if (a.reconfiguration.request != null) {
            return SctpReconfigParameters.ALREADY_IN_PROGRESS;
        }
        requests.begin(a, new Reconfiguration.AddOutgoing(count));
        return SctpReconfigParameters.PERFORMED;
    }

    private static int[] streams(byte[] b, int p) {
        int[] streams = new int[SctpReconfigParameters.streams(b, p)];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = SctpReconfigParameters.stream(b, p, i);
        }
        return streams;
    }
}
