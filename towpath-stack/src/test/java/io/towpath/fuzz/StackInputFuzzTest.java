package io.towpath.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/// Whatever comes: no exception, no packet lost, memory bounded. Without `JAZZER_FUZZ=1` the corpus is replayed;
/// with it new inputs are sought.
class StackInputFuzzTest {
    @Timeout(value = 15, unit = TimeUnit.MINUTES) // a fresh run takes ten; the build's own limit is for replays
    @FuzzTest(maxDuration = "10m")
    void anyProgramLeavesTheHostWhole(byte[] program) {
        new FuzzedHost().run(program);
    }
}
