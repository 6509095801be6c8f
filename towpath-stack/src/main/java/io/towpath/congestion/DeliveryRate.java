package io.towpath.congestion;

import io.towpath.core.Time;

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

    // The sample in the making.
    private long now;
    private boolean hasData;
    private long newestEnd;
    private long priorDelivered;
    private long sendElapsed;
    private long ackElapsed;
    private long sampleLost;
    private long txInFlight;
    private boolean sampleAppLimited;
    // The sample made.
    private long rate;
    private long interval;
    private long sampleDelivered;
    private long lastRate;
    private boolean lastAppLimited;

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
        this.now = now;
        hasData = false;
        rate = 0;
        interval = 0;
        sampleDelivered = 0;
        sampleLost = 0;
        txInFlight = 0;
        sampleAppLimited = false;
    }

    /// Bytes are newly known to have arrived.
    public void onBytes(long bytes) {
        delivered += bytes;
        deliveredTime = now;
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
        boolean newest = !hasData || sentAt > firstSendTime || sentAt == firstSendTime && end > newestEnd;
        if (!newest) {
            return;
        }
        hasData = true;
        newestEnd = end;
        priorDelivered = delivered - ((int) delivered - deliveredThen & 0xffff_ffffL);
        sendElapsed = sentAt - firstSendTimeThen;
        ackElapsed = now - deliveredTimeThen;
        sampleLost = (int) lost - lostThen & 0xffff_ffffL;
        txInFlight = inFlight;
        sampleAppLimited = appLimitedThen;
        firstSendTime = sentAt;
    }

    /// The acknowledgment is worked through: makes the sample.
    ///
    /// @param minRttNanos least round-trip time known; 0 when there is none
    public void finish(long minRttNanos) {
        if (appLimited != 0 && delivered > appLimited) {
            appLimited = 0; // "Clear app-limited field if bubble is ACKed and gone."
        }
        if (!hasData) {
            return;
        }
        sampleDelivered = delivered - priorDelivered;
        // "use the longer of the send phase and ACK phase times": acknowledgments that come in a burst say nothing of
        // the network.
        interval = Math.max(sendElapsed, ackElapsed);
        if (interval < minRttNanos || interval <= 0) {
            interval = 0; // shorter than a round trip can be: "no reliable sample"
            return;
        }
        rate = (long) ((double) sampleDelivered * Time.SECOND / interval);
        if (!sampleAppLimited || rate >= lastRate) {
            lastRate = rate;
            lastAppLimited = sampleAppLimited;
        }
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

    /// Copies the sample into `s`.
    public void tell(AckSample s) {
        s.hasRate = hasData;
        s.deliveryRate = rate;
        s.deliveredTotal = delivered;
        s.rateDelivered = hasData ? sampleDelivered : 0;
        s.priorDelivered = hasData ? priorDelivered : delivered;
        s.rateInterval = interval;
        s.applicationLimited = sampleAppLimited;
        s.lostSinceSent = sampleLost;
        s.lostTotal = lost;
        s.inFlightWhenSent = txInFlight;
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
