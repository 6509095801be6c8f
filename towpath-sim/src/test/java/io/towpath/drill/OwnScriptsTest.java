package io.towpath.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("The project's own scripts")
class OwnScriptsTest {

    @TestFactory
    @DisplayName("pass")
    Stream<DynamicTest> pass() {
        return OwnScripts.files().stream()
                .map(file -> DynamicTest.dynamicTest(OwnScripts.name(file), file.toUri(), () -> {
                    DrillResult result = DrillScript.read(file).run(DrillProfile.STANDARD);
                    assertThat(result).as(result.text()).isInstanceOf(DrillResult.Passed.class);
                }));
    }

    @Test
    @DisplayName("are not a few")
    void areNotAFew() {
        assertThat(OwnScripts.files()).hasSizeGreaterThanOrEqualTo(30);
    }

    @Test
    @DisplayName("end the same way each time")
    void endTheSameWayEachTime() {
        for (var file : OwnScripts.files()) {
            var script = DrillScript.of(OwnScripts.name(file), OwnScripts.text(file));
            assertThat(script.run(DrillProfile.LINUX)).isEqualTo(script.run(DrillProfile.LINUX));
        }
    }
}
