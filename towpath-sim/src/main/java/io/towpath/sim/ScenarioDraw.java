package io.towpath.sim;

import io.towpath.congestion.Congestion;
import io.towpath.congestion.CongestionTuning;
import io.towpath.congestion.CongestionTuning.AfterIdle;
import io.towpath.core.Entropy;
import io.towpath.core.Offloads;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.nat.NatConfig;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.config.AoAlgorithm;
import io.towpath.tcp.config.AuthConfig;
import io.towpath.tcp.config.EcnConfig;
import io.towpath.tcp.config.FastOpenConfig;
import io.towpath.tcp.config.HabitConfig;
import io.towpath.tcp.config.MasterKey;
import io.towpath.tcp.config.PathMtuConfig;
import io.towpath.tcp.config.PeerKey;
import io.towpath.tcp.config.ReceiveConfig;
import io.towpath.tcp.config.RecoveryConfig;
import io.towpath.tcp.config.SendConfig;
import io.towpath.tcp.config.SynConfig;
import io.towpath.tcp.config.SynCookieUse;
import io.towpath.tcp.config.SynLayout;
import io.towpath.tcp.config.TuningConfig;
import io.towpath.wire.Octets;
import io.towpath.wire.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Draws a [Scenario] from a seed. What belongs together draws from one entropy of its own, so that another
/// knob for one thing does not reshuffle all the others.
final class ScenarioDraw {
    /// The phase with faults: every fault is over by then, and the wires are healed.
    static final long FAULTS_END = 60 * Time.SECOND;

    private static final int BULK_MAX = 150_000;
    /// How long the pauses of one user may add up to.
    private static final long PAUSES_MAX = 20 * Time.SECOND;

    private final long seed;
    private final Entropy all;

    ScenarioDraw(long seed) {
        this.seed = seed;
        all = Entropy.seeded(seed).split("scenario");
    }

    static Scenario draw(long seed) {
        return new ScenarioDraw(seed).draw();
    }

    private Scenario draw() {
        var network = all.split("network");
        int version = network.chance(0.4) ? 6 : 4;
        boolean routed = network.chance(0.3);
        int mtu = mtu(network, version);
        int farMtu = routed ? mtu(network, version) : mtu;
        var offloads = network.chance(0.3)
                ? new Offloads(true, 65_535)
                : network.chance(0.2) ? new Offloads(true, 0) : Offloads.NONE;
        var misery = all.split("wire");
        var marks = all.split("marks");
        var toServer = impairments(misery);
        var toClient = misery.chance(0.5) ? toServer : impairments(misery);
        if (marks.chance(0.5)) {
            double share = marks.nextDouble() * (marks.chance(0.7) ? 0.1 : 0.7);
            toServer = toServer.with().ecnMark(share).build();
            toClient = toClient.with().ecnMark(share).build();
        }
        List<Fault> faults = BlackHole.drawn(all.split("black hole"), faults(all.split("faults"), routed, version));
        boolean blackHole = BlackHole.isAmong(faults);
        boolean crowded = all.split("listener").chance(0.3);
        // A RST is sent once and may be lost: then only a probe finds out that the other side is gone. Who
        // shares a listener shares its settings.
        boolean probing = crowded || Scenario.reboots(faults);
        var aside = all.split("aside");
        List<Scenario.Chat> chats =
                late(signed(crowded ? oneListener(chats(probing)) : chats(probing), routed), blackHole);
        return new Scenario(
                seed,
                version,
                routed,
                filtering(all.split("nat"), routed && version == 4, faults, chats),
                mtu,
                farMtu,
                offloads,
                toServer,
                toClient,
                chats,
                crowded,
                faults,
                aside.chance(0.4) && !blackHole ? 1 + aside.nextInt(20) : 0, // datagrams would vanish for ever
                1 + aside.nextInt(aside.chance(0.3) ? 4000 : 500),
                aside.chance(0.3) ? 1 + aside.nextInt(10) : 0);
    }

