package io.towpath.nat;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Entropy;
import io.towpath.core.Time;
import io.towpath.nat.NatConfig.Behavior;
import io.towpath.nat.NatConfig.PortAssignment;
import io.towpath.wire.IpAddress;
import io.towpath.wire.UdpHeader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Datagrams at random against the rules written down as plainly as can be: a map of mappings and a map of permissions,
/// each with the moment at which it ends.
class UdpModelTest {
    private static final long LIFE = 300 * Time.SECOND;
    private static final List<IpAddress> HOSTS = List.of(RawNat.ALICE, RawNat.BOB);
    private static final List<IpAddress> REMOTES = List.of(RawNat.SERVER, RawNat.OTHER, IpAddress.parse("192.0.2.9"));

    private record Point(IpAddress address, int port) {}

    /// What of a remote endpoint counts: null for nothing, port 0 for all ports.
    private record Key(Point inside, @Nullable Point remote) {}

    private static final class Known {
        final int port;
        long until;

        Known(int port, long until) {
            this.port = port;
            this.until = until;
        }
    }

    static Stream<Arguments> behaviors() {
        return Stream.of(Behavior.values())
                .flatMap(mapping -> Stream.of(Behavior.values())
                        .flatMap(filtering ->
                                Stream.of(true, false).map(inbound -> Arguments.of(mapping, filtering, inbound))));
    }

    @ParameterizedTest
    @MethodSource("behaviors")
    void theNatDoesWhatTheRulesSay(Behavior mapping, Behavior filtering, boolean inbound) {
        Entropy chance = Entropy.seeded(mapping.ordinal() * 10 + filtering.ordinal() * 100 + (inbound ? 7 : 0));
        var nat = new RawNat(RawNat.config()
                .withMapping(mapping)
                .withFiltering(filtering)
                .withRefreshInbound(inbound)
                .withPorts(chance.chance(0.5) ? PortAssignment.PRESERVED : PortAssignment.RANDOM));
        Map<Key, Known> mappings = new HashMap<>();
        Map<Key, Map<Key, Known>> permissions = new HashMap<>();
        int delivered = 0;
        for (int i = 0; i < 4000; i++) {
            nat.pass(chance.nextInt(40) * Time.SECOND);
            mappings.values().removeIf(known -> known.until <= nat.now);
            permissions.values().forEach(each -> each.values().removeIf(known -> known.until <= nat.now));
            assertThat(nat.nat.mappingCount()).isEqualTo(mappings.size());
            Point inside = new Point(HOSTS.get(chance.nextInt(2)), 4000 + chance.nextInt(3));
            Point remote = new Point(REMOTES.get(chance.nextInt(3)), 53 + chance.nextInt(2));
            if (chance.chance(0.4)) {
                Key key = new Key(inside, part(mapping, remote));
                int port = send(nat, inside, remote);
                Known known = mappings.get(key);
                if (known == null) {
                    assertThat(mappings.values()).noneMatch(other -> other.port == port);
                    known = new Known(port, 0);
                    mappings.put(key, known);
                    permissions.put(key, new HashMap<>());
                }
                assertThat(port).isEqualTo(known.port);
                known.until = nat.now + LIFE;
                permissions
                                .get(key)
                                .computeIfAbsent(new Key(inside, part(filtering, remote)), it -> new Known(0, 0))
                                .until =
                        nat.now + LIFE;
                continue;
            }
            int port = aPort(chance, mappings);
            Key key = mappings.entrySet().stream()
                    .filter(entry -> entry.getValue().port == port)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(null);
            Known permission =
                    key == null ? null : permissions.get(key).get(new Key(key.inside, part(filtering, remote)));
            boolean expected = key != null && (filtering == Behavior.ENDPOINT_INDEPENDENT || permission != null);
            List<String> got = nat.in(RawNat.udp(remote.address, remote.port, RawNat.BOX, port));
            assertThat(got).hasSize(expected ? 1 : 0);
            if (expected) {
                delivered++;
                assertThat(got.getFirst()).contains("> " + key.inside.address + ":" + key.inside.port + " ");
                if (inbound) {
                    mappings.get(key).until = nat.now + LIFE;
                    if (permission != null) {
                        permission.until = nat.now + LIFE;
                    }
                }
            }
        }
        assertThat(delivered).isGreaterThan(50);
        nat.nothingIsLost();
    }

    private static @Nullable Point part(Behavior behavior, Point remote) {
        return switch (behavior) {
            case ENDPOINT_INDEPENDENT -> null;
            case ADDRESS_DEPENDENT -> new Point(remote.address, 0);
            case ADDRESS_AND_PORT_DEPENDENT -> remote;
        };
    }

    private static int send(RawNat nat, Point inside, Point remote) {
        byte[] packet = RawNat.udp(inside.address, inside.port, remote.address, remote.port);
        return UdpHeader.sourcePort(nat.outFrames(packet).getFirst(), 20);
    }

    private static int aPort(Entropy chance, Map<Key, Known> mappings) {
        if (mappings.isEmpty() || chance.chance(0.1)) {
            return 4000 + chance.nextInt(5);
        }
        List<Integer> ports =
                mappings.values().stream().map(known -> known.port).sorted().toList();
        return ports.get(chance.nextInt(ports.size()));
    }
}
