/// Names of hosts.
@NullMarked
package io.towpath.net.name;

import org.jspecify.annotations.NullMarked;
