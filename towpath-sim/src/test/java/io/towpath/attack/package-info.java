/// What a hostile network may try, tried: each test attacks a host that serves somebody else meanwhile, and
/// shows that neither the served nor the memory suffers. `docs/security.md` tells the bounds.
@NullMarked
package io.towpath.attack;

import org.jspecify.annotations.NullMarked;
