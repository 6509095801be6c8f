package io.towpath.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The walls of docs/architecture.md: who may see whom, and what the protocol core may not touch.
class ArchitectureTest {
    private static final Pattern TESTS = Pattern.compile("/test-classes/|-tests\\.jar");

    private static final JavaClasses TOWPATH = new ClassFileImporter()
            .withImportOption(ArchitectureTest::isProduct)
            .importPackages("io.towpath");

    private static final String WIRE = "io.towpath.wire..";
    private static final String CORE = "io.towpath.core..";
    private static final String CONGESTION = "io.towpath.congestion..";
    private static final String STACK = "io.towpath.stack..";
    private static final List<String> ENGINES =
            List.of("io.towpath.ip..", "io.towpath.udp..", "io.towpath.tcp..", "io.towpath.sctp..", "io.towpath.nat..");

    private static final String NAT = "io.towpath.nat..";

    /// All that the NAT sees of the engine below it: it is a hook, and the packets come to it by the hooks.
    /// What else it must know of its host it asks by an interface of its own, `nat.Box`.
    private static final DescribedPredicate<JavaClass> HOOKS = named(
            "io.towpath.ip.Hooks", "io.towpath.ip.Hook", "io.towpath.ip.Hook$Point", "io.towpath.ip.Hook$Verdict");

    /// Everything that must behave the same on a device, in a simulation and in a replay.
    private static final String[] DETERMINISTIC = Stream.concat(
                    Stream.of(WIRE, CORE, CONGESTION, STACK), ENGINES.stream())
            .toArray(String[]::new);

    @Test
    void theClassesOfTheProductAreSeenAndNoTests() {
        assertThat(TOWPATH.contain("io.towpath.wire.Bytes")).isTrue();
        assertThat(TOWPATH.contain("io.towpath.wire.testing.Rfc")).isFalse();
        assertThat(TOWPATH.contain(ArchitectureTest.class)).isFalse();
    }

