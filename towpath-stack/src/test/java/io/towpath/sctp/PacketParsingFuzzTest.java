package io.towpath.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.towpath.wire.Malformed;
import io.towpath.wire.SctpHeader;
import io.towpath.wire.SctpPacket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/// Whatever the bytes, they are a packet that can be shown, and one that is written again is read as the same.
class PacketParsingFuzzTest {
    @Timeout(value = 15, unit = TimeUnit.MINUTES) // a fresh run takes ten; the build's own limit is for replays
    @FuzzTest(maxDuration = "10m")
    void anyBytesAreReadAndShown(byte[] bytes) {
        if (SctpHeader.check(bytes, 0, bytes.length) != Malformed.NONE) {
            return;
        }
        SctpPacket packet = SctpPacket.parse(bytes, 0, bytes.length);
        assertThat(packet.toString()).startsWith("sctp");
        byte[] again = packet.emit();
        assertThat(SctpPacket.parse(again, 0, again.length)).hasToString(packet.toString());
    }
}
