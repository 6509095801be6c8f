/// Tests of the channels, where they differ from the JDK's or go further than a parity test can look.
@NullMarked
package io.towpath.net.nio;

import org.jspecify.annotations.NullMarked;
