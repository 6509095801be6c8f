/// Towpath as the provider of a whole JVM: each test runs a program in a JVM of its own.
@NullMarked
package io.towpath.net.jvm;

import org.jspecify.annotations.NullMarked;
