package io.towpath.tcp.machine;

import io.towpath.tcp.TcpConnection;
import io.towpath.tcp.TcpError;
import io.towpath.tcp.TcpListener;
import java.util.ArrayDeque;

/// Connections that nobody accepted before their listener was closed: each peer gets a RST. They may be more
/// than the queue of replies takes at once, so they go in slices, and the rest live on until their turn comes.
final class ListenerClosing {
    private final Engine engine;
    private final ArrayDeque<TcpListener> closing = new ArrayDeque<>();

    ListenerClosing(Engine engine) {
        this.engine = engine;
    }

    /// A listener is being closed.
    void add(long now, TcpListener listener) {
        closing.add(listener);
        run(now);
    }

    /// Resets as many as there is room for.
    ///
    /// @return true when others are left
    boolean run(long now) {
        for (TcpListener listener = closing.peek(); listener != null; listener = closing.peek()) {
            while (engine.replies.hasRoom()) {
                TcpConnection c = listener.take();
                if (c == null) {
                    break;
                }
                c.listener = null;
                engine.reset(now, c, TcpError.LISTENER_CLOSED, "listener closed");
            }
            if (listener.waiting() > 0) {
                return true;
            }
            closing.remove();
        }
        return false;
    }
}
