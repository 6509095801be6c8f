package io.towpath.link.tun;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A network namespace of the kernel's that exists while somebody needs it: for devices, addresses and settings that
/// nothing else on the machine shall see. Linux only, with the right to make one (`CAP_SYS_ADMIN`).
///
/// A namespace belongs to threads, sockets and devices, not to a name: when the last of them is gone it vanishes with
/// all its interfaces, also when the process is killed. So there is nothing to clean up.
public final class NetworkNamespace {
    private static final int CLONE_NEWNET = 0x40000000;

    private NetworkNamespace() {}

    /// What is done in a namespace.
    ///
    /// @param <T> what comes out of it
    public interface Work<T> {
        /// Does it.
        ///
        /// @throws IOException when it fails
        T run() throws IOException;
    }

    /// Runs `work` on a thread of its own in a network namespace of its own, in which there is nothing but a loopback
    /// interface that is down. Platform threads and processes that the work starts are born there too.
    ///
    /// @return what the work returned
    /// @throws TunException when the kernel makes no namespace
    /// @throws IOException when the work threw it, or this thread was interrupted; the work's thread then is, too
    public static <T> T call(Work<T> work) throws IOException {
        var task = new FutureTask<T>(() -> {
            int result = new Posix().unshare(CLONE_NEWNET);
            if (result < 0) {
                throw TunException.namespace(-result);
            }
            return work.run();
        });
        Thread thread = Thread.ofPlatform().name("network-namespace").daemon().start(task);
        try {
            return task.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                case Error failed -> throw failed;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
