package io.towpath.net.shard;

import io.towpath.core.SignalSource;
import io.towpath.core.Time;
import io.towpath.core.TxBatch;
import io.towpath.link.IoDriver;
import io.towpath.link.Link;
import io.towpath.link.MemoryLink;
import io.towpath.link.ParkingDriver;
import io.towpath.link.RxBatch;
import io.towpath.net.time.Driven;
import io.towpath.net.time.Timekeeper;
import io.towpath.stack.Interface;
import io.towpath.stack.Stack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One stack, its links and its sockets, driven by whoever holds the [Baton].
///
/// A turn is: commands, receive, tick, poll, transmit, notify. The loop thread takes turns when a device or a timer
/// wakes it. An application thread that leaves a command and finds the shard idle takes turns itself, so what it
/// wrote leaves without a change of threads; if the shard is busy its owner finds the command at its next look.
/// Nothing that can block happens while the baton is held.
public final class Shard {
    /// Packets taken from one link in one turn: what arrives together is acknowledged together.
    private static final int RECEIVE_MAX = 256;

    /// Turns that a visitor takes before it leaves the rest to the loop thread.
    private static final int TURNS_MAX = 16;

    /// How long a device that was full is left alone.
    private static final long RETRY_NANOS = 100 * Time.MICROSECOND;

    /// How long the loop thread of a shard without devices leaves timers to visitors when it finds them there.
    private static final long GLANCE_NANOS = 250 * Time.MICROSECOND;

    /// Value of [#loopWakesAt] while the loop thread is awake: it will look at the deadlines by itself.
    private static final long AWAKE = Long.MIN_VALUE;

    /// A link and the interface it serves.
    private record Port(Interface iface, Link link, boolean device) {}

    private final String name;
    private final Stack stack;
    private final Timekeeper time;
    private final IoDriver driver;
    private final Consumer<Throwable> onFailure;
    private final Baton baton = new Baton();
    private final CommandQueue commands = new CommandQueue();
    private final List<Port> ports = new ArrayList<>();
    private final RxBatch received;
    private final @Nullable Thread loop;
    private final Closing closing;

    // The owner's.
    private @Nullable ShardSocket firstSocket;
    private @Nullable Command running;
    private @Nullable Command remaining;
    private @Nullable IOException dead;
    private long retryAt = Time.NEVER;
    private boolean hasDevices;
    private long visits;
    private long visitsSeen;

    private volatile @Nullable Driving lastVisitor;
    private volatile long loopWakesAt = AWAKE;
    private volatile boolean stopped;
    private volatile boolean failed;

    /// A shard that does not run before [#start].
    ///
    /// @param devices what waits for the devices among its links; null when it has only links in memory
    /// @throws IllegalStateException when it has devices and `time` is not real time
    public Shard(String name, Stack stack, Timekeeper time, @Nullable IoDriver devices, Consumer<Throwable> onFailure) {
        this.name = name;
        this.stack = stack;
        this.time = time;
        this.onFailure = onFailure;
        this.received = new RxBatch(RECEIVE_MAX, stack.context().pool());
        this.closing = new Closing(this);
        IoDriver given = time.drive(new Player());
        if (given != null && devices != null) {
            given.close();
            throw new IllegalStateException("a device lives in real time: it cannot serve a simulated host");
        }
        if (given == null) {
            this.driver = devices == null ? new ParkingDriver() : devices;
            this.loop = Thread.ofPlatform().name("towpath-" + name).daemon(true).unstarted(this::loop);
        } else {
            this.driver = given;
            this.loop = null;
        }
    }

    /// The shard for a timekeeper that drives it.
    private final class Player implements Driven {
        @Override
        public String name() {
            return name;
        }

        @Override
        public void visit() {
            Driving.ofThisThread().go(Shard.this);
        }

        @Override
        public long deadline() {
            return nextDeadline();
        }
    }

    /// Before [#start], or the owner: adds a link and the interface it serves.
    ///
    /// @param device true for a link whose reads cost a system call: visitors leave reading it to the loop thread
    public void add(Interface iface, Link link, boolean device) {
        ports.add(new Port(iface, link, device));
        hasDevices |= device;
        if (link.source() instanceof MemoryLink memory) {
            memory.onReadable(this::poke);
            memory.onWritable(this::poke);
        }
    }

