package io.towpath.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteOracleTest {
    private final Findings findings = new Findings();
    private final ByteOracle oracle = new ByteOracle("stream", 42, findings);
    private final byte[] buffer = new byte[1000];

    private void write(int n) {
        oracle.supply(buffer, 0, n);
        oracle.wrote(n);
    }

    private String complaint() {
        assertThat(findings.count()).isEqualTo(1);
        return findings.kept().getFirst().text();
    }

    @Test
    void rightBytesInAnyPortionsAreRight() {
        write(1000);
        for (int at = 0, n = 1; at < 1000; at += n, n = Math.min(n + 7, 1000 - at)) {
            oracle.deliver(0, buffer, at, n);
        }
        oracle.close();
        oracle.end(0);
        assertThat(findings.isEmpty()).isTrue();
        assertThat(oracle.delivered()).isEqualTo(1000);
    }

    @Test
    void aChangedByteIsFound() {
        write(1000);
        buffer[777] ^= 1;
        oracle.deliver(0, buffer, 0, 1000);
        assertThat(complaint()).contains("byte 777");
    }

    @Test
    void swappedPortionsAreFound() {
        write(1000);
        oracle.deliver(0, buffer, 100, 100);
        assertThat(complaint()).contains("byte 0");
    }

    @Test
    void bytesThatNobodyWroteAreFound() {
        write(10);
        oracle.supply(buffer, 10, 1);
        new Content(42).fill(10, buffer, 10, 1);
        oracle.deliver(0, buffer, 0, 11);
        assertThat(complaint()).contains("11 bytes delivered, only 10");
    }

    @Test
    void aShortStreamIsFound() {
        write(1000);
        oracle.deliver(0, buffer, 0, 999);
        oracle.close();
        oracle.end(0);
        assertThat(complaint()).contains("ended after 999 bytes");
    }

    @Test
    void anEndWithoutACloseIsFound() {
        oracle.end(0);
        assertThat(complaint()).contains("did not close");
    }

    @Test
    void bytesAfterTheEndAreFound() {
        write(10);
        oracle.close();
        oracle.deliver(0, buffer, 0, 10);
        oracle.end(0);
        oracle.deliver(0, buffer, 0, 0);
        assertThat(complaint()).contains("after the end");
    }

    @Test
    void contentDoesNotDependOnHowItIsCut() {
        var content = new Content(7);
        byte[] whole = new byte[300];
        content.fill(1000, whole, 0, 300);
        for (int from = 0; from < 20; from++) {
            byte[] part = new byte[50];
            content.fill(1000 + from, part, 0, 50);
            assertThat(content.mismatch(1000 + from, whole, from, 50)).isEqualTo(-1);
            assertThat(part).containsExactly(java.util.Arrays.copyOfRange(whole, from, from + 50));
        }
        assertThat(content.mismatch(1001, whole, 0, 50)).isNotNegative();
    }
}
