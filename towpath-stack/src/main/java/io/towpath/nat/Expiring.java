package io.towpath.nat;

import io.towpath.core.Deadlined;

/// What ends by itself when it was not used for a while.
abstract sealed class Expiring implements Deadlined permits Mapping, Session {
    private int queueIndex = -1;

    @Override
    public int queueIndex() {
        return queueIndex;
    }

    @Override
    public void queueIndex(int index) {
        queueIndex = index;
    }
}
