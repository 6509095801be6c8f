package io.towpath.junit;

import io.towpath.core.Time;
import io.towpath.junit.lockstep.Conductor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One thread in lock-step for each task. Its fields are read and written by threads that have their turn.
final class LockStepExecutor extends AbstractExecutorService {
    /// Between two looks whether all have ended.
    private static final long LOOK_NANOS = Time.MILLISECOND;

    private final Conductor conductor;
    private final Threads threads;
    private final String name;
    private final List<Thread> running = new ArrayList<>();
    private boolean shutdown;
    private int count;

    LockStepExecutor(Conductor conductor, Threads threads, String name) {
        this.conductor = conductor;
        this.threads = threads;
        this.name = name;
    }

    @Override
    public void execute(Runnable command) {
        conductor.enter();
        synchronized (running) {
            if (shutdown) {
                throw new RejectedExecutionException("the executor is shut down");
            }
            Thread thread = threads.thread(name + "-" + ++count, () -> {
                try {
                    command.run();
                } finally {
                    synchronized (running) {
                        running.remove(Thread.currentThread());
                    }
                }
            });
            running.add(thread);
            conductor.start(thread);
        }
    }

    @Override
    protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Callable<T> callable) {
        return threads.task(callable);
    }

    @Override
    protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Runnable runnable, T value) {
        return threads.task(() -> {
            runnable.run();
            return value;
        });
    }

    @Override
    public void shutdown() {
        synchronized (running) {
            shutdown = true;
        }
    }

    @Override
    public List<Runnable> shutdownNow() {
        synchronized (running) {
            shutdown = true;
            running.forEach(Thread::interrupt);
        }
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        synchronized (running) {
            return shutdown;
        }
    }

    @Override
    public boolean isTerminated() {
        synchronized (running) {
            return shutdown && running.isEmpty();
        }
    }

    /// Waits in virtual time.
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        long deadline = Time.after(conductor.now(), unit.toNanos(timeout));
        while (!isTerminated()) {
            if (conductor.now() >= deadline || conductor.isOver()) {
                return false;
            }
            conductor.sleepUntil(Math.min(deadline, conductor.now() + LOOK_NANOS));
        }
        return true;
    }
}