    /// Whether the router is a NAT, and how it filters. It is none when it loses its memory: then a server
    /// that sends to a silent client finds no way any more. Nor when segments are signed, for signatures
    /// cover addresses.
    private static Optional<NatConfig.Behavior> filtering(
            Entropy chance, boolean possible, List<Fault> faults, List<Scenario.Chat> chats) {
        boolean forgetful = faults.stream()
                .anyMatch(fault -> fault instanceof Fault.PathMtu
                        || fault instanceof Fault.Reboot reboot && reboot.host().equals("router"));
        boolean signed = !chats.getFirst().clientConfig().authentication().isEmpty();
        if (!possible || forgetful || signed || chance.chance(0.4)) {
            return Optional.empty();
        }
        NatConfig.Behavior[] all = NatConfig.Behavior.values();
        return Optional.of(all[chance.nextInt(all.length)]);
    }

    /// What all chats of a scenario have in common.
    private List<Scenario.Chat> late(List<Scenario.Chat> chats, boolean blackHole) {
        var slop = all.split("slop");
        var search = all.split("search");
        long slopNanos = slop.chance(0.1) ? upTo(slop, 300) * Time.MILLISECOND : 0;
        return chats.stream()
                .map(chat -> blackHole ? chat.withClientConfig(BlackHole.searching(search, chat.clientConfig())) : chat)
                .map(chat -> chat.withSettings(config -> config.withRtoSlopNanos(slopNanos)))
                .toList();
    }

    private static int mtu(Entropy chance, int version) {
        int[] common = {1500, 1500, 1500, 1500, 1280, 1400, 9000, 576, 700};
        int mtu = common[chance.nextInt(common.length)];
        return version == 6 ? Math.max(mtu, 1280) : mtu;
    }

    static Impairments impairments(Entropy chance) {
        var wire = Impairments.builder().delay(upTo(chance, chance.chance(0.2) ? 150 : 20) * Time.MILLISECOND);
        if (chance.chance(0.4)) {
            wire.jitter(upTo(chance, 30) * Time.MILLISECOND);
        }
        if (chance.chance(0.7)) {
            wire.loss(chance.nextDouble() * (chance.chance(0.5) ? 0.05 : 0.3));
        }
        if (chance.chance(0.1)) {
            wire.bursts(0.02, 0.3, 0, 0.8);
        }
        if (chance.chance(0.4)) {
            wire.duplicate(chance.nextDouble() * 0.1);
        }
        if (chance.chance(0.4)) {
            wire.reorder(chance.nextDouble() * 0.2, upTo(chance, 100) * Time.MILLISECOND);
        } else if (chance.chance(0.2)) {
            // Old duplicates: packets that come when their connection has gone on, or is gone.
            wire.reorder(0.03, upTo(chance, 20) * Time.SECOND);
        }
        if (chance.chance(0.4)) {
            wire.corrupt(chance.nextDouble() * 0.05);
        }
        if (chance.chance(0.2)) {
            wire.rate(50_000L + chance.nextInt(2_000_000), 10_000 + chance.nextInt(100_000));
        }
        return wire.build();
    }

    private static List<Fault> faults(Entropy chance, boolean routed, int version) {
        List<Fault> faults = new ArrayList<>();
        for (int n = chance.chance(0.4) ? 1 + chance.nextInt(3) : 0; n > 0; n--) {
            long at = between(chance, 0, 20 * Time.SECOND);
            long until = at + between(chance, Time.SECOND, chance.chance(0.3) ? 30 * Time.SECOND : 5 * Time.SECOND);
            boolean both = chance.chance(0.6);
            boolean forth = chance.chance(0.5);
            faults.add(new Fault.Partition(at, until, both || forth, both || !forth));
        }
        if (chance.chance(0.1)) {
            faults.add(
                    new Fault.Reboot(between(chance, 0, 10 * Time.SECOND), chance.chance(0.5) ? "client" : "server"));
        }
        if (routed && chance.chance(0.2)) {
            faults.add(new Fault.Reboot(between(chance, 0, 10 * Time.SECOND), "router"));
        }
        if (routed && chance.chance(0.5)) {
            int smallest = version == 6 ? 1280 : 576;
            faults.add(new Fault.PathMtu(between(chance, 0, 10 * Time.SECOND), smallest + chance.nextInt(900), false));
        }
        return faults;
    }

