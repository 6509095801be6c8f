package io.towpath.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test on a simulated network in virtual time. The method takes a [Network]; so may `@BeforeEach` and
/// `@AfterEach` methods, and constructors.
///
/// ```java
/// @TowpathTest(seed = 7)
/// void survivesALossyNetwork(Network net) throws Exception {
///     Host server = net.host("server"), client = net.host("client");
///     net.wire(server, client).delay(ofMillis(150)).loss(0.30);
///     …
/// }
/// ```
///
/// The test runs on a virtual thread of its own. When it fails, a suppressed exception reports the seed, the
/// ladder of the last packets, and where the capture file is: in the folder of system property
/// `towpath.captures`, else in `target/towpath`, `build/towpath` or the folder for temporary files.
/// `-Dtowpath.seed=N` runs every such test with that seed alone, `-Dtowpath.seeds=N` with so many.
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@TestTemplate
@ExtendWith(TowpathExtension.class)
public @interface TowpathTest {
    /// The first seed.
    long seed() default 1;

    /// How many seeds the test runs with, at least 1: `seed`, `seed + 1` and so on.
    int seeds() default 1;

    /// Seconds of virtual time after which a test has failed.
    long limitSeconds() default 6 * 3600;
}
