package io.towpath.junit;

import io.towpath.core.Entropy;
import io.towpath.core.Event;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.ip.IpConfig;
import io.towpath.junit.lockstep.Conductor;
import io.towpath.link.MemoryLink;
import io.towpath.nat.NatConfig;
import io.towpath.net.Host;
import io.towpath.net.HostBuilder;
import io.towpath.net.Towpath;
import io.towpath.wire.Endpoint;
import io.towpath.wire.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A simulated network and the threads that use it, in virtual time.
///
/// ```java
/// try (Network net = Network.simulate(7)) {
///     Host server = net.host("server"), client = net.host("client");
///     net.wire(server, client).delay(ofMillis(150)).loss(0.30);
///     net.start("server", () -> {
///         try (TcpServer listener = server.listen(80); TcpStream stream = listener.accept()) {
///             stream.input().transferTo(stream.output());
///         }
///     });
///     try (TcpStream stream = client.connect(net.endpoint(server, 80))) {
///         …
///     }
/// }
/// ```
///
/// **Time** stands still while a thread computes and jumps while all wait: a minute on the network takes
/// milliseconds. [#sleep], timeouts of sockets and waits for [Task]s are in this time; [System#nanoTime] and
/// [Thread#sleep] are not.
///
/// **Threads** made here, and the one that made the network, run in lock-step: one at a time, until it waits;
/// then the seed draws who is next. So the same code gives the same run for the same seed, to the last bit of
/// the last packet. Other threads may use the hosts too, those of an HTTP client for instance; then they take
/// part from their first use, and what they do in between is out of sight. A thread that waits out of sight,
/// for a lock or a [Thread#sleep], is waited for in real time, within bounds, and [#notices] says so once.
///
/// All methods may be called from any thread, but scripted actions must not wait.
public final class Network implements AutoCloseable {
    static final int MTU = 1500;

    /// RFC 791 §3.2: "Every internet module must be able to forward a datagram of 68 octets without further
    /// fragmentation."
    private static final int MTU_MIN = 68;

    private static final int WIRE_PACKETS = 4096;
    private static final Duration LIMIT = Duration.ofHours(6);

    /// How long threads may take to end after the hosts are closed, in virtual time.
    private static final long END_NANOS = Time.SECOND;

    private static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");

    private final long seed;
    private final Entropy entropy;
    private final Conductor conductor;
    private final Threads threads;
    private final Journal journal = new Journal();
    private final Topology topology = new Topology();
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Map<Host, NatBox> boxes = new LinkedHashMap<>();
    private final List<Wire> wires = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private int ends;
    private boolean closed;

    /// What runs on a simulated network.
    @FunctionalInterface
    public interface Body {
        /// @throws Exception whatever it wants
        void run(Network net) throws Exception;
    }

    /// A step of a thread that gives no result.
    @FunctionalInterface
    public interface Step {
        /// @throws Exception whatever it wants
        void run() throws Exception;
    }

    Network(long seed, Duration limit) {
        this.seed = seed;
        entropy = Entropy.seeded(seed);
        conductor = new Conductor(entropy.split("turns"), limit.toNanos(), StalemateException::new, this::notice);
        threads = new Threads(conductor);
    }

    /// A network without hosts. The calling thread takes part in lock-step, until it closes the network.
    ///
    /// @param seed all chance comes from it
    public static Network simulate(long seed) {
        return new Network(seed, LIMIT);
    }

    /// Makes a network, runs `body` on a virtual thread, and closes the network: what does not depend on how
    /// the operating system wakes its threads repeats itself even when the body waits for futures and locks.
    ///
    /// @throws Exception what the body threw, or an [IllegalStateException] when another thread failed
    public static void simulate(long seed, Body body) throws Exception {
        try (Network net = simulate(seed)) {
            net.lead("main", () -> {
                body.run(net);
                return true;
            });
        }
    }

    // ---- what it is made of ---------------------------------------------------------------------------------------

    /// The host of this name; makes it when there is none yet.
    public Host host(String name) {
        return host(name, builder -> builder);
    }

    /// The host of this name; makes it, as `how` says, when there is none yet: `host("server", b -> b.tcp(c ->
    /// c.withNoDelay(true)))`.
    public Host host(String name, UnaryOperator<HostBuilder> how) {
        conductor.enter();
        Host known = hosts.get(Objects.requireNonNull(name));
        return known != null ? known : make(name, how, Topology.Role.HOST);
    }

