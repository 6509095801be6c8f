package io.towpath.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Whatever comes: no exception, no packet lost, memory bounded. Without `JAZZER_FUZZ=1` the corpus is replayed;
/// with it new inputs are sought.
class StackInputFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void anyProgramLeavesTheHostWhole(byte[] program) {
        new FuzzedHost().run(program);
    }
}
