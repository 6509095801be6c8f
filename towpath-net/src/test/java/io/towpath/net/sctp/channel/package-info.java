/// The channels of `com.sun.nio.sctp` against their documentation: each test is a sentence of it, or two.
@NullMarked
package io.towpath.net.sctp.channel;

import org.jspecify.annotations.NullMarked;
