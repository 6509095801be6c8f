package io.towpath.congestion;

import io.towpath.core.Time;
import java.util.ArrayDeque;
import java.util.SortedSet;
import java.util.TreeSet;

/// A sender with endless data, a bottleneck with a queue, and a way back that loses nothing; in virtual time.
/// Whole segments of [#MSS] bytes; what overflows the queue is found to be lost when something sent after it
/// arrives.
final class Bottleneck {
    static final int MSS = 1000;

    final CongestionControl control;
    final SortedSet<String> phases = new TreeSet<>();
    long bytesPerSecond;
    long rtt;
    long queueBytes;
    long now = Time.SECOND;
    long deliveredBytes;
    long lostBytes;
    long longestQueueNanos;
    long leastCwnd = Long.MAX_VALUE;

    private final DeliveryRate rate = new DeliveryRate();
    private final Pacer pacer = new Pacer();
    private final AckSample sample = new AckSample();
    private final ArrayDeque<Segment> flight = new ArrayDeque<>();
    private long busyUntil;
    private long inFlight;
    private long sent;
    private long minRtt = Long.MAX_VALUE;
    private long repairedAt;
    private boolean repairing;

    private record Segment(
            long end,
            long sentAt,
            long arrivesAt,
            boolean lost,
            long delivered,
            long deliveredTime,
            long firstSendTime,
            long lostThen,
            long inFlight) {}

    Bottleneck(CongestionControl control, long bytesPerSecond, long rtt, long queueBytes) {
        this.control = control;
        this.bytesPerSecond = bytesPerSecond;
        this.rtt = rtt;
        this.queueBytes = queueBytes;
        control.start(MSS, 10 * MSS);
    }

    /// Bandwidth-delay product in bytes.
    long bdp() {
        return bytesPerSecond * (rtt / Time.MILLISECOND) / 1000;
    }

    /// Lets `nanos` pass.
    ///
    /// @return bytes delivered in it
    long run(long nanos) {
        long before = deliveredBytes;
        for (long until = now + nanos; now < until; ) {
            send();
            long ack = nextAck();
            long pace = inFlight + MSS <= control.cwnd() ? pacer.nextAt() : Long.MAX_VALUE;
            now = Math.max(now, Math.min(until, Math.min(ack, pace)));
            while (nextAck() <= now) {
                acknowledge();
            }
        }
        return deliveredBytes - before;
    }

    private void send() {
        while (inFlight + MSS <= control.cwnd() && !pacer.holds(now)) {
            rate.onSent(now, inFlight);
            long waiting = Math.max(0, busyUntil - now);
            boolean lost = waiting > queueBytes * Time.SECOND / bytesPerSecond;
            if (!lost) {
                busyUntil = Math.max(busyUntil, now) + MSS * Time.SECOND / bytesPerSecond;
                longestQueueNanos = Math.max(longestQueueNanos, waiting);
            }
            inFlight += MSS;
            sent += MSS;
            flight.add(new Segment(
                    sent,
                    now,
                    busyUntil + rtt,
                    lost,
                    rate.delivered(),
                    rate.deliveredTime(),
                    rate.firstSendTime(),
                    rate.lost(),
                    inFlight));
            pacer.onSent(now, MSS, control.pacingRate(), MSS);
        }
    }

    private long nextAck() {
        for (Segment s : flight) {
            if (!s.lost) {
                return s.arrivesAt;
            }
        }
        return flight.isEmpty() ? Long.MAX_VALUE : flight.getFirst().arrivesAt;
    }

    private void acknowledge() {
        boolean losses = false;
        rate.begin(now);
        while (!flight.isEmpty() && flight.getFirst().lost) {
            flight.removeFirst();
            rate.onLost(MSS);
            lostBytes += MSS;
            inFlight -= MSS;
            losses = true;
        }
        if (flight.isEmpty()) {
            return;
        }
        Segment s = flight.removeFirst();
        long before = inFlight;
        inFlight -= MSS;
        deliveredBytes += MSS;
        minRtt = Math.min(minRtt, now - s.sentAt);
        rate.onBytes(MSS);
        rate.onDelivered(
                s.sentAt,
                s.end,
                (int) s.delivered,
                s.deliveredTime,
                s.firstSendTime,
                (int) s.lostThen,
                s.inFlight,
                false);
        rate.finish(minRtt);
        if (repairing && s.end > repairedAt) {
            repairing = false;
            control.onRecoveryEnd(now);
        }
        if (losses && !repairing) {
            repairing = true;
            repairedAt = sent;
            control.onFastRetransmit(now, before);
        }
        rate.tell(sample);
        sample.now = now;
        sample.ackedBytes = MSS;
        sample.ackedTotal = s.end;
        sample.outstanding = sent - s.end;
        sample.deliveredBytes = MSS;
        sample.inFlightBefore = before;
        sample.inFlight = inFlight;
        sample.rttNanos = now - s.sentAt;
        sample.minRttNanos = minRtt;
        sample.srttNanos = now - s.sentAt;
        sample.cwndLimited = before + MSS >= control.cwnd();
        sample.inFlightMax = before;
        sample.inRecovery = repairing;
        control.onAck(sample);
        phases.add(control.phase());
        leastCwnd = Math.min(leastCwnd, control.cwnd());
    }
}
