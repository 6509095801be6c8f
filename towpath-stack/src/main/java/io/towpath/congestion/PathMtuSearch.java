package io.towpath.congestion;

import io.towpath.core.Time;

/// The search for the largest packet that a path carries, without any help of ICMP (RFC 8899 §5, and RFC 4821
/// for TCP). It sees sizes and moments only: somebody else sends the probes and says what became of them.
///
/// A probe that arrives raises the size; one that is lost [#MAX_PROBES] times lowers what is still hoped for.
/// When nothing is left to try the search rests, and begins anew after [#RAISE_NANOS]. Packets of the present
/// size that vanish again and again mean a black hole: the size falls to the base, and should that vanish too,
/// to the least.
public final class PathMtuSearch {
    /// RFC 8899 §5.1.2: "MAX_PROBES: […] The default value of MAX_PROBES is 3."
    public static final int MAX_PROBES = 3;

    /// RFC 8899 §5.1.1, PMTU_RAISE_TIMER: "The suggested default is 600 seconds" (RFC 4821: 10 minutes).
    public static final long RAISE_NANOS = 600 * Time.SECOND;

    /// A gain of less than this is not worth a probe.
    private static final int STEP = 16;

    /// Where the search stands (RFC 8899 §5.2).
    public enum Phase {
        /// The present size is being confirmed or probed beyond.
        SEARCHING,
        /// Nothing is left to try for now.
        COMPLETE,
        /// Not even the base size gets through.
        ERROR
    }

    private final int least;
    private final int base;
    private int max;
    private int size;
    private int hope;
    private int probes;
    private int probing;
    private long probeAt;
    private long raiseAt = Time.NEVER;
    private Phase phase;

    /// A search between these sizes, in bytes of IP packets.
    ///
    /// @param least MIN_PLPMTU: what every path carries
    /// @param base BASE_PLPMTU: what nearly every path carries
    /// @param max MAX_PLPMTU: what the first link carries
    /// @param trusting begin with `max` and search only when that vanishes, instead of from `base` upwards
    public PathMtuSearch(int least, int base, int max, boolean trusting) {
        this.max = Math.max(least, max);
        this.least = least;
        this.base = Math.clamp(base, least, this.max);
        this.size = trusting ? this.max : this.base;
        this.hope = this.max;
        this.phase = trusting ? Phase.COMPLETE : Phase.SEARCHING;
    }

    /// PLPMTU: the size to send now.
    public int size() {
        return size;
    }

    /// Where the search stands.
    public Phase phase() {
        return phase;
    }

    /// The size that a probe should have now; 0 for none.
    public int probeSize(long now) {
        if (phase == Phase.COMPLETE && now >= raiseAt) {
            hope = max;
            phase = Phase.SEARCHING;
            raiseAt = Time.NEVER;
        }
        if (phase == Phase.COMPLETE || probing > 0 || now < probeAt) {
            return 0;
        }
        if (hope - size < STEP) {
            complete(now);
            return 0;
        }
        // The largest first: most paths carry what their first link does. Then by halves.
        return hope == max && probes == 0 ? max : size + (hope - size + 1) / 2;
    }

    /// A probe of this size left.
    public void onProbeSent(int bytes) {
        probing = bytes;
    }

    /// True while a probe is under way.
    public boolean isProbing() {
        return probing > 0;
    }

    /// The probe arrived.
    public void onProbeAcknowledged(long now) {
        size = Math.max(size, Math.min(probing, max));
        probing = 0;
        probes = 0;
        phase = Phase.SEARCHING;
        if (hope - size < STEP) {
            complete(now);
        }
    }

    /// The probe was lost. RFC 8899 §3: "Loss of a Probe Packet […] SHOULD NOT be treated as an indication of
    /// congestion". The next try is later, so that a burst of losses is not taken for the size.
    ///
    /// @param pauseNanos when to try again, a few round trips
    public void onProbeLost(long now, long pauseNanos) {
        probeAt = Time.after(now, pauseNanos);
        probes++;
        if (probes >= MAX_PROBES) {
            hope = probing - 1;
            probes = 0;
        }
        probing = 0;
    }

    /// What became of the probe will never be known.
    public void onProbeForgotten() {
        probing = 0;
    }

    /// True when a packet of `bytes` may be larger than the path carries.
    public boolean isDoubtful(int bytes) {
        return bytes > least;
    }

    /// Packets vanish again and again (RFC 8899 §4.3, black hole detection). They need not be of the present size: a
    /// peer that takes smaller segments only, or a user who writes little, never fills one.
    ///
    /// @param bytes their size, [#isDoubtful]
    /// @return true when the size fell
    public boolean onBlackHole(long now, long pauseNanos, int bytes) {
        int before = size;
        probing = 0;
        probes = 0;
        probeAt = Time.after(now, pauseNanos);
        hope = Math.max(least, Math.min(size, bytes) - 1);
        size = Math.min(size, bytes) > base ? base : least;
        phase = size == least && least < base ? Phase.ERROR : Phase.SEARCHING;
        raiseAt = Time.after(now, RAISE_NANOS);
        return size < before;
    }

    /// What the first link carries, or what a believable ICMP message reported, changed.
    public void onLimit(int bytes) {
        int limit = Math.max(least, bytes);
        boolean whole = size == max;
        max = limit;
        hope = Math.min(hope, limit);
        size = Math.min(whole && phase == Phase.COMPLETE ? limit : size, limit);
    }

    private void complete(long now) {
        phase = Phase.COMPLETE;
        raiseAt = size < max ? Time.after(now, RAISE_NANOS) : Time.NEVER;
    }

    @Override
    public String toString() {
        return "PathMtuSearch[" + phase + " " + size + " of " + max + "]";
    }
}
