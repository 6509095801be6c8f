package io.towpath.sctp.auth;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How many messages, waiting or not acknowledged, name which shared key. Counts stay once they are made: a message
/// allocates nothing when its key was used before.
public final class KeyUses {
    private static final class Use {
        final int id;
        int messages;

        Use(int id) {
            this.id = id;
        }
    }

    private final List<Use> uses = new ArrayList<>(1);

    /// No message.
    public KeyUses() {}

    /// A message names the key `id`.
    public void add(int id) {
        Use use = find(id);
        if (use == null) {
            use = new Use(id);
            uses.add(use);
        }
        use.messages++;
    }

    /// A message that named it is needed no more.
    public void remove(int id) {
        Use use = find(id);
        if (use == null || use.messages == 0) {
            throw new IllegalStateException("no message names the key " + id);
        }
        use.messages--;
    }

    /// Whether a message names it.
    public boolean isUsed(int id) {
        Use use = find(id);
        return use != null && use.messages > 0;
    }

    private @Nullable Use find(int id) {
        for (int i = 0; i < uses.size(); i++) {
            if (uses.get(i).id == id) {
                return uses.get(i);
            }
        }
        return null;
    }
}
