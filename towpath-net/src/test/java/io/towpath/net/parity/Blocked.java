package io.towpath.net.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.AbstractThrowableAssert;

/// A thread in a blocking call, and what the call ends with: null when it returns.
public record Blocked(Thread thread, CompletableFuture<Throwable> end) {
    public interface Call {
        void run() throws Exception;
    }

    /// Starts `call` on a platform thread and returns once it blocks.
    public static Blocked in(Call call) {
        return in(false, call);
    }

    /// Starts `call` and returns once it blocks.
    public static Blocked in(boolean virtual, Call call) {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Thread thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(() -> {
            try {
                call.run();
                end.complete(null);
            } catch (Throwable e) {
                end.complete(e);
            }
        });
        while (!end.isDone() && !isBlocked(thread)) {
            Thread.yield();
        }
        return new Blocked(thread, end);
    }

    /// A platform thread in a system call counts as running; its innermost frame tells.
    private static boolean isBlocked(Thread thread) {
        if (thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING) {
            return true;
        }
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0
                && stack[0].isNativeMethod()
                && stack[0].getClassName().startsWith("sun.nio.ch.");
    }

    public AbstractThrowableAssert<?, ? extends Throwable> endsBy() {
        return assertThat(end.join());
    }

    public void returns() {
        assertThat(end.join()).isNull();
    }
}
