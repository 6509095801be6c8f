package io.towpath.drill;

import io.towpath.core.Time;
import io.towpath.drill.script.Mismatch;
import io.towpath.drill.script.NotUnderstood;
import io.towpath.drill.script.Outcome;
import io.towpath.wire.IpAddress;
import io.towpath.wire.TcpHeader;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Plays a script: takes the host from step to step in virtual time, and stops at the first one that it does
/// not take.
///
/// A step's time counts from the step before; that of a packet which could come at any time in a range, from
/// when it came. What the host sends is looked at when the script comes to it: then it must be the next packet
/// of the connection that the script speaks of, within the tolerance around its time.
final class Drill {
    private static final String LOCAL_4 = "192.168.0.1";
    private static final String REMOTE_4 = "192.0.2.1";
    private static final String LOCAL_6 = "fd3d:a0b:17d6::1";
    private static final String REMOTE_6 = "2001:db8::1";

    private final Script script;
    private final Consumer<String> trace;
    private final long tolerance;
    private final Session session;
    private final VirtualHost host;
    private final Injector injector;
    private final SystemCalls calls;
    private final Commands commands;
    private final Assertions assertions;
    private final Expectation expectation;
    private @Nullable BlockedCall blocked;

    /// @param trace is told of each step that was taken, one line each
    Drill(Script script, DrillProfile profile, Consumer<String> trace) {
        this.script = script;
        this.trace = trace;
        Script.Options options = script.options();
        tolerance = options.toleranceNanos;
        IpAddress local = address(options.local, options.ip6 ? LOCAL_6 : LOCAL_4);
        IpAddress remote = address(options.remote, options.ip6 ? REMOTE_6 : REMOTE_4);
        int mtu = options.mtu == null ? profile.mtu(options.ip6) : options.mtu;
        if (VirtualHost.isIp4(local) != VirtualHost.isIp4(remote) || mtu < (options.ip6 ? 1280 : 68)) {
            throw new NotUnderstood(1, "addresses " + local + " and " + remote + " with an MTU of " + mtu);
        }
        var setUp = new SetUp(profile, options.strictSegments);
        host = new VirtualHost(local, mtu, profile.tcp());
        session = new Session(host, setUp, local, remote);
        injector = new Injector(local, remote, session.sctp);
        calls = new SystemCalls(session);
        commands = new Commands(session);
        assertions = new Assertions(session);
        expectation = new Expectation(session, tolerance, options.timestampTickNanos, this::advance);
        host.afterTurn(this::lookAtBlocked);
    }

    private static IpAddress address(@Nullable IpAddress given, String otherwise) {
        return given == null ? IpAddress.parse(otherwise) : given;
    }

    /// Plays all steps.
    ///
    /// @throws NotUnderstood when a step has no meaning here
    /// @throws Mismatch when the host does something else
    void run() {
        requireKnownCalls();
        long last = VirtualHost.BEGIN;
        for (Step step : script.steps()) {
            When when = step.when();
            When moment = when.relative()
                    ? when.from(last)
                    : new When(when.kind(), false, when.at() + VirtualHost.BEGIN, when.until() + VirtualHost.BEGIN);
            last = play(step, moment);
            trace.accept(text(step));
        }
        finishBlocked();
    }

    private String text(Step step) {
        double seconds = (host.now() - VirtualHost.BEGIN) / (double) Time.SECOND;
        String what = switch (step.action()) {
            case Step.Inbound(PacketSpec packet) -> "< " + packet;
            case Step.Outbound(PacketSpec packet) -> "> " + packet;
            case Step.Call call -> call.text() + " = " + call.result();
            case Step.Commands(List<String> lines) -> "`" + String.join("; ", lines) + "`";
            case Step.Assertions(String code) -> "%{" + code.replaceAll("\\s+", " ") + "}%";
        };
        return String.format(Locale.ROOT, "%12.6f  line %-4d %s", seconds, step.line(), what);
    }

    private void requireKnownCalls() {
        for (Step step : script.steps()) {
            if (step.action() instanceof Step.Call call && !SystemCalls.isKnown(call.name())) {
                throw new NotUnderstood(step.line(), "system call " + call.name());
            }
        }
    }

