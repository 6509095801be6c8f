/// Tests of simulated networks in virtual time.
@NullMarked
package io.towpath.junit;

import org.jspecify.annotations.NullMarked;
