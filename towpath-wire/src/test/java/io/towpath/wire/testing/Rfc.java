package io.towpath.wire.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The rule of an RFC that a test proves.
///
/// On a class it speaks for every test in it. The build reads these annotations to write the tables in
/// `docs/rfc/`, so a `requirement` must be spelled as the RFC spells it.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Repeatable(Rfc.Rules.class)
public @interface Rfc {
    /// The RFC's number, such as 9293.
    int value();

    /// The section that states the rule, such as `"3.10.7.4"`.
    String section();

    /// The RFC's own name for the requirement, such as `"MUST-66"`; empty when it has none.
    String requirement() default "";

    /// Holds several rules on one test; written by the compiler.
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.METHOD, ElementType.TYPE})
    @interface Rules {
        /// The rules, in the order of the source.
        Rfc[] value();
    }
}
