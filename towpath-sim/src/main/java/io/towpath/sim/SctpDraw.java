package io.towpath.sim;

import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.link.Impairments;
import io.towpath.nat.NatConfig;
import io.towpath.sctp.SchedulingPolicy;
import io.towpath.sctp.SctpAuthentication;
import io.towpath.sctp.SctpConfig;
import io.towpath.sctp.SctpExtensions;
import io.towpath.sctp.SctpFailover;
import io.towpath.sctp.SctpFeatures;
import io.towpath.sctp.SctpLimits;
import io.towpath.sctp.SctpTimes;
import io.towpath.wire.SctpAuthHeader;
import io.towpath.wire.SctpChunks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws an [SctpScenario] from a seed.
public final class SctpDraw {
    private static final int[] MTUS = {1500, 1500, 1500, 1280, 1400, 9000};

    private static final int[] DEMANDED = {
        SctpChunks.DATA,
        SctpChunks.I_DATA,
        SctpChunks.SACK,
        SctpChunks.HEARTBEAT,
        SctpChunks.HEARTBEAT_ACK,
        SctpChunks.COOKIE_ECHO,
        SctpChunks.COOKIE_ACK,
        SctpChunks.SHUTDOWN,
        SctpChunks.SHUTDOWN_ACK,
        SctpChunks.ABORT,
        SctpChunks.ERROR
    };

    private SctpDraw() {}

