package io.towpath.sctp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a peer with the right tag and checksum sends: no exception, no packet lost, memory bounded. Without
/// `JAZZER_FUZZ=1` the corpus is replayed; with it new inputs are sought.
class AssociationFuzzTest {
    private static final int PROGRAMS = 150;

    @Timeout(value = 15, unit = TimeUnit.MINUTES) // a fresh run takes ten; the build's own limit is for replays
    @FuzzTest(maxDuration = "10m")
    void anyProgramLeavesTheAssociationWhole(byte[] program) {
        new FuzzedAssociation(false).run(program);
        new FuzzedAssociation(true).run(program);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void randomProgramsLeaveItWhole(boolean interleaving) {
        for (int i = 0; i < PROGRAMS; i++) {
            byte[] program = new byte[600];
            new Random(i).nextBytes(program);
            try {
                new FuzzedAssociation(interleaving).run(program);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("program of seed " + i, e);
            }
        }
    }
}
