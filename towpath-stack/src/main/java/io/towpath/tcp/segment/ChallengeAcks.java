package io.towpath.tcp.segment;

import io.towpath.core.Context;
import io.towpath.core.Counter;
import io.towpath.core.Entropy;
import io.towpath.core.Time;

/// The rate limit of challenge ACKs (RFC 5961 §7: "a mechanism to throttle"). One budget a second for the whole host,
/// drawn anew each second around its mean, so that nobody can count through it whether a guess hit (the off-path side
/// channel of a fixed global limit).
public final class ChallengeAcks {
    private static final int MEAN_PER_SECOND = 1000;

    private final Context context;
    private final Entropy entropy;
    private long second = -1;
    private int left;

    /// A full budget.
    public ChallengeAcks(Context context, Entropy entropy) {
        this.context = context;
        this.entropy = entropy;
    }

    /// True when a challenge ACK may be sent; counts it.
    public boolean allow(long now) {
        long present = now / Time.SECOND;
        if (present != second) {
            second = present;
            left = MEAN_PER_SECOND / 2 + entropy.nextInt(MEAN_PER_SECOND);
        }
        if (left == 0) {
            context.counters().count(Counter.TCP_CHALLENGE_ACKS_LIMITED);
            return false;
        }
        left--;
        context.counters().count(Counter.TCP_CHALLENGE_ACKS);
        return true;
    }
}
