package io.towpath.junit;

import io.towpath.core.Time;
import io.towpath.junit.lockstep.Conductor;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What a thread of a [Network] does. Waiting for it is waiting in virtual time, so are its timeouts.
///
/// An exception that nobody asks for fails the test when the network is closed.
///
/// @param <T> what comes out of it
public final class Task<T extends @Nullable Object> extends FutureTask<T> {
    private final Conductor conductor;
    private final List<Thread> waiting = new CopyOnWriteArrayList<>();
    private volatile @Nullable Throwable failure;
    private volatile boolean asked;

    Task(Conductor conductor, Callable<T> body) {
        super(body);
        this.conductor = conductor;
    }

    @Override
    protected void done() {
        for (Thread thread : waiting) {
            conductor.unpark(thread);
        }
    }

    @Override
    protected void setException(Throwable cause) {
        failure = cause;
        super.setException(cause);
    }

    /// What it threw, while nobody asked; else null.
    @Nullable
    Throwable unaskedFailure() {
        return asked ? null : failure;
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        if (!await(Time.NEVER)) {
            throw new IllegalStateException("the network is closed");
        }
        asked = true;
        return super.get();
    }

    /// Waits in virtual time.
    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        if (!await(Time.after(conductor.now(), unit.toNanos(timeout)))) {
            throw new TimeoutException();
        }
        asked = true;
        return super.get();
    }

    /// Waits for the end and passes on what was thrown, as it was thrown.
    ///
    /// @return what came out
    /// @throws Exception what the body threw
    public T join() throws Exception {
        try {
            return get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception exception) {
                throw exception;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    private boolean await(long deadline) throws InterruptedException {
        conductor.enter();
        waiting.add(Thread.currentThread());
        try {
            while (!isDone()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (conductor.now() >= deadline || conductor.isOver()) {
                    return false;
                }
                conductor.park("Task.get", deadline);
            }
            return true;
        } finally {
            waiting.remove(Thread.currentThread());
        }
    }
}