    /// Plays one step.
    ///
    /// @return the time from which the next one counts
    private long play(Step step, When when) {
        int line = step.line();
        switch (step.action()) {
            case Step.Inbound(PacketSpec packet) -> {
                advance(when.at());
                inbound(line, packet);
            }
            case Step.Outbound(PacketSpec packet) -> {
                requireSameWorld(line);
                return expectation.meet(line, packet, when);
            }
            case Step.Call call -> {
                finishBlocked();
                advance(when.at());
                begin(new BlockedCall(line, call, calls.prepare(line, call), when));
            }
            case Step.Commands(List<String> lines) -> {
                advance(when.at());
                lines.forEach(command -> commands.run(line, command));
            }
            case Step.Assertions(String code) -> {
                advance(when.at());
                assertions.check(line, code);
            }
        }
        return when.at();
    }

    private void requireSameWorld(int line) {
        if (session.isTimeWaitDropped()) {
            throw new NotUnderstood(line, "packets after 'tcpdrop'");
        }
    }

    private void inbound(int line, PacketSpec packet) {
        requireSameWorld(line);
        Flow flow = session.flow();
        if (packet instanceof PacketSpec.Tcp tcp && tcp.has(TcpHeader.SYN)) {
            flow.onInboundSyn(tcp);
        } else if (packet instanceof PacketSpec.Tcp tcp && tcp.has(TcpHeader.RST)) {
            flow.onInboundReset();
        }
        // Linux sends no ACK for a SYN-ACK when a writer waits: his data brings it.
        Runnable first = session.isOpeningWithData() ? this::lookAtBlocked : () -> {};
        host.input(injector.packet(line, packet, flow), first);
    }

    private void begin(BlockedCall call) {
        blocked = call;
        host.turn();
        if (blocked != null && call.when.kind() != When.Kind.BLOCKING) {
            throw call.mismatch("the call blocks", "still waiting");
        }
    }

    /// Looks whether the call that blocks can return now.
    private void lookAtBlocked() {
        BlockedCall call = blocked;
        if (call == null) {
            return;
        }
        Outcome outcome = call.attempt.attempt();
        if (outcome == null) {
            return;
        }
        blocked = null;
        call.require(outcome, host.now(), tolerance);
    }

    /// Waits for the call that blocks.
    private void finishBlocked() {
        BlockedCall call = blocked;
        if (call != null) {
            advance(call.when.until() + tolerance);
            host.turn();
            if (blocked != null) {
                throw call.mismatch("the call should have returned", "still waiting");
            }
        }
    }

    /// Lets time pass, but no call may block longer than it should. While one blocks, it is looked at every
    /// millisecond: it may have a time limit of its own.
    private void advance(long moment) {
        while (blocked != null && host.now() < moment) {
            BlockedCall call = blocked;
            if (host.now() >= call.when.until() + tolerance) {
                throw call.mismatch("the call should have returned", "still waiting");
            }
            host.advance(Math.min(Math.min(moment, call.when.until() + tolerance), host.now() + Time.MILLISECOND));
            host.turn();
        }
        host.advance(moment);
    }

    /// A call that was begun.
    private static final class BlockedCall {
        final int line;
        final Step.Call call;
        final Outcome.Attempt attempt;
        final When when;

        BlockedCall(int line, Step.Call call, Outcome.Attempt attempt, When when) {
            this.line = line;
            this.call = call;
            this.attempt = attempt;
            this.when = when;
        }

        Mismatch mismatch(String what, String actual) {
            return new Mismatch(line, what, call.text() + " = " + expected(), actual);
        }

        private String expected() {
            return call.result() + (call.errno() == null ? "" : " " + call.errno());
        }

        /// Checks result, errno and the time of the return.
        void require(Outcome outcome, long now, long tolerance) {
            Long result = call.result();
            String errno = outcome.errno() == null ? null : outcome.errno().name();
            boolean same = result == null
                    || result == outcome.value()
                            && (call.errno() == null || call.errno().equals(errno));
            if (!same) {
                throw mismatch("result", call.text() + " = " + outcome);
            }
            if (when.kind() == When.Kind.BLOCKING && now < when.until() - tolerance) {
                throw mismatch(
                        "the call returned too early",
                        "returned " + (when.until() - now) / Time.MICROSECOND + " µs before its time");
            }
        }
    }
}