    @Test
    void wireAndStackDoNoInputOrOutput() {
        core("java.net, java.io, files, channels and loggers belong to the runtime", "I/O")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.net..",
                                "java.io..",
                                "java.nio.file..",
                                "java.nio.channels..",
                                "java.util.logging..")
                        .or(named(
                                "java.lang.System$Logger",
                                "java.lang.System$Logger$Level",
                                "java.lang.ProcessBuilder")))
                .allowEmptyShould(true)
                .check(TOWPATH);
    }

    @Test
    void wireAndStackHaveNoThreadsAndNoLocks() {
        core("one owner at a time runs a stack; how is the runtime's affair", "threads")
                .should()
                .dependOnClassesThat(resideInAPackage("java.util.concurrent..")
                        .or(named(
                                "java.lang.Thread",
                                "java.lang.ThreadLocal",
                                "java.lang.Runtime",
                                "java.lang.ScopedValue",
                                "java.util.Timer",
                                "java.util.TimerTask")))
                .allowEmptyShould(true)
                .check(TOWPATH);
        methods()
                .that()
                .areDeclaredInClassesThat(resideInAnyPackage(DETERMINISTIC))
                .should()
                .notHaveModifier(JavaModifier.SYNCHRONIZED)
                .allowEmptyShould(true)
                .check(TOWPATH);
    }

    @Test
    void wireAndStackAskNoClockAndNoSystem() {
        core("time is a parameter", "clocks")
                .should()
                .dependOnClassesThat(resideInAPackage("java.time..")
                        .and(not(named("java.time.Duration", "java.time.DateTimeException"))))
                .allowEmptyShould(true)
                .check(TOWPATH);
        core("the same run must follow from the same seed; System.arraycopy alone is a plain function", "System")
                .should()
                .accessTargetWhere(access(
                        "System but arraycopy",
                        access -> access.getTargetOwner().isEquivalentTo(System.class)
                                && !access.getName().equals("arraycopy")))
                .allowEmptyShould(true)
                .check(TOWPATH);
    }

    @Test
    void wireAndStackTakeChanceFromEntropyAlone() {
        core("chance comes from a seeded Entropy", "randomness")
                .should()
                .dependOnClassesThat(resideInAPackage("java.util.random..")
                        .or(named(
                                "java.util.Random",
                                "java.util.SplittableRandom",
                                "java.util.UUID",
                                "java.security.SecureRandom")))
                .allowEmptyShould(true)
                .check(TOWPATH);
        core("roots and powers may differ between machines; StrictMath does not", "Math")
                .should()
                .callMethodWhere(access(
                        "Math.random, sqrt, cbrt, pow, exp, log",
                        access -> access.getTargetOwner().isEquivalentTo(Math.class)
                                && Set.of(
                                                "random", "sqrt", "cbrt", "pow", "exp", "expm1", "log", "log10",
                                                "log1p", "hypot")
                                        .contains(access.getName())))
                .allowEmptyShould(true)
                .check(TOWPATH);
    }

    @Test
    void wireAndStackKeepNothingInHashOrder() {
        core("their order may change from run to run", "hash order")
                .should()
                .dependOnClassesThat(named(
                        "java.util.HashMap",
                        "java.util.HashSet",
                        "java.util.Hashtable",
                        "java.util.IdentityHashMap",
                        "java.util.WeakHashMap"))
                .allowEmptyShould(true)
                .check(TOWPATH);
        core("the order of Set.of and Map.of is salted for each run", "immutable sets")
                .should()
                .callMethodWhere(access("Set.of, Map.of and their like", access -> {
                    JavaClass owner = access.getTargetOwner();
                    String name = access.getName();
                    return (owner.isEquivalentTo(Set.class) || owner.isEquivalentTo(java.util.Map.class))
                                    && (name.equals("of") || name.equals("ofEntries") || name.equals("copyOf"))
                            || owner.isEquivalentTo(java.util.stream.Collectors.class)
                                    && Set.of("toSet", "toMap", "groupingBy", "toUnmodifiableSet", "toUnmodifiableMap")
                                            .contains(name);
                }))
                .allowEmptyShould(true)
                .check(TOWPATH);
    }

    @Test
    void foreignMemoryIsTouchedByTheTunLinkAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.towpath.link.tun..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .because("MemorySegment stays behind the TUN link")
                .allowEmptyShould(true)
                .check(TOWPATH);
    }

    @TestFactory
    Stream<DynamicTest> layersSeeOnlyWhatLiesBelow() {
        Stream<DynamicTest> below = Stream.of(
                layer(WIRE), layer(CORE, WIRE), layer(CONGESTION, WIRE, CORE), layer(STACK, withBelow(ENGINES)));
        Stream<DynamicTest> engines = ENGINES.stream()
                .map(engine -> engine.equals(NAT)
                        ? layer(engine, HOOKS, WIRE, CORE, CONGESTION)
                        : layer(engine, WIRE, CORE, CONGESTION));
        Stream<DynamicTest> around = Stream.of(
                layer("io.towpath.link..", WIRE, CORE),
                layer("io.towpath.observe..", withBelow(ENGINES, STACK, "io.towpath.link..")),
                layer("io.towpath.sim..", withBelow(ENGINES, STACK, "io.towpath.link..", "io.towpath.observe..")),
                layer("io.towpath.net..", withBelow(ENGINES, STACK, "io.towpath.link..")),
                layer(
                        "io.towpath.junit..",
                        withBelow(ENGINES, STACK, "io.towpath.link..", "io.towpath.observe..", "io.towpath.net..")),
                // Who runs when knows nothing of networks and tests.
                layer("io.towpath.junit.lockstep..", CORE, "io.towpath.link..", "io.towpath.net.time.."));
        return Stream.of(below, engines, around).flatMap(it -> it);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.towpath.(*)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(TOWPATH);
    }

    @Test
    void everyPackageStatesItsNulls() {
        List<String> unmarked = TOWPATH.stream()
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackage)
                .distinct()
                .filter(it -> !it.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .sorted()
                .toList();
        assertThat(unmarked).as("packages without a @NullMarked package-info").isEmpty();
    }

    private static com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction core(String why, String what) {
        return noClasses().that(resideInAnyPackage(DETERMINISTIC).as("the core (no %s: %s)", what, why));
    }

    private static DynamicTest layer(String layer, String... below) {
        return layer(layer, DescribedPredicate.alwaysFalse(), below);
    }

    /// @param also classes of other layers that it may see
    private static DynamicTest layer(String layer, DescribedPredicate<? super JavaClass> also, String... below) {
        String[] visible = Stream.concat(Stream.of(layer), Arrays.stream(below)).toArray(String[]::new);
        ArchRule rule = classes()
                .that()
                .resideInAPackage(layer)
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage("io.towpath.."))
                        .or(resideInAnyPackage(visible))
                        .or(also))
                .allowEmptyShould(true);
        return DynamicTest.dynamicTest(layer, () -> rule.check(TOWPATH));
    }

    private static String[] withBelow(List<String> engines, String... more) {
        return Stream.of(Stream.of(WIRE, CORE, CONGESTION), engines.stream(), Arrays.stream(more))
                .flatMap(it -> it)
                .toArray(String[]::new);
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        return DescribedPredicate.describe(
                "named " + List.of(names), type -> Arrays.asList(names).contains(type.getName()));
    }

    private static DescribedPredicate<JavaAccess<?>> access(
            String what, java.util.function.Predicate<JavaAccess<?>> test) {
        return DescribedPredicate.describe(what, test);
    }

    private static boolean isProduct(Location location) {
        return !TESTS.matcher(location.toString()).find();
    }
}