    /// The scenario of this seed.
    public static SctpScenario draw(long seed) {
        Entropy all = Entropy.seeded(seed).split("sctp");
        int version = all.split("version").chance(0.3) ? 6 : 4;
        Entropy network = all.split("network");
        int count = 1 + network.nextInt(3);
        List<SctpScenario.WirePlan> wires = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Entropy wire = all.split("wire " + i);
            boolean clean = wire.chance(0.25);
            Entropy marks = all.split("marks " + i);
            double share = marks.chance(0.5) ? marks.nextDouble() * 0.3 : 0;
            int mtu = MTUS[wire.nextInt(MTUS.length)];
            wires.add(new SctpScenario.WirePlan(
                    mtu,
                    clean ? SctpSwarm.HEALED : marked(wire.split("to server"), share),
                    clean ? SctpSwarm.HEALED : marked(wire.split("to client"), share)));
        }
        List<Fault.Reboot> reboots = new ArrayList<>();
        Entropy faults = all.split("faults");
        if (faults.chance(0.15)) {
            long at = Time.MILLISECOND * (1 + faults.nextInt(10_000));
            reboots.add(new Fault.Reboot(at, faults.chance(0.5) ? "client" : "server"));
        }
        List<SctpScenario.Move> moves = new ArrayList<>();
        Entropy moving = all.split("moves");
        if (moving.chance(0.35) && reboots.isEmpty()) {
            long at = 3500 * Time.MILLISECOND;
            for (int n = 1 + moving.nextInt(4); n > 0; n--) {
                at += Time.MILLISECOND * moving.nextInt(4000);
                moves.add(new SctpScenario.Move(moving.nextInt(count), at, moving.chance(0.4)));
            }
        }
        List<SctpScenario.Chat> chats = chats(all, count, !moves.isEmpty(), isIntact(wires));
        List<SctpScenario.Reset> resets = resets(all.split("resets"), chats.size());
        SctpScenario.Tunnel tunnel = moves.isEmpty() ? tunnel(all.split("tunnel")) : null;
        // Behind a box a host has one address for others, and does not tell its own; and it begins.
        boolean natural = count == 1
                && moves.isEmpty()
                && (tunnel == null || !tunnel.named())
                && chats.stream().allMatch(chat -> chat.opening() == SctpScenario.Opening.PASSIVE);
        return new SctpScenario(
                seed,
                version,
                wires,
                chats,
                cuts(all.split("cuts"), count),
                moves,
                resets,
                reboots.isEmpty() ? handovers(all.split("handovers"), chats.size()) : List.of(),
                reboots,
                tunnel,
                natural ? nat(all.split("nat"), isIntact(wires)) : null);
    }

    private static SctpScenario.@Nullable Tunnel tunnel(Entropy chance) {
        if (!chance.chance(0.3)) {
            return null;
        }
        long rebind = chance.chance(0.5) ? 0 : Time.MILLISECOND * (1000 + chance.nextInt(15_000));
        return new SctpScenario.Tunnel(chance.chance(0.5), rebind);
    }

    /// Who forgets must give the client the same port again: the server takes another one for a stranger. A packet
    /// whose addresses or ports were changed on its way may have taken it.
    ///
    /// @param intact whether no wire changes packets
    private static SctpScenario.@Nullable NatPlan nat(Entropy chance, boolean intact) {
        if (!chance.chance(0.5)) {
            return null;
        }
        var behaviors = NatConfig.Behavior.values();
        var mapping = behaviors[chance.nextInt(behaviors.length)];
        var filtering = behaviors[chance.nextInt(behaviors.length)];
        List<Long> forgets = new ArrayList<>();
        long at = 0;
        for (int n = chance.chance(0.5) && intact ? 1 + chance.nextInt(3) : 0; n > 0; n--) {
            at += Time.MILLISECOND * (1 + chance.nextInt(8000));
            forgets.add(at);
        }
        boolean random = chance.chance(0.5) && forgets.isEmpty();
        return new SctpScenario.NatPlan(
                mapping,
                filtering,
                random ? NatConfig.PortAssignment.RANDOM : NatConfig.PortAssignment.PRESERVED,
                List.copyOf(forgets));
    }

    private static List<SctpScenario.Reset> resets(Entropy chance, int chats) {
        List<SctpScenario.Reset> resets = new ArrayList<>();
        long at = 0;
        for (int n = chance.chance(0.35) ? 1 + chance.nextInt(8) : 0; n > 0; n--) {
            at += Time.MILLISECOND * chance.nextInt(2500);
            resets.add(new SctpScenario.Reset(chance.nextInt(chats), chance.chance(0.5), at));
        }
        return resets;
    }

    private static List<SctpScenario.Handover> handovers(Entropy chance, int chats) {
        List<SctpScenario.Handover> handovers = new ArrayList<>();
        long at = 0;
        for (int n = chance.chance(0.35) ? 1 + chance.nextInt(6) : 0; n > 0; n--) {
            at += Time.MILLISECOND * chance.nextInt(3000);
            long gap = chance.chance(0.4) ? 0 : Time.MILLISECOND * chance.nextInt(800);
            handovers.add(new SctpScenario.Handover(chance.nextInt(chats), chance.chance(0.5), at, gap));
        }
        return handovers;
    }

    /// @param share of packets that can be marked and are
    private static Impairments marked(Entropy chance, double share) {
        return ScenarioDraw.impairments(chance).with().ecnMark(share).build();
    }

    private static List<SctpScenario.Cut> cuts(Entropy chance, int wires) {
        List<SctpScenario.Cut> cuts = new ArrayList<>();
        for (int n = chance.chance(0.5) ? 1 + chance.nextInt(3) : 0; n > 0; n--) {
            long at = Time.MILLISECOND * chance.nextInt(20_000);
            long length = Time.MILLISECOND * (500 + chance.nextInt(chance.chance(0.3) ? 20_000 : 4000));
            cuts.add(new SctpScenario.Cut(chance.nextInt(wires), at, at + length));
        }
        return cuts;
    }

    private static boolean isIntact(List<SctpScenario.WirePlan> wires) {
        return wires.stream()
                .allMatch(wire ->
                        wire.toServer().corrupt() == 0 && wire.toClient().corrupt() == 0);
    }

    /// @param moving whether addresses change: all can do that
    /// @param intact whether no wire changes packets
    private static List<SctpScenario.Chat> chats(Entropy all, int wires, boolean moving, boolean intact) {
        Entropy count = all.split("count");
        List<SctpScenario.Chat> chats = new ArrayList<>();
        for (int i = 0, n = 1 + count.nextInt(3); i < n; i++) {
            Entropy chance = all.split("chat " + i);
            chats.add(new SctpScenario.Chat(
                    chance.chance(0.5) ? 0 : Time.MILLISECOND * chance.nextInt(3000),
                    chance.chance(0.15) ? SctpScenario.Opening.CROSSED : SctpScenario.Opening.PASSIVE,
                    1 + chance.nextInt(wires),
                    side(chance.split("client")),
                    side(chance.split("server")),
                    guarded(chance.split("client sums"), config(chance.split("client config"), moving), intact),
                    guarded(chance.split("server sums"), config(chance.split("server config"), moving), intact),
                    reliability(chance.split("reliability"))));
        }
        return chats;
    }

    private static SctpScenario.Reliability reliability(Entropy chance) {
        return chance.chance(0.6)
                ? SctpScenario.Reliability.WHOLE
                : new SctpScenario.Reliability(0.1 + 0.9 * chance.nextDouble(), 1 + chance.nextInt(3000));
    }

    /// Packets may go without a checksum where no wire changes any (RFC 9653).
    private static SctpConfig guarded(Entropy chance, SctpConfig config, boolean intact) {
        boolean without = chance.chance(0.4) && intact;
        return config.withFeatures(config.features().withZeroChecksum(without));
    }

    private static SctpScenario.Side side(Entropy chance) {
        Entropy parts = chance.split("parts");
        int messages = chance.chance(0.2) ? 0 : 1 + chance.nextInt(chance.chance(0.3) ? 400 : 60);
        int[] sizes = {100, 1000, 1452, 5000, 20_000, 100_000};
        int bytes = sizes[chance.nextInt(messages > 60 ? 4 : 6)];
        return new SctpScenario.Side(
                messages,
                bytes,
                1 + chance.nextInt(8),
                chance.chance(0.5) ? 0 : chance.nextDouble() * 0.5,
                chance.chance(0.3) ? Time.MILLISECOND * chance.nextInt(300) : 0,
                chance.chance(0.2) ? Time.MILLISECOND * chance.nextInt(200) : 0,
                chance.chance(0.2),
                SchedulingPolicy.values()[chance.nextInt(SchedulingPolicy.values().length)],
                parts.chance(0.7) ? 0 : 1 + parts.nextInt(4000),
                parts.chance(0.5));
    }

    private static SctpConfig config(Entropy chance, boolean moving) {
        int[] buffers = {4000, 16_000, 64_000, 262_144};
        var times = SctpTimes.defaults()
                .withShutdownGuard(4000 * Time.SECOND)
                .withHeartbeatInterval(Time.MILLISECOND * (500 + chance.nextInt(10_000)))
                .withSackDelay(chance.chance(0.2) ? 0 : Time.MILLISECOND * (1 + chance.nextInt(200)));
        if (chance.chance(0.6)) {
            long min = Time.MILLISECOND * (50 + chance.nextInt(500));
            times = times.withRto(
                    Math.max(min, Time.MILLISECOND * (200 + chance.nextInt(1000))), min, 10 * Time.SECOND);
        }
        var limits = SctpLimits.defaults()
                .withRetransmissions(20, chance.nextInt(6), 20)
                .withMaxBurst(chance.chance(0.3) ? 0 : 1 + chance.nextInt(8))
                .withSackFrequency(1 + chance.nextInt(4))
                .withFragmentMax(chance.chance(0.8) ? 0 : 20 + chance.nextInt(1400));
        return SctpConfig.defaults()
                .withStreams(1 + chance.nextInt(16), 1 + chance.nextInt(16))
                .withBuffers(buffers[chance.nextInt(buffers.length)], Math.max(110_000, buffers[chance.nextInt(4)]))
                .withNoDelay(chance.chance(0.5))
                .withTimes(times)
                .withLimits(limits)
                .withFeatures(SctpFeatures.defaults()
                        .withInterleaving(chance.chance(0.6))
                        .withEcn(chance.chance(0.5))
                        .withAuthentication(chance.chance(0.5) || moving)
                        .withAddressConfiguration(moving || chance.chance(0.2)))
                .withExtensions(SctpExtensions.defaults()
                        .withAuthentication(authentication(chance))
                        .withPathMtuProbes(chance.chance(0.4))
                        .withFailover(
                                chance.chance(0.5)
                                        ? SctpFailover.off()
                                        : new SctpFailover(
                                                chance.nextInt(3),
                                                chance.chance(0.5) ? SctpFailover.NEVER : chance.nextInt(5))));
    }

    /// Both sides have the same keys, and demand each what it likes.
    private static SctpAuthentication authentication(Entropy chance) {
        List<Integer> types = new ArrayList<>();
        for (int type : DEMANDED) {
            if (chance.chance(0.25)) {
                types.add(type);
            }
        }
        var settings = SctpAuthentication.defaults()
                .withKey(0, new byte[0])
                .withKey(7, new byte[] {1, 2, 3, 4, 5, 6, 7})
                .withChunkTypes(types.toArray(Integer[]::new))
                .withActiveKey(chance.chance(0.5) ? 0 : 7);
        return chance.chance(0.3) ? settings.withHmacs(SctpAuthHeader.SHA_1) : settings;
    }
}
