package io.towpath.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("sets system properties")
class SeedsTest {
    @TowpathTest(seed = 5, seeds = 2)
    void annotated(Network net) {
        assertThat(net.seed()).isBetween(5L, 6L);
    }

    private static TowpathTest annotation() throws Exception {
        return SeedsTest.class.getDeclaredMethod("annotated", Network.class).getAnnotation(TowpathTest.class);
    }

    @AfterEach
    void clear() {
        System.clearProperty("towpath.seed");
        System.clearProperty("towpath.seeds");
    }

    @Test
    void theAnnotationSaysWhichSeeds() throws Exception {
        assertThat(Seeds.of(annotation())).containsExactly(5L, 6L);
    }

    @Test
    void propertiesOverrideTheAnnotation() throws Exception {
        System.setProperty("towpath.seeds", "4");
        assertThat(Seeds.of(annotation())).containsExactly(5L, 6L, 7L, 8L);
        System.setProperty("towpath.seed", " -3 ");
        assertThat(Seeds.of(annotation())).containsExactly(-3L);
    }

    @Test
    void whatIsNoSeedIsRefusedInOneLine() throws Exception {
        System.setProperty("towpath.seed", "seven");
        assertThatThrownBy(() -> Seeds.of(annotation()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dtowpath.seed=seven is not a whole number");
        System.clearProperty("towpath.seed");
        System.setProperty("towpath.seeds", "0");
        assertThatThrownBy(() -> Seeds.of(annotation())).hasMessage("a test runs with at least one seed, not 0");
    }
}
