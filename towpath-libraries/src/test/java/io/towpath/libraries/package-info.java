/// Libraries as they come from Maven Central, on two hosts that lose nothing or every tenth packet. What they take as
/// an object (a socket factory, say) they are given; those that open channels by themselves run because this JVM was
/// started with Towpath's selector provider.
@NullMarked
package io.towpath.libraries;

import org.jspecify.annotations.NullMarked;
