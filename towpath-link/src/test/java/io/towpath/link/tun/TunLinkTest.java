package io.towpath.link.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.towpath.core.Drop;
import io.towpath.core.Medium;
import io.towpath.core.Packet;
import io.towpath.core.Time;
import io.towpath.link.Headers;
import io.towpath.link.Samples;
import io.towpath.wire.Bytes;
import io.towpath.wire.InternetChecksum;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against the kernel, in a network namespace. Needs root (or a user namespace) and /dev/net/tun.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TunLinkTest {
    private final Headers headers = new Headers();

    /// Turns an echo request into its reply in place and sends it.
    private void answerEcho(TunTestBed bed, Packet request) {
        if (!headers.read(request, Medium.RAW_IP) || (headers.protocol() != 1 && headers.protocol() != 58)) {
            return;
        }
        byte[] b = request.bytes;
        int icmp = headers.transportAt();
        boolean ip4 = headers.isIp4();
        if (Bytes.u8(b, icmp) != (ip4 ? 8 : 128)) {
            return;
        }
        Packet reply = bed.pool.take(request.length());
        reply.copyFrom(request);
        swapAddresses(reply);
        Bytes.put8(reply.bytes, icmp, ip4 ? 0 : 129);
        Bytes.put16(reply.bytes, icmp + 2, 0);
        long pseudo = ip4 ? 0 : headers.pseudoSum(reply.bytes, headers.end() - icmp);
        int checksum = InternetChecksum.finish(InternetChecksum.add(pseudo, reply.bytes, icmp, headers.end()));
        Bytes.put16(reply.bytes, icmp + 2, checksum);
        reply.checksumVerified = false;
        bed.out.add(reply);
    }

    private void swapAddresses(Packet packet) {
        byte[] b = packet.bytes;
        int size = headers.isIp4() ? 4 : 16;
        int source = headers.networkAt() + (headers.isIp4() ? 12 : 8);
        for (int i = 0; i < size; i++) {
            byte octet = b[source + i];
            b[source + i] = b[source + size + i];
            b[source + size + i] = octet;
        }
    }

    @ParameterizedTest
    @CsvSource({"true,4", "true,6", "false,4", "false,6"})
    void theKernelPingsAndIsAnswered(boolean offload, int version) throws Exception {
        TunTestBed.require(TunTestBed.command("sh", "-c", "command -v ping").exit() == 0, "there is no ping command");
        try (var bed = new TunTestBed(1500, offload)) {
            String target = version == 4 ? TunTestBed.OURS_4 : TunTestBed.OURS_6;
            var ping = bed.run(
                    p -> answerEcho(bed, p), "ping", "-" + version, "-c", "3", "-i", "0.05", "-s", "1200", target);
            assertThat(ping.said()).contains("3 received");
            assertThat(ping.exit()).isZero();
            assertThat(bed.pool.outstanding()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"true,10.79.0.2", "true,fd79::2", "false,10.79.0.2", "false,fd79::2"})
    void aUdpReplyWhoseChecksumIsLeftToTheDeviceReachesTheKernelsSocket(boolean offload, String target)
            throws Exception {
        try (var bed = new TunTestBed(1500, offload)) {
            var client = bed.run(
                    p -> answerUdp(bed, p, offload),
                    "bash",
                    "-c",
                    "exec 3<>/dev/udp/" + target + "/7; echo hello towpath >&3; timeout 5 head -n 1 <&3");
            assertThat(client.said().strip()).isEqualTo("hello towpath");
        }
    }

    private void answerUdp(TunTestBed bed, Packet request, boolean offload) {
        if (!headers.read(request, Medium.RAW_IP) || headers.protocol() != 17) {
            return;
        }
        int udp = headers.transportAt();
        if (offload) {
            // The kernel leaves the sum of its own datagrams open.
            assertThat(request.checksumVerified).isTrue();
        } else {
            long pseudo = headers.pseudoSum(request.bytes, headers.end() - udp);
            assertThat(InternetChecksum.fold(InternetChecksum.add(pseudo, request.bytes, udp, headers.end())))
                    .isEqualTo(0xffff);
        }
        Packet reply = bed.pool.take(request.length());
        reply.copyFrom(request);
        reply.checksumVerified = false;
        byte[] b = reply.bytes;
        swapAddresses(reply);
        int from = Bytes.u16(b, udp);
        Bytes.put16(b, udp, Bytes.u16(b, udp + 2));
        Bytes.put16(b, udp + 2, from);
        Bytes.put16(b, udp + 6, InternetChecksum.fold(headers.pseudoSum(b, headers.end() - udp)));
        reply.checksumAt = udp + 6;
        bed.out.add(reply);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.79.0.2", "fd79::2"})
    void superSegmentsPassInBothDirections(String target) throws Exception {
        try (var bed = new TunTestBed(1500, true)) {
            var peer = new TunTcpPeer(bed, 60_000);
            var client = bed.run(
                    peer::input,
                    "bash",
                    "-c",
                    "exec 3<>/dev/tcp/" + target + "/80; head -c 400000 /dev/zero >&3;"
                            + " timeout 10 head -c 60000 <&3 | sha256sum");
            assertThat(client.said()).startsWith(TunTcpPeer.sha256(60_000));
            assertThat(peer.received()).isEqualTo(400_000);
            assertThat(peer.largest()).as("largest TCP payload read at once").isGreaterThan(1460);
            assertThat(peer.largestSegment()).isBetween(1000, 1460);
            assertThat(bed.pool.outstanding()).isZero();
            assertThat(bed.link.drops()).isZero();
        }
    }

    @Test
    void whatTheKernelRefusesIsDroppedUnderAName() throws Exception {
        try (var bed = new TunTestBed(1500, true)) {
            Packet junk = bed.pool.take(100);
            junk.end = junk.at + 100;
            junk.bytes[junk.at] = 0x35;
            bed.out.add(junk);
            Packet big = bed.pool.take(1600);
            big.end = big.at + 1600;
            bed.out.add(big);
            assertThat(bed.link.transmit(0, bed.out)).isEqualTo(2);
            assertThat(bed.link.counters().get(Drop.BAD_IP_HEADER)).isEqualTo(1);
            assertThat(bed.link.counters().get(Drop.TOO_BIG)).isEqualTo(1);
            assertThat(bed.pool.outstanding()).isZero();
        }
    }

    @Test
    void aNameInUseIsOneClearLine() throws Exception {
        try (var bed = new TunTestBed(1500, true);
                var first = TunLink.open("towpathtwice", 1500, true)) {
            var failure = catchThrowableOfType(TunException.class, () -> TunLink.open("towpathtwice", 1500, true));
            assertThat(failure.errnoName()).isEqualTo("EBUSY");
            assertThat(failure)
                    .hasMessage("cannot create TUN device 'towpathtwice': the name is in use by another"
                            + " interface or process (EBUSY)");
            assertThat(first.info().name()).isEqualTo("towpathtwice");
            assertThat(bed.link.info().name()).startsWith("towpath").doesNotContain("%");
            var other = catchThrowableOfType(TunException.class, () -> TunLink.open("lo", 1500, true));
            assertThat(other).hasMessageContaining("'lo'").hasMessageContaining("in use by an interface of another");
        }
    }

    @Test
    void aNameThatCannotBeOneIsRefusedBeforeAnySystemCall() {
        for (String name : new String[] {"", "sixteen-letters-", "a/b", "a b", "..", "tab\t", "ü"}) {
            var failure = catchThrowableOfType(TunException.class, () -> TunLink.open(name, 1500, true));
            assertThat(failure).as(name).hasMessageContaining("cannot be an interface name");
        }
    }

    @Test
    void theInterfaceVanishesWithTheLinkAndAClosedLinkIsQuiet() throws Exception {
        try (var bed = new TunTestBed(1500, true)) {
            var link = TunLink.open("towpathgone", 1500, true);
            assertThat(TunTestBed.command("ip", "link", "show", "towpathgone").exit())
                    .isZero();
            link.close();
            link.close();
            assertThat(TunTestBed.command("ip", "link", "show", "towpathgone").exit())
                    .isNotZero();
            Packet packet = bed.pool.take(100);
            packet.end = packet.at + 100;
            bed.out.add(packet);
            assertThat(link.transmit(0, bed.out)).isEqualTo(1);
            assertThat(link.counters().get(Drop.LINK_DOWN)).isEqualTo(1);
            assertThat(link.receive(0, bed.in)).isZero();
            assertThat(link.deadline()).isEqualTo(Time.NEVER);
        }
    }

    @Test
    void aWakeUpFromAnotherThreadEndsAnEndlessWait() throws Exception {
        try (var bed = new TunTestBed(1500, true)) {
            // What the kernel says by itself on a fresh interface is read away first.
            while (bed.link.receive(0, bed.in) > 0) {
                bed.in.releaseAll();
            }
            Thread sleeper = Thread.ofPlatform().start(() -> bed.driver.await(Long.MAX_VALUE));
            bed.driver.wake();
            sleeper.join();
            assertThat(sleeper.isAlive()).isFalse();
        }
    }

    @Test
    void anInterfaceThatIsDownDoesNotMakeTheWaitABusyLoop() throws Exception {
        try (var bed = new TunTestBed(1500, true);
                var link = TunLink.open("towpathdown", 1500, true);
                var driver = new PollDriver()) {
            driver.add(link);
            TunTestBed.command("ip", "link", "set", "towpathdown", "up");
            TunTestBed.command("ip", "link", "set", "towpathdown", "down");
            int turns = 0;
            long until = System.nanoTime() + 200 * Time.MILLISECOND;
            while (System.nanoTime() < until) {
                driver.await(until - System.nanoTime());
                assertThat(link.receive(0, bed.in)).isLessThan(64);
                bed.in.releaseAll();
                turns++;
            }
            assertThat(turns).isLessThan(50);
        }
    }

    @Test
    void readingAndWritingAllocateNothing() throws Exception {
        try (var bed = new TunTestBed(1500, true)) {
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            Packet sample = Samples.udp(bed.pool, true, 100);
            long allocated = Long.MAX_VALUE;
            // The first rounds are interpreted, which does not remove the segments; how many depends on the machine.
            long until = System.nanoTime() + 20 * Time.SECOND;
            while (allocated > 2_000 && System.nanoTime() < until) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 10_000; i++) {
                    Packet packet = bed.pool.take(sample.length());
                    packet.copyFrom(sample);
                    bed.out.add(packet);
                    bed.link.transmit(0, bed.out);
                    bed.link.receive(0, bed.in);
                    bed.in.releaseAll();
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            // 10,000 packets written and as many reads: not even a byte for each.
            assertThat(allocated).isLessThanOrEqualTo(2_000);
        }
    }
}
