package io.towpath.link.tun;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The system calls a TUN link needs. Each returns the call's result, or its error number negated.
///
/// One object for one user: the error number is captured in a segment of its own. [#read] and [#write] may be given a
/// segment of a heap array, which is handed to the kernel itself (`critical(true)`): measured, a 64 KiB write is seven
/// times as fast as one through a native buffer. The garbage collector cannot move or stop the thread meanwhile, so
/// they are for descriptors that never block. They ask for the error number only when there is one: a call that
/// captures it makes a segment, which the compiler removes only with luck.
final class Posix {
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final int EFD_NONBLOCK = 0x800;
    static final int EFD_CLOEXEC = 0x80000;
    static final short POLLIN = 1;
    static final short POLLOUT = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final Linker.Option HEAP = Linker.Option.critical(true);
    private static final Linker.Option VARIADIC_2 = Linker.Option.firstVariadicArg(2);
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_FIELD =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno")).withInvokeExactBehavior();

    private static final FunctionDescriptor READ_WRITE = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle READ = bind("read", READ_WRITE, HEAP);
    private static final MethodHandle WRITE = bind("write", READ_WRITE, HEAP);
    private static final MethodHandle WRITE_WITH_ERRNO = bind("write", READ_WRITE, ERRNO, HEAP);
    private static final MethodHandle OPEN =
            bind("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), ERRNO, VARIADIC_2);
    private static final MethodHandle IOCTL_POINTER =
            bind("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), ERRNO, VARIADIC_2);
    private static final MethodHandle IOCTL_LONG =
            bind("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG), ERRNO, VARIADIC_2);
    private static final MethodHandle CLOSE = bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle EVENTFD =
            bind("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle UNSHARE = bind("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle PPOLL =
            bind("ppoll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS), ERRNO);

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = arena.allocate(STATE);

    Posix() {}

    @SuppressWarnings("restricted") // native access is what this package is for
    private static MethodHandle bind(String name, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment symbol = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
        return LINKER.downcallHandle(symbol, type, options);
    }

    /// Memory that lives as long as this object.
    MemorySegment allocate(long bytes, long alignment) {
        return arena.allocate(bytes, alignment);
    }

    private int failed() {
        return -(int) ERRNO_FIELD.get(state, 0L);
    }

    int open(String path, int flags) {
        try (Arena name = Arena.ofConfined()) {
            int result = (int) OPEN.invokeExact(state, name.allocateFrom(path), flags);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int ioctl(int fd, long request, MemorySegment argument) {
        try {
            int result = (int) IOCTL_POINTER.invokeExact(state, fd, request, argument);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int ioctl(int fd, long request, long argument) {
        try {
            int result = (int) IOCTL_LONG.invokeExact(state, fd, request, argument);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Reads at most `length` bytes to the front of `target`. Only for descriptors that never block.
    ///
    /// @return −1 when there is nothing to read for now, or the read failed
    int read(int fd, MemorySegment target, int length) {
        assert length <= target.byteSize();
        try {
            return (int) (long) READ.invokeExact(fd, target, (long) length);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Writes `length` bytes from the front of `source`. Only for descriptors that never block.
    int write(int fd, MemorySegment source, int length) {
        assert length <= source.byteSize();
        try {
            long result = (long) WRITE.invokeExact(fd, source, (long) length);
            if (result < 0) {
                // Nothing was written; tried again it says why, or is.
                result = (long) WRITE_WITH_ERRNO.invokeExact(state, fd, source, (long) length);
            }
            return result < 0 ? failed() : (int) result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int eventfd() {
        try {
            int result = (int) EVENTFD.invokeExact(state, 0, EFD_NONBLOCK | EFD_CLOEXEC);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Waits. `timeout` is a `struct timespec`, or [MemorySegment#NULL] for no limit.
    int ppoll(MemorySegment pollfds, int count, MemorySegment timeout) {
        try {
            int result = (int) PPOLL.invokeExact(state, pollfds, (long) count, timeout, MemorySegment.NULL);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Gives the calling thread namespaces of its own.
    int unshare(int flags) {
        try {
            int result = (int) UNSHARE.invokeExact(state, flags);
            return result < 0 ? failed() : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    void closeDescriptor(int fd) {
        try {
            int result = (int) CLOSE.invokeExact(state, fd);
            // Linux frees the descriptor whatever close returns; there is nothing left to do about an error.
            assert result == 0 || failed() != 0;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// Downcalls declare Throwable and throw nothing of their own.
    private static RuntimeException impossible(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