    public void start() {
        if (loop != null) {
            loop.start();
        }
    }

    /// How time passes for this shard and for those who wait for it.
    public Timekeeper time() {
        return time;
    }

    /// The owner's, like everything that hangs on it.
    public Stack stack() {
        return stack;
    }

    // ---- any thread -----------------------------------------------------------------------------------------------

    /// Leaves `command`, and runs it here and now when the shard is idle.
    public void submit(Command command) {
        Driving driving = Driving.ofThisThread();
        if (!driving.isActive()) {
            time.enter();
        }
        commands.push(command);
        if (stopped) {
            abandonAll(new IOException("the host is closed"));
        } else if (!callLastVisitor(driving)) {
            driving.go(this);
        }
    }

    /// Has the thread that drove this shard last do it again, if it just looks on. False when the caller must go:
    /// always where time does not let anybody look on, for whoever does so elsewhere does not have the turn here.
    private boolean callLastVisitor(Driving driving) {
        Driving last = lastVisitor;
        return last != driving
                && last != null
                && time.spins()
                && !driving.isActive()
                && last.standBy().call(this);
    }

    /// Leaves `command` to the owner, or to the loop thread when the shard is idle: for a caller who goes on giving, so
    /// that what he gives meanwhile is done together. Without a loop thread it runs here and now.
    public void leave(Command command) {
        if (loop == null || Driving.ofThisThread().isActive()) {
            submit(command);
            return;
        }
        commands.push(command);
        if (stopped) {
            abandonAll(new IOException("the host is closed"));
        } else if (!baton.announce()) {
            driver.wake();
        }
    }

    /// A memory link has something to read or has room again: a thread that is driving comes by, otherwise the loop
    /// thread looks.
    public void poke() {
        Driving driving = Driving.ofThisThread();
        if (driving.isActive()) {
            driving.later(this);
        } else {
            driver.wake();
        }
    }

    /// Makes the loop thread take a turn.
    public void wakeLoop() {
        driver.wake();
    }

    // ---- becoming the owner and letting go ------------------------------------------------------------------------

    /// Takes the baton if it is free and works until nothing is left to do, or for a bounded number of turns. If
    /// somebody else owns the shard, he now knows that there is work.
    public void visit(Driving driving) {
        if (!baton.request()) {
            return;
        }
        visits++;
        if (lastVisitor != driving) {
            lastVisitor = driving;
        }
        boolean wake = work(driving);
        if (wake) {
            driver.wake();
        }
        driving.wakeAll();
    }

    /// A visitor's turns, until the baton is given back. True when the loop thread must be woken.
    private boolean work(Driving driving) {
        boolean sooner = false; // stays true through further turns: only the first of them sees it
        for (int turns = 1; ; turns++) {
            boolean more = turn(driving, turns > 1);
            if (turns >= TURNS_MAX && dead == null && (more || baton.hasWork())) {
                return !baton.yieldToLoop();
            }
            if (!more) {
                sooner |= isSooner();
                Baton.Release release = baton.release();
                if (release != Baton.Release.AGAIN) {
                    return sooner && release == Baton.Release.FREE;
                }
            }
        }
    }

    /// About to let go: true when the loop thread sleeps longer than the next deadline allows.
    private boolean isSooner() {
        if (nextDeadline() < loopWakesAt) {
            loopWakesAt = AWAKE; // one wake-up is enough
            return true;
        }
        return false;
    }

    private void loop() {
        Driving driving = Driving.ofThisThread();
        while (!stopped && !failed) {
            long deadline = acquire() ? loopTurns(driving) : time.now() + GLANCE_NANOS;
            if (driving.hasMore()) {
                driving.goOn();
            } else {
                driver.await(deadline == Time.NEVER ? deadline : deadline - time.now());
                loopWakesAt = AWAKE;
            }
        }
    }

