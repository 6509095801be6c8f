package io.towpath.net.shard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// Where a thread that looks on (see [Spinning]) can be called to work meanwhile, by one caller at a time.
///
/// Whoever brings work makes it visible first and then calls. The call and the end of standing by are atomic on one
/// word: either the caller learns that nobody comes, and does the work itself, or the thread that stands by learns
/// that it was called, and must come.
///
/// @param <T> where it is called to
final class StandBy<T> {
    private static final Object READY = new Object();
    private static final VarHandle POST;

    static {
        try {
            POST = MethodHandles.lookup().findVarHandle(StandBy.class, "post", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Null when the thread does not stand by, [#READY] when it does, else where it was called to.
    private volatile @Nullable Object post;

    /// The thread itself: from now on it can be called.
    void begin() {
        post = READY;
    }

    /// The thread itself: true when it was called, and [#end] tells where to.
    boolean isCalled() {
        return post != READY;
    }

    /// The thread itself: it cannot be called any more.
    ///
    /// @return where it was called to and must go; null when nobody called
    @Nullable
    @SuppressWarnings("unchecked") // what is neither null nor READY came by call
    T end() {
        Object before = POST.getAndSet(this, (Object) null);
        return before == READY ? null : (T) before;
    }

    /// Any other thread, whose work at `where` is visible: calls. False when the thread does not come.
    boolean call(T where) {
        return post == READY && POST.compareAndSet(this, READY, (Object) where);
    }
}
