package io.towpath.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.towpath.core.Counter;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.tcp.TcpConfig;
import io.towpath.tcp.TcpState;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import io.towpath.wire.Ip4Header;
import io.towpath.wire.IpProtocol;
import io.towpath.wire.TcpHeader;
import io.towpath.wire.testing.Rfc;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// ICMP errors about segments of a connection, from somebody who knows its addresses and ports but not its numbers
/// (RFC 5927).
class IcmpForgeryTest {
    private static final int DESTINATION_UNREACHABLE = 3;
    private static final int SOURCE_QUENCH = 4;
    private static final int REDIRECT = 5;
    private static final int TIME_EXCEEDED = 11;
    private static final int PARAMETER_PROBLEM = 12;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int TRIES = 1_000_000;

    private final Siege siege = new Siege(TcpConfig.defaults(), 3);

    /// An error that claims to quote a segment of the victim's with sequence number `seq`.
    private void error(int type, int code, int rest, int seq) {
        int quoted = Ip4Header.LENGTH + 8;
        int length = Ip4Header.LENGTH + 8 + quoted;
        Packet packet = siege.victim().context().pool().take(length);
        byte[] b = packet.bytes;
        int at = packet.at;
        packet.end = at + length;
        Ip4Header.write(b, at, 0, length, 0, 0, 64, IpProtocol.ICMP, Siege.CLIENT, Siege.SERVER);
        Ip4Header.writeChecksum(b, at);
        int icmp = at + Ip4Header.LENGTH;
        Bytes.put8(b, icmp, type);
        Bytes.put8(b, icmp + 1, code);
        Bytes.put16(b, icmp + 2, 0);
        Bytes.putU32(b, icmp + 4, rest & 0xffffffffL);
        int quote = icmp + 8;
        Ip4Header.write(b, quote, 0, 1500, 0, 0x4000, 64, IpProtocol.TCP, Siege.SERVER, Siege.CLIENT);
        Ip4Header.writeChecksum(b, quote);
        Bytes.put16(b, quote + Ip4Header.LENGTH, siege.server.localPort());
        Bytes.put16(b, quote + Ip4Header.LENGTH + 2, siege.client.localPort());
        Bytes.putU32(b, quote + Ip4Header.LENGTH + 4, seq & 0xffffffffL);
        int sum = InternetChecksum.finish(InternetChecksum.add(0, b, icmp, packet.end));
        Bytes.put16(b, icmp + 2, sum);
        siege.victim().input(siege.now, siege.victim().interfaces().get(1), packet);
    }

    @Test
    @Rfc(value = 5927, section = "4")
    void errorsWithGuessedNumbersHarmNothing() {
        send(100); // with nothing in flight no number is right; with more, some of a million guesses are
        int mss = siege.server.mss;
        var random = new SplittableRandom(3);
        int[] types = {DESTINATION_UNREACHABLE, SOURCE_QUENCH, REDIRECT, TIME_EXCEEDED, PARAMETER_PROBLEM};
        for (int i = 0; i < TRIES; i++) {
            error(types[random.nextInt(types.length)], random.nextInt(16), 68, random.nextInt());
        }
        assertThat(siege.count(Counter.ICMP_IN)).isEqualTo(TRIES);
        assertThat(siege.server.mss).isEqualTo(mss);
        assertThat(siege.server.softError).isNull();
        drain(100);
        siege.assertUnharmed();
    }

    /// The one in four billion that is right, or an attacker who sees the traffic: hard errors are soft ones for an
    /// open connection, and the path MTU has a floor.
    @Test
    @Rfc(value = 5927, section = "5.2")
    @Rfc(value = 5927, section = "7.2")
    void evenTheRightNumberEndsNoConnectionAndShrinksNoSegmentBelowTheFloor() {
        send(10_000);
        int una = (int) siege.server.snd.una;
        for (int code = 0; code < 16; code++) {
            error(DESTINATION_UNREACHABLE, code, code == FRAGMENTATION_NEEDED ? 68 : 0, una);
        }
        error(SOURCE_QUENCH, 0, 0, una);
        error(TIME_EXCEEDED, 0, 0, una);
        error(PARAMETER_PROBLEM, 0, 0, una);
        assertThat(siege.server.state()).isEqualTo(TcpState.ESTABLISHED);
        siege.pair.settle(siege.now);
        siege.now += 10 * Time.SECOND;
        drain(10_000);
        assertThat(siege.server.mss).isGreaterThanOrEqualTo(552 - Ip4Header.LENGTH - TcpHeader.LENGTH - 12);
        siege.assertUnharmed();
    }

    /// The server writes, and its first flight leaves the stack, but nobody carries it on.
    private void send(int bytes) {
        siege.server.sendRing().write(new byte[bytes], 0, bytes);
        siege.victim().tcp().written(siege.now, siege.server);
        siege.victim().poll(siege.now);
        assertThat(siege.server.snd.nxt).isGreaterThan(siege.server.snd.una);
    }

    /// The client reads what the server wrote for the attack.
    private void drain(int bytes) {
        byte[] read = new byte[bytes];
        int got = 0;
        for (long end = siege.now + 20 * Time.SECOND; got < read.length && siege.now < end; ) {
            siege.pair.settle(siege.now);
            got += siege.client.receiveRing().read(read, got, read.length - got);
            siege.pair.left().tcp().consumed(siege.now, siege.client);
            siege.now += Time.MILLISECOND;
        }
        assertThat(got).isEqualTo(read.length);
    }
}