    /// The loop thread: takes the baton; false when a visitor has it who will do what there is to do.
    ///
    /// A shard with devices is waited for: reading them is the loop thread's. In all others there is nothing that
    /// a visitor does not see to in its turns, so the loop thread looks again a moment later. Asking visitors for
    /// the baton cost them two changes of threads for each timer: waking the loop thread, and waiting for it in
    /// their next call.
    private boolean acquire() {
        if (hasDevices) {
            baton.acquire();
            return true;
        }
        return baton.request();
    }

    /// When the loop thread, which is about to let go, is to look next, if `deadline` is when something is due:
    /// where visitors come and go they see to timers, and are not disturbed more often than once in a glance.
    private long nextLook(long deadline) {
        boolean busy = visits != visitsSeen && !hasDevices;
        visitsSeen = visits;
        if (!busy || deadline == Time.NEVER) {
            loopWakesAt = deadline;
            return deadline;
        }
        long glance = time.now() + GLANCE_NANOS;
        loopWakesAt = deadline < glance ? AWAKE : deadline;
        return Math.max(deadline, glance);
    }

    /// The loop thread's turns, until the baton is given back. Returns when the next one is due.
    private long loopTurns(Driving driving) {
        driving.active(true);
        try {
            while (true) {
                boolean more = turn(driving, true);
                driving.wakeAll();
                if (more && driving.hasMore()) {
                    driving.later(this); // in turn with those that this shard made runnable
                    boolean ignored = baton.yieldToLoop();
                    return Time.NEVER;
                }
                if (!more) {
                    long deadline = nextLook(nextDeadline());
                    if (driving.hasMore()) {
                        loopWakesAt = AWAKE;
                    }
                    if (baton.release() != Baton.Release.AGAIN) {
                        return deadline;
                    }
                    loopWakesAt = AWAKE;
                }
            }
        } finally {
            driving.active(false);
            driving.wakeAll();
        }
    }

    // ---- the owner ------------------------------------------------------------------------------------------------

    /// One turn. True when there is more to do at once.
    private boolean turn(Driving driving, boolean devices) {
        IOException why = dead;
        if (why != null) {
            abandonAll(why);
            return false;
        }
        try {
            long now = time.now();
            runCommands(now);
            if (dead != null) {
                return false; // nothing leaves any more
            }
            boolean more = receive(now, devices);
            if (stack.deadline() <= now) {
                stack.tick(now);
            }
            boolean due = stack.poll(now);
            boolean room = transmit(now);
            tellSockets(now, driving);
            closing.tellDrained(driving);
            return more || due || room;
        } catch (Throwable failure) {
            IOException cause = new IOException("the stack failed", failure);
            if (running != null) {
                running.abandon(cause);
            }
            die(cause);
            failed = true;
            try {
                onFailure.accept(failure);
            } catch (Throwable inReader) {
                failure.addSuppressed(inReader); // the shard is dead and its sockets know; the baton must be given back
            }
            return false;
        }
    }

    private void runCommands(long now) {
        remaining = commands.takeAll();
        for (Command command = remaining; command != null; command = remaining) {
            running = command;
            remaining = command.next; // before it runs: then it may be pushed again
            command.next = null;
            command.execute(now);
        }
        running = null;
    }

    private void abandonAll(IOException why) {
        abandonAll(commands.takeAll(), why);
    }

    private static void abandonAll(@Nullable Command first, IOException why) {
        Command command = first;
        while (command != null) {
            Command following = command.next;
            command.next = null;
            command.abandon(why);
            command = following;
        }
    }

    private boolean receive(long now, boolean devices) {
        boolean more = false;
        for (int p = 0; p < ports.size(); p++) {
            Port port = ports.get(p);
            if (port.device() && !devices) {
                continue;
            }
            port.link().receive(now, received);
            int count = received.size();
            for (int i = 0; i < count; i++) {
                stack.input(now, port.iface(), received.get(i));
            }
            more |= received.isFull();
            received.clear();
        }
        return more;
    }

    /// Hands the outboxes to the links. True when one was so full that the stack may have held back for it, and now
    /// has room.
    private boolean transmit(long now) {
        boolean room = false;
        retryAt = Time.NEVER;
        for (int p = 0; p < ports.size(); p++) {
            Port port = ports.get(p);
            TxBatch outbox = port.iface().outbox();
            if (!outbox.isEmpty() || port.link().deadline() <= now) {
                boolean wasFull = outbox.size() > outbox.room();
                int taken = port.link().transmit(now, outbox);
                room |= wasFull && taken > 0;
                if (!outbox.isEmpty() && port.device()) {
                    retryAt = now + RETRY_NANOS;
                }
            }
        }
        return room;
    }

