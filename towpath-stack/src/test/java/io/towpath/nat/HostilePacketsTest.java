package io.towpath.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.nat.NatConfig.Ip6;
import io.towpath.nat.NatConfig.Limits;
import io.towpath.nat.NatConfig.Pooling;
import io.towpath.nat.NatConfig.PortAssignment;
import io.towpath.stack.Packets;
import io.towpath.wire.Bytes;
import io.towpath.wire.Endpoint;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpAddress;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.Octets;
import io.towpath.wire.SctpChunk;
import io.towpath.wire.SctpChunks;
import io.towpath.wire.SctpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever comes from either side: no exception, no packet lost, bounds kept, and no two inside endpoints
/// behind one outside endpoint.
class HostilePacketsTest {
    private static final List<IpAddress> HOSTS = addresses("10.0.0.2", "10.0.0.3", "fd00::2", "fd00::3", "10.0.0.1");
    private static final List<IpAddress> PEERS =
            addresses("198.51.100.7", "198.51.100.8", "2001:db8:7::7", "203.0.113.9", "127.0.0.1", "224.0.0.9");
    private static final List<IpAddress> BOXES = addresses("203.0.113.1", "2001:db8::1", "10.0.0.2", "fd00::2");
    private static final Limits LIMITS = new Limits(40, 15, 60, 25, 5);

    private static List<IpAddress> addresses(String... texts) {
        return Arrays.stream(texts).map(IpAddress::parse).toList();
    }

    private final List<byte[]> seen = new ArrayList<>();

