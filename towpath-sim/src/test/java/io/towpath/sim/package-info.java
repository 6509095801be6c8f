/// Tests of the simulator: the swarm over random seeds, single scenarios, and proofs that the checkers can fail.
@NullMarked
package io.towpath.sim;

import org.jspecify.annotations.NullMarked;