    private void tellSockets(long now, Driving driving) {
        var signals = stack.context().signals();
        for (SignalSource source = signals.next(); source != null; source = signals.next()) {
            int bits = source.takeSignals();
            if (source.attachment() instanceof ShardSocket socket) {
                socket.onSignals(now, bits, driving);
            }
        }
    }

    private long nextDeadline() {
        if (dead != null) {
            return Time.NEVER;
        }
        long earliest = Math.min(stack.deadline(), retryAt);
        for (int p = 0; p < ports.size(); p++) {
            earliest = Math.min(earliest, ports.get(p).link().deadline());
        }
        return earliest;
    }

    /// The socket opened last, null when there is none: the head of the list of open ones.
    @Nullable
    public ShardSocket firstSocket() {
        return firstSocket;
    }

    /// True when nothing more wants to leave; else the rest of this turn sends it, or what the links take.
    public boolean isQuiet(long now) {
        if (stack.poll(now)) {
            return false;
        }
        for (int p = 0; p < ports.size(); p++) {
            if (!ports.get(p).iface().outbox().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /// True when a link holds packets for a later moment.
    public boolean linksHold() {
        for (int p = 0; p < ports.size(); p++) {
            if (ports.get(p).link().deadline() != Time.NEVER) {
                return true;
            }
        }
        return false;
    }

    /// A socket was opened.
    public void list(ShardSocket socket) {
        socket.listed = true;
        socket.after = firstSocket;
        if (firstSocket != null) {
            firstSocket.before = socket;
        }
        firstSocket = socket;
    }

    /// A socket's user is gone.
    public void unlist(ShardSocket socket) {
        if (!socket.listed) {
            return;
        }
        socket.listed = false;
        if (socket.before == null) {
            firstSocket = socket.after;
        } else {
            socket.before.after = socket.after;
        }
        if (socket.after != null) {
            socket.after.before = socket.before;
        }
        socket.before = null;
        socket.after = null;
    }

    // ---- the end --------------------------------------------------------------------------------------------------

    /// The owner: nothing works any more. Every socket and every waiting command gets `why`.
    public void die(IOException why) {
        dead = why;
        Command rest = remaining;
        remaining = null;
        abandonAll(rest, why);
        abandonAll(why);
        for (ShardSocket socket = firstSocket; socket != null; socket = firstSocket) {
            socket.fail(why);
            unlist(socket);
        }
    }

    /// Ends all sockets, lets connections end in order until `nanos` are over, and stops. Called once, by a thread
    /// that is not driving.
    public void shutDown(long nanos) {
        boolean interrupted = closing.run(nanos);
        stop(interrupted);
        for (Port port : ports) {
            port.link().close();
        }
    }

    /// Ends all at once, as a power failure does: nothing is sent any more, sockets fail with `why`. The links stay
    /// as they are, for the next shard. Called once, by a thread that is not driving.
    public void crash(IOException why) {
        boolean interrupted = Thread.interrupted();
        try {
            boolean ignored = new Call<Boolean>() {
                @Override
                protected Boolean answer(long now) {
                    for (Port port : ports) {
                        port.iface().outbox().releaseAll();
                    }
                    die(why);
                    return true;
                }
            }.on(this);
        } catch (IOException alreadyDead) {
            // Then there is nothing to end.
        }
        stop(interrupted);
    }

    private void stop(boolean wasInterrupted) {
        boolean interrupted = wasInterrupted;
        stopped = true;
        driver.wake();
        while (loop != null && loop.isAlive()) {
            try {
                loop.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        takeForEver();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Takes the baton and keeps it, and gives up what is left.
    private void takeForEver() {
        while (!baton.take()) {
            Thread.onSpinWait(); // a visitor is on its last turn
        }
        abandonAll(new IOException("the host is closed"));
        for (Port port : ports) {
            port.iface().outbox().releaseAll();
        }
        driver.close();
    }
}