    private static <T> T any(Entropy chance, List<T> of) {
        return of.get(chance.nextInt(of.size()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anythingAtAll(long seed) {
        Entropy chance = Entropy.seeded(seed);
        var nat = new RawNat(drawn(chance));
        for (int i = 0; i < 6000; i++) {
            boolean inside = chance.chance(0.5);
            byte[] packet = mutated(chance, packet(chance, inside));
            nat.box.in(nat.now, inside ? nat.inside : nat.outside, packet);
            keep(chance, nat.box.frames(nat.now, nat.outside));
            keep(chance, nat.box.frames(nat.now, nat.inside));
            if (chance.chance(0.01)) {
                nat.pass(chance.nextInt(100) * Time.SECOND);
            }
            if (chance.chance(0.001)) {
                nat.nat.forgetAll(nat.now);
            }
            if (chance.chance(0.001)) {
                Object ignored = nat.box.stack.changeNat(nat.now, drawn(chance));
            }
            if (i % 100 == 0) {
                holds(nat);
            }
        }
        holds(nat);
        nat.pass(1L << 61);
        assertThat(nat.mappings()).allMatch(it -> it.state() == NatMapping.State.FORWARD);
        assertThat(nat.nat.sessionCount()).isZero();
        nat.nothingIsLost();
    }

    private static NatConfig drawn(Entropy chance) {
        return RawNat.config()
                .withMapping(any(chance, List.of(Behavior.values())))
                .withFiltering(any(chance, List.of(Behavior.values())))
                .withPorts(any(chance, List.of(PortAssignment.values())))
                .withPooling(any(chance, List.of(Pooling.values())))
                .withIp6(any(chance, List.of(Ip6.values())))
                .withRefreshInbound(chance.chance(0.5))
                .withHairpinning(chance.chance(0.8))
                .withForward(PortForward.tcp(80, new Endpoint(IpAddress.parse("10.0.0.3"), 80)))
                .withLimits(LIMITS);
    }

    private static void holds(RawNat nat) {
        List<NatMapping> all = nat.mappings();
        assertThat(nat.nat.mappingCount()).isLessThanOrEqualTo(41);
        assertThat(nat.nat.sessionCount()).isLessThanOrEqualTo(60);
        assertThat(nat.nat.packetsHeld()).isLessThanOrEqualTo(5);
        List<String> outside = all.stream()
                .map(it -> it.protocol() + " " + it.outside() + " = " + it.inside())
                .distinct()
                .map(it -> it.substring(0, it.indexOf(" = ")))
                .toList();
        assertThat(outside).doesNotHaveDuplicates();
        assertThat(all).allMatch(it -> !it.toString().isEmpty());
    }

    private void keep(Entropy chance, List<byte[]> frames) {
        for (byte[] frame : frames) {
            if (seen.size() < 50) {
                seen.add(frame);
            } else {
                seen.set(chance.nextInt(50), frame);
            }
        }
    }

    private byte[] packet(Entropy chance, boolean inside) {
        IpAddress from = any(chance, inside ? HOSTS : PEERS);
        IpAddress to = any(chance, chance.chance(0.3) || !inside ? BOXES : PEERS);
        if (from.isIp4() != to.isIp4()) {
            return packet(chance, inside);
        }
        int fromPort = chance.nextInt(20);
        int toPort = 80 - chance.nextInt(3) * chance.nextInt(20);
        return switch (chance.nextInt(6)) {
            case 0 -> RawNat.udp(from, fromPort, to, inside ? toPort : fromPort);
            case 1 ->
                RawNat.tcp(from, fromPort, to, inside ? toPort : fromPort, chance.nextInt(64), chance.nextInt(9), 1);
            case 2 -> Packets.echo(from, to, 1);
            case 3 ->
                Packets.ip(
                        from,
                        to,
                        IpProtocol.SCTP,
                        SctpPacket.of(fromPort, toPort, chance.nextInt(3), chunk(chance))
                                .emit());
            case 4 -> Packets.ip(from, to, chance.nextInt(256), new byte[chance.nextInt(60)]);
            default -> seen.isEmpty() ? Packets.echo(from, to, 2) : about(from, to, any(chance, seen), chance);
        };
    }

    private static SctpChunk chunk(Entropy chance) {
        return switch (chance.nextInt(4)) {
            case 0 -> new SctpChunk.Init(SctpChunks.INIT + chance.nextInt(2), 0, 1, 9999, 1, 1, 1, List.of());
            case 1 -> new SctpChunk.Failure(SctpChunks.ABORT, chance.nextInt(2), List.of());
            case 2 -> new SctpChunk.Bare(SctpChunks.SHUTDOWN_COMPLETE, chance.nextInt(2));
            default -> new SctpChunk.Opaque(chance.nextInt(256), chance.nextInt(256), Octets.of(new byte[8]));
        };
    }

    private static byte[] about(IpAddress from, IpAddress to, byte[] seen, Entropy chance) {
        byte[] quote = Arrays.copyOf(seen, chance.nextInt(seen.length + 1));
        int type = from.isIp4() ? any(chance, List.of(3, 11, 12, 4, 5)) : 1 + chance.nextInt(4);
        return Packets.error(from, to, type, chance.nextInt(5), chance.nextInt(2000), quote);
    }

    private static byte[] mutated(Entropy chance, byte[] packet) {
        byte[] b = packet;
        if (chance.chance(0.2)) {
            b = Arrays.copyOf(b, chance.nextInt(b.length + 1));
            if (b.length >= 20 && b[0] >>> 4 == 4) {
                Bytes.put16(b, 2, b.length);
            } else if (b.length >= 40) {
                Bytes.put16(b, 4, b.length - 40);
            }
        }
        for (int n = chance.chance(0.3) ? 1 + chance.nextInt(3) : 0; n > 0 && b.length > 0; n--) {
            b[chance.nextInt(b.length)] ^= (byte) (1 << chance.nextInt(8));
        }
        if (chance.chance(0.9) && b.length >= 20 && b[0] == 0x45) {
            Ip4Header.writeChecksum(b, 0);
        }
        return b;
    }

    @Test
    void everyHeaderMayBeCutOffAnywhere() {
        for (Ip6 ip6 : Ip6.values()) {
            var nat = new RawNat(RawNat.config().withIp6(ip6));
            for (IpAddress[] way : new IpAddress[][] {
                {RawNat.ALICE, RawNat.SERVER, RawNat.BOX}, {RawNat.ALICE6, RawNat.SERVER6, RawNat.BOX6}
            }) {
                for (int protocol : new int[] {1, 6, 17, 58, 132, 0, 43, 44, 60}) {
                    for (int length = 0; length < 70; length++) {
                        byte[] body = new byte[length];
                        Arrays.fill(body, (byte) (protocol == 6 ? 0x50 : 0));
                        nat.out(Packets.ip(way[0], way[1], protocol, body.clone()));
                        nat.in(Packets.ip(way[1], way[2], protocol, body.clone()));
                        nat.turn(Packets.ip(way[0], way[2], protocol, body));
                    }
                }
            }
            nat.nothingIsLost();
        }
    }
}