    /// The host of this name, which passes on packets for others; makes it when there is none yet. Hosts learn
    /// by themselves which networks routers lead to, when a wire is added.
    public Host router(String name) {
        conductor.enter();
        Host known = hosts.get(Objects.requireNonNull(name));
        return known != null ? known : make(name, Network::forwarding, Topology.Role.ROUTER);
    }

    /// The NAT box of this name; makes it when there is none yet, with the manners of a good box: see [NatBox].
    ///
    /// @throws IllegalArgumentException when a host of this name is none
    public NatBox nat(String name) {
        return nat(name, config -> config);
    }

    /// The NAT box of this name; makes it, as `how` says, when there is none yet: `nat("home", c ->
    /// c.withFiltering(ADDRESS_DEPENDENT))`.
    ///
    /// @throws IllegalArgumentException when a host of this name is none
    public NatBox nat(String name, UnaryOperator<NatConfig> how) {
        conductor.enter();
        Host known = hosts.get(Objects.requireNonNull(name));
        if (known == null) {
            NatConfig settings = NatBox.settings(how);
            boolean both = settings.ip6() == NatConfig.Ip6.TRANSLATED;
            Host host = make(name, Network::forwarding, both ? Topology.Role.NAT : Topology.Role.NAT_OF_IP4);
            boxes.put(host, new NatBox(this, host, how));
        } else if (!boxes.containsKey(known)) {
            throw new IllegalArgumentException(name + " is a host already, and no NAT box");
        }
        return Objects.requireNonNull(boxes.get(hosts.get(name)));
    }

    /// The NAT box that this host is, null when it is none.
    @Nullable
    NatBox box(Host host) {
        return boxes.get(host);
    }

    private static HostBuilder forwarding(HostBuilder builder) {
        return builder.ip(IpConfig.defaults().withForwarding(true));
    }

