/// Addresses that change while an association lives: ASCONF (RFC 5061). Start at [AddressChanges].
@NullMarked
package io.towpath.sctp.address;

import org.jspecify.annotations.NullMarked;
