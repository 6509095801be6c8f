package io.towpath.net.shard;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Something an application thread asks of a shard. It is its own node in the [CommandQueue]: a socket that leaves
/// itself there allocates nothing.
public abstract class Command {
    /// The command that was pushed before this one. Belongs to the queue.
    @Nullable
    public Command next;

    /// Runs on the shard's owner.
    abstract void execute(long now);

    /// Runs on the shard's owner instead of [#execute] when the shard is dead.
    abstract void abandon(IOException cause);
}
