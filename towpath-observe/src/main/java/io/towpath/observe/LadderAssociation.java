package io.towpath.observe;

import io.towpath.sctp.AssociationState;
import io.towpath.sctp.SctpEvent;
import java.util.ArrayList;
import java.util.List;

/// The states of one host's end of the SCTP association that a [Ladder] follows, by time: the first one that the host
/// tells of.
final class LadderAssociation {
    private static final int CHANGES_MAX = 4096;

    private final List<SctpEvent.StateChanged> changes = new ArrayList<>();

    void on(SctpEvent.StateChanged change) {
        boolean followed = changes.isEmpty() || changes.getFirst().association() == change.association();
        if (followed && changes.size() < CHANGES_MAX) {
            changes.add(change);
        }
    }

    /// The state at `moment` as RFC 9260 writes it, after all that happened then.
    String at(long moment) {
        AssociationState.Name state = AssociationState.Name.CLOSED;
        for (SctpEvent.StateChanged change : changes) {
            if (change.at() > moment) {
                break;
            }
            state = change.to();
        }
        return state.name().replace('_', '-');
    }
}
