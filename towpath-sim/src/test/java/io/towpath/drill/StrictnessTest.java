package io.towpath.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("A script with one wrong expectation")
class StrictnessTest {

    @TestFactory
    @DisplayName("fails")
    Stream<DynamicTest> fails() {
        return OwnScripts.files().stream()
                .map(file -> DynamicTest.dynamicTest(OwnScripts.name(file), file.toUri(), () -> {
                    String name = OwnScripts.name(file);
                    for (Mutants.Mutant mutant : Mutants.of(OwnScripts.text(file))) {
                        DrillResult result = DrillScript.of(name, mutant.text()).run(DrillProfile.STANDARD);
                        assertThat(result).as(name + ": " + mutant.what()).isInstanceOf(DrillResult.Failed.class);
                    }
                }));
    }

    @Test
    @DisplayName("is made in many ways")
    void isMadeInManyWays() {
        long mutants = OwnScripts.files().stream()
                .mapToLong(file -> Mutants.of(OwnScripts.text(file)).size())
                .sum();
        assertThat(mutants).isGreaterThan(600);
    }
}