    private List<Scenario.Chat> chats(boolean probing) {
        var count = all.split("count");
        List<Scenario.Chat> chats = new ArrayList<>();
        for (int i = 0, n = 1 + count.nextInt(count.chance(0.3) ? 5 : 2); i < n; i++) {
            chats.add(chat(all.split("chat " + i), probing));
        }
        return chats;
    }

    /// Every mechanism of loss recovery is mostly on, and sometimes missing.
    private static RecoveryConfig recovery(Entropy chance) {
        return new RecoveryConfig(
                        chance.chance(0.8),
                        chance.chance(0.8),
                        chance.chance(0.8),
                        chance.chance(0.8),
                        chance.chance(0.8),
                        chance.chance(0.8),
                        chance.chance(0.7),
                        true,
                        chance.chance(0.9) ? 3 : 1 + chance.nextInt(5),
                        upTo(chance, 300) * Time.MILLISECOND)
                .withLastResort(chance.chance(0.8));
    }

    /// A key that both hosts have: nothing is sent unsigned then, resets of nobody's segments neither.
    private List<Scenario.Chat> signed(List<Scenario.Chat> chats, boolean routed) {
        var chance = all.split("signed");
        if (!chance.chance(0.15)) {
            return chanced(chats, routed);
        }
        byte[] key = new byte[1 + chance.nextInt(PeerKey.LENGTH_MAX)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) chance.nextInt(256);
        }
        var keys = AuthConfig.of(
                new PeerKey(Prefix.parse("0.0.0.0/0"), 0, Octets.of(key)),
                new PeerKey(Prefix.parse("::/0"), 0, Octets.of(key)));
        return chats.stream().map(chat -> chat.withAuthentication(keys)).toList();
    }

    /// One master key or several (RFC 5925): with several the users change the key again and again.
    private List<Scenario.Chat> chanced(List<Scenario.Chat> chats, boolean routed) {
        var chance = all.split("master keys");
        if (!chance.chance(0.2)) {
            return chats;
        }
        var keys = new ArrayList<MasterKey>();
        for (int i = 0, n = 1 + chance.nextInt(3); i < n; i++) {
            byte[] secret = new byte[1 + chance.nextInt(MasterKey.LENGTH_MAX)];
            for (int j = 0; j < secret.length; j++) {
                secret[j] = (byte) chance.nextInt(256);
            }
            var algorithm = chance.chance(0.5) ? AoAlgorithm.HMAC_SHA_1_96 : AoAlgorithm.AES_128_CMAC_96;
            boolean withOptions = chance.chance(0.8);
            int id = 256 * i / n + chance.nextInt(256 / n);
            for (String peers : List.of("0.0.0.0/0", "::/0")) {
                keys.add(new MasterKey(Prefix.parse(peers), 0, id, id, algorithm, withOptions, Octets.of(secret)));
            }
        }
        // Where the path MTU shrinks, somebody has to tell (RFC 5925 §7.8 lets nobody).
        var config = AuthConfig.NONE
                .withMasterKeys(keys.toArray(MasterKey[]::new))
                .withIcmpIgnored(!routed && chance.chance(0.5));
        return chats.stream().map(chat -> chat.withAuthentication(config)).toList();
    }

    /// Who comes to one listener meets one configuration.
    private static List<Scenario.Chat> oneListener(List<Scenario.Chat> chats) {
        @Nullable TcpConfig shared = null;
        List<Scenario.Chat> same = new ArrayList<>();
        for (Scenario.Chat chat : chats) {
            if (chat.opening() == Scenario.Opening.PASSIVE) {
                shared = shared == null ? chat.serverConfig() : shared;
                same.add(chat.withServerConfig(shared));
            } else {
                same.add(chat);
            }
        }
        return same;
    }

    private static Scenario.Chat chat(Entropy chance, boolean allProbe) {
        double kind = chance.nextDouble();
        var opening = opening(kind);
        var client = clientPlan(chance.split("client"));
        var server = serverPlan(chance.split("server"));
        if (opening == Scenario.Opening.AGAIN) {
            // The server closes first, and so has the TIME-WAIT row that the next connection must get past.
            client = client.ending(TalkPlan.Ending.LAST, 0);
            server = server.ending(TalkPlan.Ending.CLOSE, 0);
        }
        boolean probing = allProbe || opening == Scenario.Opening.LISTENER_CLOSES || client.isRude() || server.isRude();
        var serverConfig = opening(chance.split("opening"), config(chance.split("server config"), probing));
        // Who opens with a cookie and has nothing to say is forgotten until it probes (RFC 4987 §3.6).
        probing |= mayAnswerWithCookies(serverConfig);
        var clientConfig = config(chance.split("client config"), probing);
        var fast = chance.split("fast open");
        // A SYN with data that comes twice brings its data twice (RFC 7413 §6.1). That is no fault of the stacks, so
        // nobody opens so from one port again and again.
        if (opening == Scenario.Opening.PASSIVE && fast.chance(0.35)) {
            clientConfig = clientConfig.withFastOpen(
                    FastOpenConfig.OFF.withClient(true).withClientWithoutCookie(fast.chance(0.5)));
            serverConfig = serverConfig.withFastOpen(FastOpenConfig.OFF
                    .withServerQueue(fast.chance(0.9) ? 1 + fast.nextInt(4) : 0)
                    .withServerWithoutCookie(fast.chance(0.5)));
        }
        if (opening == Scenario.Opening.SIMULTANEOUS && fast.chance(0.35)) {
            // Who has no cookie of the other may send data with its SYN all the same, when both were told to.
            var crossing = FastOpenConfig.OFF.withClient(true);
            clientConfig = clientConfig.withFastOpen(crossing.withClientWithoutCookie(fast.chance(0.7)));
            serverConfig = serverConfig.withFastOpen(crossing.withClientWithoutCookie(fast.chance(0.7)));
        }
        client = client.habits(UserHabits.draw(chance.split("client habits")));
        server = server.habits(UserHabits.draw(chance.split("server habits")));
        return new Scenario.Chat(
                between(chance, 0, chance.chance(0.5) ? Time.MILLISECOND : 5 * Time.SECOND),
                opening,
                client,
                server,
                clientConfig,
                serverConfig);
    }

    private static TcpConfig opening(Entropy chance, TcpConfig config) {
        int deferred = chance.split("deferred").chance(0.15) ? 1 : 0;
        var opening = config.opening().withDeferredTimeouts(deferred);
        if (chance.chance(0.2)) {
            return config.withOpening(opening.withSynCookies(SynCookieUse.ALWAYS));
        }
        // Without cookies the queue is as long as anybody comes: a row that gave way cannot take the
        // acknowledgment that is still on the wire.
        return chance.chance(0.2)
                ? config.withOpening(opening.withSynCookies(SynCookieUse.OFF)).withSynQueueMax(100)
                : config.withOpening(opening);
    }

    private static boolean mayAnswerWithCookies(TcpConfig config) {
        return switch (config.opening().synCookies()) {
            case OFF -> false;
            case WHEN_FULL -> config.synQueueMax() < 100;
            case ALWAYS -> true;
        };
    }

    private static Scenario.Opening opening(double kind) {
        if (kind < 0.7) {
            return Scenario.Opening.PASSIVE;
        }
        if (kind < 0.8) {
            return Scenario.Opening.AGAIN;
        }
        if (kind < 0.9) {
            return Scenario.Opening.SIMULTANEOUS;
        }
        return kind < 0.95 ? Scenario.Opening.REFUSED : Scenario.Opening.LISTENER_CLOSES;
    }

    /// The client ends its direction by itself: so that no two sides wait for each other for ever.
    private static TalkPlan clientPlan(Entropy chance) {
        var plan = plan(chance);
        return chance.chance(0.12) ? rude(chance, plan) : plan;
    }

    private static TalkPlan serverPlan(Entropy chance) {
        var plan = plan(chance);
        double kind = chance.nextDouble();
        if (kind < 0.4) {
            return plan;
        }
        if (kind < 0.65) {
            return plan.ending(TalkPlan.Ending.LAST, 0);
        }
        return kind < 0.9 ? plan.ending(TalkPlan.Ending.ANSWER, 0) : rude(chance, plan);
    }

    private static TalkPlan rude(Entropy chance, TalkPlan plan) {
        var ending = chance.chance(0.5) ? TalkPlan.Ending.RELEASE : TalkPlan.Ending.ABORT;
        return plan.ending(ending, between(chance, 0, plan.sendBytes()));
    }

    private static TalkPlan plan(Entropy chance) {
        double size = chance.nextDouble();
        int bytes = size < 0.1 ? 0 : size < 0.5 ? chance.nextInt(5000) : chance.nextInt(BULK_MAX);
        var plan = TalkPlan.sending(bytes);
        if (chance.chance(0.3)) {
            int writeMax = 1 + chance.nextInt(bytes < 5000 ? 100 : 4000);
            plan = plan.writing(writeMax, chance.chance(0.5) ? pause(chance, writeMax, bytes) : 0);
        }
        if (chance.chance(0.35)) {
            int readMax = 1 + chance.nextInt(5000);
            plan = plan.reading(Math.max(readMax, 100), pause(chance, readMax, BULK_MAX));
        } else if (chance.chance(0.2)) {
            // A sleeper: the window stays shut for longer than a retransmission timeout.
            plan = plan.reading(1000 + chance.nextInt(30_000), between(chance, Time.SECOND, 8 * Time.SECOND));
        }
        return chance.chance(0.15) ? plan.urgentEvery(1 + chance.nextInt(20_000)) : plan;
    }

    /// A pause that, taken after every step, does not add up to more than [#PAUSES_MAX].
    private static long pause(Entropy chance, int stepBytes, int bytes) {
        long steps = 1L + bytes / stepBytes;
        return between(chance, 0, Math.min(200 * Time.MILLISECOND, PAUSES_MAX / steps));
    }

    private static TcpConfig config(Entropy chance, boolean probing) {
        boolean tight = chance.chance(0.2);
        boolean hasty = chance.chance(0.15); // times out before a delayed ACK can come
        var config = TcpConfig.defaults()
                .withTimestamps(chance.chance(0.7))
                .withSack(chance.chance(0.7))
                .withWindowScaling(chance.chance(0.7))
                .withNoDelay(chance.chance(0.4))
                .withCongestion(congestion(chance))
                .withSendBuffer(tight ? 1 + chance.nextInt(3000) : 1 << 11 + chance.nextInt(8))
                .withReceiveBuffer(
                        tight ? 200 + chance.nextInt(2000) : (1 << 11 + chance.nextInt(9)) + chance.nextInt(1000))
                .withMinRtoNanos((hasty ? 5 : 200 + upTo(chance, 800)) * Time.MILLISECOND)
                .withInitialRtoNanos((hasty ? 50 : 1000) * Time.MILLISECOND)
                .withDelayedAckNanos(upTo(chance, chance.chance(0.1) ? 500 : 200) * Time.MILLISECOND)
                .withInitialWindowSegments(chance.chance(0.8) ? 10 : 1 + chance.nextInt(20))
                .withRecovery(recovery(chance.split("recovery")))
                // Longer than the longest pause between two tries of a FIN, so that none finds the row gone.
                .withTimeWaitNanos(120 * Time.SECOND);
        config = wire(chance, config);
        if (chance.chance(0.2)) {
            config = config.withMss(chance.chance(0.3) ? 48 + chance.nextInt(100) : 100 + chance.nextInt(1300));
        }
        config = buffers(chance.split("buffers"), config);
        config = config.withEcn(ecn(chance.split("ecn"))).withCongestionTuning(tuning(chance.split("tuning")));
        if (chance.chance(0.2)) {
            config = config.withSynQueueMax(1 + chance.nextInt(2));
        }
        if (chance.chance(0.3) || probing) {
            // Probes that outlast every partition, and find out what is half open.
            config = config.withKeepAlive(true)
                    .withKeepAliveIdleNanos(10 * Time.SECOND)
                    .withKeepAliveIntervalNanos(20 * Time.SECOND);
        }
        return config;
    }

    /// Buffers that grow from whatever size they begin with.
    private static TcpConfig buffers(Entropy chance, TcpConfig plain) {
        int receiveMax = (1 << 14 + chance.nextInt(8)) + chance.nextInt(1000);
        int sendMax = (1 << 14 + chance.nextInt(8)) + chance.nextInt(1000);
        // Within limits that no run reaches: what counts is that the option disturbs nothing.
        // The timeout that is only reported is not drawn: these users do not listen to the report, and would wait for
        // a peer that is gone for ever.
        var config = plain.withUserTimeout(plain.userTimeout().withEnabled(chance.chance(0.3)));
        if (chance.chance(0.4)) {
            var use = chance.chance(0.5) ? PathMtuConfig.Use.ALWAYS : PathMtuConfig.Use.BLACK_HOLE;
            config = config.withPathMtu(new PathMtuConfig(use, 600 + chance.nextInt(700)));
        }
        return config.withTuning(new TuningConfig(chance.chance(0.5), receiveMax, chance.chance(0.5), sendMax));
    }

    /// What a host looks like on the wire, as far as it may choose.
    private static TcpConfig wire(Entropy chance, TcpConfig config) {
        var layout = chance.chance(0.5) ? SynLayout.SACK_FIRST : SynLayout.SCALE_FIRST;
        var receive = new ReceiveConfig(
                chance.chance(0.3) ? chance.nextInt(20) : 0,
                chance.chance(0.3),
                chance.chance(0.4),
                chance.chance(0.3),
                chance.chance(0.8));
        return config.withSyn(SynConfig.defaults().withLayout(layout))
                .withReceive(receive)
                .withPushPairs(chance.chance(0.3))
                .withQuietTimeWait(chance.chance(0.2))
                .withHabits(habits(chance.split("habits")))
                .withSend(send(chance.split("send")))
                .withEmptyProbes(chance.chance(0.3))
                .withNagleSmallOnly(chance.chance(0.3))
                .withDropSynFin(chance.chance(0.2))
                .withMinRtoVarianceNanos(chance.chance(0.2) ? 200 * Time.MILLISECOND : 0);
    }

    private static SendConfig send(Entropy chance) {
        SendConfig send = SendConfig.defaults();
        if (chance.chance(0.3)) {
            send = send.withOverrideNanos(SendConfig.OVERRIDE_AFTER_TIMEOUT);
        }
        return chance.chance(0.2) ? send.withUnsentMax(1 + chance.nextInt(20_000)) : send;
    }

    private static HabitConfig habits(Entropy chance) {
        return new HabitConfig(chance.chance(0.2), chance.chance(0.2), chance.chance(0.2), chance.chance(0.2));
    }

    private static Congestion congestion(Entropy chance) {
        double kind = chance.nextDouble();
        return kind < 0.4 ? Congestion.NEWRENO : kind < 0.75 ? Congestion.CUBIC : Congestion.BBR;
    }

    private static CongestionTuning tuning(Entropy chance) {
        return CongestionTuning.defaults()
                .withHyStart(chance.chance(0.7))
                .withAlternativeBackoff(chance.chance(0.4))
                .withPacing(chance.chance(0.4))
                .withAfterIdle(afterIdle(chance.nextDouble()))
                .withFromWindow(chance.chance(0.2));
    }

    private static AfterIdle afterIdle(double kind) {
        return kind < 0.4 ? AfterIdle.RESTART : kind < 0.7 ? AfterIdle.KEEP : AfterIdle.VALIDATE;
    }

    private static EcnConfig ecn(Entropy chance) {
        double kind = chance.nextDouble();
        if (kind < 0.3) {
            return EcnConfig.ACCURATE
                    .withSynRetries(chance.nextInt(3))
                    .withRequest(chance.chance(0.7))
                    .withOption(chance.chance(0.6));
        }
        if (kind < 0.6) {
            return EcnConfig.ECN.withSynRetries(chance.nextInt(3));
        }
        return kind < 0.8 ? EcnConfig.ACCEPT : EcnConfig.OFF;
    }

    private static long upTo(Entropy chance, int max) {
        return chance.nextInt(max + 1);
    }

    private static long between(Entropy chance, long from, long to) {
        return from + (long) (chance.nextDouble() * (to - from));
    }
}
