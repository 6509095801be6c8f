package io.towpath.net.nio;

import io.towpath.core.ByteRing;
import io.towpath.core.Time;
import io.towpath.net.shard.Interrupts;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.time.Timekeeper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// A [Pipe] in memory: a ring of bytes between the two channels.
final class MemoryPipe extends Pipe {
    private static final int CAPACITY = 64 << 10;

    private final ByteRing ring = new ByteRing(CAPACITY);
    private final ParkingSpot reader;
    private final ParkingSpot writer;
    private final Source source;
    private final Sink sink;

    MemoryPipe(SelectorProvider provider, Timekeeper time) {
        this.reader = new ParkingSpot(time);
        this.writer = new ParkingSpot(time);
        this.source = new Source(provider);
        this.sink = new Sink(provider);
    }

    @Override
    public SourceChannel source() {
        return source;
    }

    @Override
    public SinkChannel sink() {
        return sink;
    }

    private final class Source extends SourceChannel implements Selectable {
        private final KeyRing keys = new KeyRing();
        private final ReentrantLock lock = new ReentrantLock();
        private final Scratch scratch = new Scratch();

        Source(SelectorProvider provider) {
            super(provider);
        }

        @Override
        public KeyRing keys() {
            return keys;
        }

        @Override
        public int readyOps(HostKey key) {
            return isReady() ? SelectionKey.OP_READ : 0;
        }

        private boolean isReady() {
            return ring.readable() > 0 || !sink.isOpen() || !isOpen();
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return (int) read(new ByteBuffer[] {Objects.requireNonNull(into)}, 0, 1);
        }

        @Override
        public long read(ByteBuffer[] into) throws IOException {
            return read(into, 0, into.length);
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            lock.lock();
            try {
                if (!isOpen()) {
                    throw new ClosedChannelException();
                }
                if (Scratch.remaining(into, offset, length) == 0) {
                    return 0;
                }
                if (isBlocking()) {
                    await();
                }
                long sum = 0;
                for (int i = offset; i < offset + length; i++) {
                    sum += take(into[i]);
                }
                if (sum > 0) {
                    writer.wakeNow();
                    sink.keys.raise(SelectionKey.OP_WRITE, null);
                }
                return sum == 0 && !sink.isOpen() && ring.readable() == 0 ? -1 : sum;
            } finally {
                lock.unlock();
            }
        }

        private int take(ByteBuffer into) {
            int sum = 0;
            while (into.hasRemaining() && ring.readable() > 0) {
                byte[] array = scratch.array(into.remaining());
                int count = ring.read(array, 0, Math.min(array.length, into.remaining()));
                into.put(array, 0, count);
                sum += count;
            }
            return sum;
        }

        private void await() throws IOException {
            boolean ready = false;
            try {
                begin();
                Interrupts.CHANNEL.await(reader, this::isReady, Time.NEVER, "", () -> {});
                ready = isOpen();
            } finally {
                end(ready);
            }
        }

        @Override
        protected void implCloseSelectableChannel() {
            reader.wakeNow();
            writer.wakeNow();
            sink.keys.raise(SelectionKey.OP_WRITE, null);
        }

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }

    private final class Sink extends SinkChannel implements Selectable {
        private final KeyRing keys = new KeyRing();
        private final ReentrantLock lock = new ReentrantLock();
        private final Scratch scratch = new Scratch();

        Sink(SelectorProvider provider) {
            super(provider);
        }

        @Override
        public KeyRing keys() {
            return keys;
        }

        @Override
        public int readyOps(HostKey key) {
            return isReady() ? SelectionKey.OP_WRITE : 0;
        }

        private boolean isReady() {
            return ring.writable() > 0 || !source.isOpen() || !isOpen();
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            return (int) write(new ByteBuffer[] {Objects.requireNonNull(from)}, 0, 1);
        }

        @Override
        public long write(ByteBuffer[] from) throws IOException {
            return write(from, 0, from.length);
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, from.length);
            lock.lock();
            try {
                long sum = 0;
                while (Scratch.remaining(from, offset, length) > 0) {
                    if (!isOpen()) {
                        throw new ClosedChannelException();
                    }
                    if (isBlocking()) {
                        await(sum > 0);
                    }
                    if (!source.isOpen()) {
                        throw new IOException("Broken pipe");
                    }
                    int most = scratch.gather(from, offset, length);
                    int count = ring.write(scratch.array(most), 0, most);
                    if (count == 0) {
                        break;
                    }
                    Scratch.advance(from, offset, length, count);
                    sum += count;
                    reader.wakeNow();
                    source.keys.raise(SelectionKey.OP_READ, null);
                }
                return sum;
            } finally {
                lock.unlock();
            }
        }

        private void await(boolean some) throws IOException {
            boolean ready = false;
            try {
                begin();
                Interrupts.CHANNEL.await(writer, this::isReady, Time.NEVER, "", () -> {});
                ready = isOpen();
            } finally {
                end(ready || some);
            }
        }

        @Override
        protected void implCloseSelectableChannel() {
            reader.wakeNow();
            writer.wakeNow();
            source.keys.raise(SelectionKey.OP_READ, null);
        }

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }
}
