package io.towpath.congestion;

import io.towpath.core.Time;
import org.jspecify.annotations.Nullable;

/// How fast the network delivers: the delivery rate estimator of draft-ietf-ccwg-bbr §4.1 (first
/// draft-cheng-iccrg-delivery-rate-estimation). Each segment remembers what had been delivered when it left;
/// when its own delivery is known, the difference over the time between is a sample of the rate. Names are the
/// draft's, `C.` of the connection and `rs.` of the sample left out.
///
/// The sender keeps the memories ([#onSent] says what to keep) and hands them back ([#onDelivered]). Units are
/// bytes and nanoseconds.
public final class DeliveryRate {
    private long delivered;
    private long deliveredTime;
    private long firstSendTime;
    private long lost;
    /// What is delivered when the last segment of an application-limited flight is; 0 for none.
    private long appLimited;

    private long lastRate;
    private boolean lastAppLimited;
    private @Nullable Sample sample;

    /// `rs`: what one acknowledgment tells.
    private static final class Sample {
        long now;
        boolean hasData;
        long newestEnd;
        long priorDelivered;
        long sendElapsed;
        long ackElapsed;
        long lost;
        long txInFlight;
        boolean appLimited;
        long rate;
        long interval;
        long delivered;

        void clear(long now) {
            this.now = now;
            hasData = false;
            rate = 0;
            interval = 0;
            delivered = 0;
            lost = 0;
            txInFlight = 0;
            appLimited = false;
        }
    }

    /// Nothing sent.
    public DeliveryRate() {}

    /// A segment is about to leave, for the first time or again; afterwards it must keep [#delivered()],
    /// [#deliveredTime()], [#firstSendTime()], [#lost()] and [#isApplicationLimited()].
    ///
    /// @param inFlight bytes in flight before it
    public void onSent(long now, long inFlight) {
        if (inFlight == 0) {
            // "If there are no packets in flight yet, then we can start the delivery rate interval at the current
            // time, since we know that any ACKs after now indicate that the network was able to deliver those
            // packets completely in the sampling interval between now and the next ACK."
            firstSendTime = now;
            deliveredTime = now;
        }
    }

    /// An acknowledgment arrived: a new sample begins.
    public void begin(long now) {
        sample().clear(now);
    }

    /// Bytes are newly known to have arrived.
    public void onBytes(long bytes) {
        delivered += bytes;
        deliveredTime = sample().now;
    }

    /// Bytes were deemed lost.
    public void onLost(long bytes) {
        lost += bytes;
    }

    /// A segment is newly known to have arrived; [#onBytes] has run. The one sent last makes the sample.
    ///
    /// @param sentAt when it left
    /// @param end one past its last sequence number
    /// @param deliveredThen [#delivered()] when it left; 32 bits of it are enough
    /// @param deliveredTimeThen [#deliveredTime()] when it left
    /// @param firstSendTimeThen [#firstSendTime()] when it left
    /// @param lostThen [#lost()] when it left; 32 bits of it are enough
    /// @param inFlight bytes in flight with it when it left
    /// @param appLimitedThen [#isApplicationLimited()] when it left
    public void onDelivered(
            long sentAt,
            long end,
            int deliveredThen,
            long deliveredTimeThen,
            long firstSendTimeThen,
            int lostThen,
            long inFlight,
            boolean appLimitedThen) {
        Sample s = sample();
        boolean newest = !s.hasData || sentAt > firstSendTime || sentAt == firstSendTime && end > s.newestEnd;
        if (!newest) {
            return;
        }
        s.hasData = true;
        s.newestEnd = end;
        s.priorDelivered = delivered - ((int) delivered - deliveredThen & 0xffff_ffffL);
        s.sendElapsed = sentAt - firstSendTimeThen;
        s.ackElapsed = s.now - deliveredTimeThen;
        s.lost = (int) lost - lostThen & 0xffff_ffffL;
        s.txInFlight = inFlight;
        s.appLimited = appLimitedThen;
        firstSendTime = sentAt;
    }

    /// The acknowledgment is worked through: makes the sample.
    ///
    /// @param minRttNanos least round-trip time known; 0 when there is none
    public void finish(long minRttNanos) {
        if (appLimited != 0 && delivered > appLimited) {
            appLimited = 0; // "Clear app-limited field if bubble is ACKed and gone."
        }
        Sample s = sample();
        if (!s.hasData) {
            return;
        }
        s.delivered = delivered - s.priorDelivered;
        // "use the longer of the send phase and ACK phase times": acknowledgments that come in a burst say nothing of
        // the network.
        s.interval = Math.max(s.sendElapsed, s.ackElapsed);
        if (s.interval < minRttNanos || s.interval <= 0) {
            s.interval = 0; // shorter than a round trip can be: "no reliable sample"
            return;
        }
        s.rate = (long) ((double) s.delivered * Time.SECOND / s.interval);
        if (!s.appLimited || s.rate >= lastRate) {
            lastRate = s.rate;
            lastAppLimited = s.appLimited;
        }
    }

    private Sample sample() {
        Sample present = sample;
        if (present == null) {
            present = new Sample();
            sample = present;
        }
        return present;
    }

    /// Gives back what only an acknowledgment needs.
    public void trim() {
        sample = null;
    }

    /// The application has nothing more to send, and the window had room: until what is in flight now is
    /// delivered, samples tell of the application.
    public void onApplicationLimited(long inFlight) {
        appLimited = Math.max(1, delivered + inFlight);
    }

    /// C.delivered: bytes delivered since the connection began.
    public long delivered() {
        return delivered;
    }

    /// C.delivered_time: when the last of them was acknowledged.
    public long deliveredTime() {
        return deliveredTime;
    }

    /// C.first_send_time: when the segment left that was delivered last.
    public long firstSendTime() {
        return firstSendTime;
    }

    /// C.lost: bytes deemed lost since the connection began.
    public long lost() {
        return lost;
    }

    /// True while what is sent counts as limited by the application.
    public boolean isApplicationLimited() {
        return appLimited != 0;
    }

    /// Copies the sample into `to`.
    public void tell(AckSample to) {
        Sample s = sample();
        to.hasRate = s.hasData;
        to.deliveryRate = s.rate;
        to.deliveredTotal = delivered;
        to.rateDelivered = s.hasData ? s.delivered : 0;
        to.priorDelivered = s.hasData ? s.priorDelivered : delivered;
        to.rateInterval = s.interval;
        to.applicationLimited = s.appLimited;
        to.lostSinceSent = s.lost;
        to.lostTotal = lost;
        to.inFlightWhenSent = s.txInFlight;
    }

    /// The last delivery rate that was not held down by the application, or the first after it that was
    /// higher, in bytes per second; 0 when there is none.
    public long rate() {
        return lastRate;
    }

    /// True when the application held [#rate()] down.
    public boolean isRateApplicationLimited() {
        return lastAppLimited;
    }
}
