/// The state of an association as bytes, for another process to go on with. Start with
/// [io.towpath.sctp.SavedAssociation]; when it may be taken is in `machine.Handover`.
@NullMarked
package io.towpath.sctp.handover;

import org.jspecify.annotations.NullMarked;
