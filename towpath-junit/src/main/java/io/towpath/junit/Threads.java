package io.towpath.junit;

import io.towpath.junit.lockstep.Conductor;
import io.towpath.net.HostRebootedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Makes threads in lock-step and keeps what they threw.
final class Threads {
    /// What a thread threw.
    record Failure(String thread, Throwable cause) {}

    private final Conductor conductor;
    private final List<Task<?>> tasks = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<Failure> uncaught = new ArrayList<>();
    private boolean ending;

    Threads(Conductor conductor) {
        this.conductor = conductor;
    }

    /// A thread that is not started.
    Thread thread(String name, Runnable body) {
        return conductor.thread(name, guarded(name, body));
    }

    /// `action`, whose failure is one of the network.
    Runnable guarded(String name, Runnable action) {
        return () -> {
            try {
                action.run();
            } catch (Throwable failure) {
                fail(name, failure);
            }
        };
    }

    private synchronized void fail(String name, Throwable failure) {
        if (!ending && !isReboot(failure)) {
            uncaught.add(new Failure(name, failure));
        }
    }

    /// Programs on a host that is rebooted come to their end by it.
    private static boolean isReboot(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HostRebootedException) {
                return true;
            }
        }
        return false;
    }

    <T extends @Nullable Object> Task<T> task(Callable<T> body) {
        return new Task<>(conductor, body);
    }

    <T extends @Nullable Object> Task<T> start(String name, Callable<T> body) {
        conductor.enter();
        Task<T> task = task(body);
        synchronized (this) {
            tasks.add(task);
            names.add(name);
        }
        conductor.start(thread(name, task));
        return task;
    }

    /// What was thrown up to now and nobody asked for; each is told once.
    synchronized List<Failure> takeFailures() {
        List<Failure> failures = new ArrayList<>(uncaught);
        uncaught.clear();
        for (int i = tasks.size() - 1; i >= 0; i--) {
            Task<?> task = tasks.get(i);
            Throwable cause = task.unaskedFailure();
            if (cause != null && !isReboot(cause)) {
                failures.add(new Failure(names.get(i), cause));
            }
            if (task.isDone()) {
                tasks.remove(i);
                names.remove(i);
            }
        }
        return failures;
    }

    /// What threads throw from now on is no failure: the network falls down under them.
    synchronized void end() {
        ending = true;
    }
}