    private Host make(String name, UnaryOperator<HostBuilder> how, Topology.Role role) {
        try {
            HostBuilder builder = Towpath.host(name)
                    .time(conductor)
                    .entropy(entropy.split("host " + name))
                    .linger(Duration.ZERO)
                    .events(
                            event -> journal.said(name, event),
                            Event.Kind.TCP_STATE,
                            Event.Kind.TCP_SEGMENT_OUT,
                            Event.Kind.NAT_MAPPING);
            Host host = how.apply(builder).start();
            hosts.put(name, host);
            topology.add(host, role);
            return host;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Joins two hosts by a wire with an MTU of 1500 bytes, perfect until it is told otherwise; or finds the
    /// one that was made before. The wire is a network of its own: the first one is `10.0.1.0/24` and
    /// `fd00:0:0:1::/64`, in which `a` is 1 and `b` is 2.
    ///
    /// @throws IllegalArgumentException when `a` is `b`, or one is not of this network
    public Wire wire(Host a, Host b) {
        Wire known = between(a, b);
        return known != null ? known : anotherWire(a, b);
    }

    /// Joins two hosts by one more wire, whose MTU both know: a narrow one between two routers makes them tell
    /// others how much passes (path-MTU discovery). [Wire#mtu] says nothing to anybody.
    ///
    /// @param mtu 68 to 1500 bytes; IPv6 wants 1280
    /// @throws IllegalArgumentException when `a` is `b`, one is not of this network, or the MTU cannot be
    public Wire anotherWire(Host a, Host b, int mtu) {
        if (mtu < MTU_MIN || mtu > MTU) {
            throw new IllegalArgumentException("the MTU of a wire is " + MTU_MIN + " to " + MTU + ", not " + mtu);
        }
        return join(a, b, mtu, List.of());
    }

    /// The first wire between two hosts, null when there is none yet.
    @Nullable
    Wire between(Host a, Host b) {
        conductor.enter();
        for (Wire wire : wires) {
            if (wire.connects(a, b)) {
                return wire;
            }
        }
        return null;
    }

    /// Joins two hosts by one more wire.
    ///
    /// @throws IllegalArgumentException when `a` is `b`, or one is not of this network
    public Wire anotherWire(Host a, Host b) {
        return join(a, b, MTU, List.of());
    }

    /// @param outside those of both for whom the wire is the outside
    Wire join(Host a, Host b, int mtu, List<Host> outside) {
        conductor.enter();
        if (a == b || !hosts.containsValue(a) || !hosts.containsValue(b)) {
            throw new IllegalArgumentException("a wire joins two hosts of one network, not " + a + " and " + b);
        }
        String name =
                a.name() + "-" + b.name() + (wires.stream().anyMatch(w -> w.connects(a, b)) ? "-" + wires.size() : "");
        MemoryLink.Pair pair = MemoryLink.sharedPair(name, mtu, Offloads.NONE, WIRE_PACKETS);
        List<Topology.Place> places = topology.join(a, b, outside);
        WireEnd endA = end(name, places.getFirst(), pair.a());
        WireEnd endB = end(name, places.getLast(), pair.b());
        Wire wire = new Wire(conductor, name, endA, endB);
        wires.add(wire);
        try {
            a.plug(endA.link, places.getFirst().addresses());
            b.plug(endB.link, places.getLast().addresses());
            topology.route();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return wire;
    }

    private WireEnd end(String wire, Topology.Place place, MemoryLink link) {
        Entropy chance = entropy.split("wire " + wire + " from " + place.host().name());
        WireEnd end = new WireEnd(wire, place, ends++, link, chance, journal);
        journal.add(end);
        return end;
    }

    /// The first address of a host, IPv4.
    ///
    /// @throws IllegalStateException when it has no wire yet
    public IpAddress address(Host host) {
        return host.addresses().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(host.name() + " has no wire yet"))
                .address();
    }

    /// The first address of a host, and a port.
    ///
    /// @throws IllegalStateException when it has no wire yet
    public Endpoint endpoint(Host host, int port) {
        return new Endpoint(address(host), port);
    }

    // ---- faults ---------------------------------------------------------------------------------------------------

    /// Runs `action` at a moment of virtual time, counted from the beginning of the network; at once when that
    /// is over. It must not wait: it changes wires, cuts, heals, reboots. What it throws is a failure of the
    /// test.
    public void at(Duration moment, Runnable action) {
        conductor.at(moment.toNanos(), threads.guarded("script at " + moment, action));
    }

    /// Runs `action` when `time` is over: see [#at].
    public void after(Duration time, Runnable action) {
        at(now().plus(time), action);
    }

    /// Cuts all wires between these hosts and the others, until [#heal] or [Wire#heal].
    public void partition(Host... side) {
        conductor.enter();
        List<Host> here = List.of(side);
        for (Wire wire : wires) {
            if (here.contains(wire.a().host) != here.contains(wire.b().host)) {
                wire.cut();
            }
        }
    }

    /// Heals all wires.
    public void heal() {
        conductor.enter();
        wires.forEach(Wire::heal);
    }

    /// A host loses all memory and comes up again at once: see [Host#reboot].
    public void reboot(Host host) {
        try {
            host.reboot();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- time -----------------------------------------------------------------------------------------------------

    /// Virtual time since the beginning.
    public Duration now() {
        return Duration.ofNanos(conductor.now());
    }

    /// Virtual time for code that asks a clock: it begins with the year 2030, in UTC.
    public Clock clock() {
        InstantSource source = () -> BEGINNING.plusNanos(conductor.now());
        return source.withZone(ZoneOffset.UTC);
    }

    /// Lets virtual time pass, and others run.
    ///
    /// @throws InterruptedException when the caller was interrupted
    public void sleep(Duration time) throws InterruptedException {
        conductor.enter();
        conductor.sleepUntil(Time.after(conductor.now(), Math.max(0, time.toNanos())));
    }

    /// Lets virtual time pass until `condition` holds, which is asked once in a millisecond.
    ///
    /// @return false when it did not hold within `limit`
    /// @throws InterruptedException when the caller was interrupted
    public boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException {
        conductor.enter();
        long end = Time.after(conductor.now(), limit.toNanos());
        while (!condition.getAsBoolean()) {
            if (conductor.now() >= end) {
                return false;
            }
            conductor.sleepUntil(Math.min(end, conductor.now() + Time.MILLISECOND));
        }
        return true;
    }

    // ---- threads --------------------------------------------------------------------------------------------------

    /// Starts a thread in lock-step.
    ///
    /// @param name for people
    public Task<@Nullable Void> start(String name, Step body) {
        return threads.start(name, () -> {
            body.run();
            return null;
        });
    }

    /// Starts a thread in lock-step that gives a result: [Task#join].
    public <T extends @Nullable Object> Task<T> call(String name, Callable<T> body) {
        return threads.start(name, body);
    }

    /// Starts a thread in lock-step for each body and waits until all have ended.
    ///
    /// @throws Exception what the first of them threw, in the order of the arguments
    public void run(Step... bodies) throws Exception {
        List<Task<?>> tasks = new ArrayList<>();
        for (Step body : bodies) {
            tasks.add(start("run-" + (tasks.size() + 1), body));
        }
        for (Task<?> task : tasks) {
            Object ignored = task.join();
        }
    }

    /// Makes threads that run in lock-step from when they are started.
    public ThreadFactory threadFactory() {
        int[] count = {0};
        return body -> threads.thread("thread-" + ++count[0], body);
    }

    /// One thread in lock-step for each task. Its futures wait in virtual time.
    public ExecutorService executor() {
        return new LockStepExecutor(conductor, threads, "task");
    }

    /// Runs `body` on a thread in lock-step that is told of stalemates, and waits for it.
    <T extends @Nullable Object> T lead(String name, Callable<T> body) throws Exception {
        Task<T> task = threads.task(body);
        Thread thread = threads.thread(name, task);
        conductor.lead(thread);
        conductor.start(thread);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.join();
                } catch (InterruptedException e) {
                    if (task.isDone()) {
                        throw e;
                    }
                    interrupted = true;
                    thread.interrupt();
                }
            }
        } finally {
            conductor.lead(Thread.currentThread());
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---- what happened --------------------------------------------------------------------------------------------

    /// All packets that left a host up to now.
    public Traffic capture() {
        conductor.enter();
        return new Traffic(journal);
    }

    /// The seed from which everything follows.
    public long seed() {
        return seed;
    }

    /// Things that people should know: that a thread waited out of sight, for instance.
    public List<String> notices() {
        synchronized (notices) {
            return List.copyOf(notices);
        }
    }

    private void notice(String text) {
        synchronized (notices) {
            notices.add(text);
        }
        System.getLogger("io.towpath.junit").log(System.Logger.Level.INFO, text);
    }

    /// For people who look for a fault: seed, moment, who waits where, the last packets as a ladder.
    ///
    /// @param capture where the packets are, null when they are nowhere
    public String report(@Nullable Path capture) {
        return Report.of(this, journal, conductor, capture);
    }

    /// Closes all hosts and waits, in virtual time, for the threads that it started; those that do not end are
    /// interrupted. Idempotent.
    ///
    /// @throws IllegalStateException when a thread failed and nobody asked it ([Task#join]); the cause is what
    ///     it threw
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        conductor.enter();
        List<Threads.Failure> failures = threads.takeFailures();
        threads.end();
        boolean interrupted = Thread.interrupted();
        try {
            hosts.values().forEach(Host::close);
            endThreads();
        } finally {
            conductor.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        fail(failures);
    }

    /// Looks whether all threads are well up to now.
    ///
    /// @throws IllegalStateException when a thread failed and nobody asked it ([Task#join]); the cause is what it
    ///     threw. Each failure is told once
    public void check() {
        conductor.enter();
        fail(threads.takeFailures());
    }

    private static void fail(List<Threads.Failure> failures) {
        if (!failures.isEmpty()) {
            IllegalStateException failed = new IllegalStateException(
                    "thread \"" + failures.getFirst().thread() + "\" failed: "
                            + failures.getFirst().cause(),
                    failures.getFirst().cause());
            failures.stream().skip(1).forEach(more -> failed.addSuppressed(more.cause()));
            throw failed;
        }
    }

    private void endThreads() {
        try {
            for (int round = 0; round < 3 && !conductor.running().isEmpty(); round++) {
                if (round > 0) {
                    conductor.running().forEach(Thread::interrupt);
                }
                conductor.sleepUntil(conductor.now() + END_NANOS);
            }
            for (Thread thread : conductor.running()) {
                notice("thread \"" + thread.getName() + "\" does not end although its network is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Conductor conductor() {
        return conductor;
    }

    Journal journal() {
        return journal;
    }
}
