package io.towpath.sctp.machine;

import io.towpath.sctp.Association;
import org.jspecify.annotations.Nullable;

/// Associations that have something to send, first come first served. The list runs through the associations.
final class ReadyAssociations {
    private @Nullable Association first;
    private @Nullable Association last;

    void add(Association a) {
        if (a.ready) {
            return;
        }
        a.ready = true;
        a.nextReady = null;
        if (last == null) {
            first = a;
        } else {
            last.nextReady = a;
        }
        last = a;
    }

    @Nullable
    Association poll() {
        Association a = first;
        if (a != null) {
            first = a.nextReady;
            if (first == null) {
                last = null;
            }
            a.nextReady = null;
            a.ready = false;
        }
        return a;
    }

    boolean isEmpty() {
        return first == null;
    }
}
