package io.towpath.cli;

import io.towpath.core.Time;
import io.towpath.sim.Actor;
import io.towpath.sim.SimHost;
import io.towpath.stack.Pinger;
import io.towpath.wire.IpAddress;

/// The demo's ping: requests at an interval until enough were answered.
final class DemoPings implements Actor {
    private static final int TRIES_MAX = 200;
    private static final int LENGTH = 56;

    private final Pinger pinger;
    private final IpAddress server;
    private final int wanted;
    private final long intervalNanos;
    private int sent;
    private int answered;
    private long bestNanos = Long.MAX_VALUE;
    private long worstNanos;
    private long sumNanos;
    private boolean damaged;
    private long nextAt = Time.NEVER;

    DemoPings(SimHost host, IpAddress server, int wanted, long intervalNanos) {
        this.server = server;
        this.wanted = wanted;
        this.intervalNanos = intervalNanos;
        pinger = host.stack().openPinger();
        pinger.attach(this);
    }

    void start(long now) {
        nextAt = now;
        on(now);
    }

    @Override
    public void on(long now) {
        for (Pinger.Answer answer = pinger.next(); answer != null; answer = pinger.next()) {
            if (answer instanceof Pinger.Reply reply) {
                take(reply);
            }
        }
        if (!isDone() && now >= nextAt) {
            pinger.ping(now, server, ++sent, new byte[LENGTH]);
            nextAt = now + intervalNanos;
        }
        if (isDone()) {
            nextAt = Time.NEVER;
        }
    }

    private void take(Pinger.Reply reply) {
        answered++;
        damaged |= reply.length() != LENGTH || !reply.from().equals(server);
        bestNanos = Math.min(bestNanos, reply.rttNanos());
        worstNanos = Math.max(worstNanos, reply.rttNanos());
        sumNanos += reply.rttNanos();
    }

    int sent() {
        return sent;
    }

    int answered() {
        return answered;
    }

    int wanted() {
        return wanted;
    }

    long bestNanos() {
        return bestNanos;
    }

    long meanNanos() {
        return answered == 0 ? 0 : sumNanos / answered;
    }

    long worstNanos() {
        return worstNanos;
    }

    boolean isIntact() {
        return answered >= wanted && !damaged;
    }

    @Override
    public long deadline() {
        return nextAt;
    }

    @Override
    public boolean isDone() {
        return answered >= wanted || sent >= TRIES_MAX;
    }

    @Override
    public void onReboot(long now) {
        throw new IllegalStateException("the demo reboots nobody");
    }

    @Override
    public String status() {
        return "ping " + answered + " of " + wanted + " answered";
    }
}
