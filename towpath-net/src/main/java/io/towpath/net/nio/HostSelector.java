package io.towpath.net.nio;

import io.towpath.core.Time;
import io.towpath.net.shard.Driving;
import io.towpath.net.shard.ParkingSpot;
import io.towpath.net.time.Timekeeper;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Selects among the channels of Towpath hosts.
///
/// A key is a *candidate* when its channel may be ready: something happened that its interest set names, the
/// interest set grew, or it was ready at the last selection (being ready is a state: it is reported again until the
/// channel is no longer so). Candidates come in by a lock-free stack, each at most once. A selection takes them all,
/// and asks each channel.
///
/// No wake-up is lost. Whoever makes a channel ready publishes that, then leaves the key, then looks for a sleeper.
/// The selecting thread announces that it sleeps, then looks at the stack; and it clears a key's mark before it asks
/// the channel. So either it sees the key, or it is seen sleeping; and who finds the mark still set knows that the
/// channel will be asked later.
final class HostSelector extends AbstractSelector {
    private static final VarHandle LAST;

    static {
        try {
            LAST = MethodHandles.lookup().findVarHandle(HostSelector.class, "last", HostKey.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Timekeeper time;
    private final ParkingSpot sleeper;
    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
    private final Set<SelectionKey> keysSeen = Collections.unmodifiableSet(keys);

    // In the order in which they were found ready, so that a simulated run repeats itself.
    private final Set<SelectionKey> selected = new LinkedHashSet<>();

    private final Set<SelectionKey> selectedSeen = new ShrinkingSet<>(selected);
    private final HostChannels hostChannels = new HostChannels();

    /// Keys to look at at the next selection. Guarded by this selector's lock.
    private final List<HostKey> looking = new ArrayList<>();

    // Guarded by this selector's lock.
    private boolean selecting;

    private volatile @Nullable HostKey last;
    private volatile boolean woken;

    HostSelector(SelectorProvider provider, Timekeeper time) {
        super(provider);
        this.time = time;
        this.sleeper = new ParkingSpot(time);
    }

    // ---- from other threads ---------------------------------------------------------------------------------------

    /// Leaves `key` for the next selection, without ending one that is under way.
    void lookAt(HostKey key) {
        if (key.markQueued()) {
            HostKey before;
            do {
                before = last;
                key.next = before;
            } while (!LAST.compareAndSet(this, before, key));
        }
    }

    /// Leaves `key`, whose channel may have become ready, and wakes the selecting thread.
    ///
    /// @param driving when the caller owns a shard: who wakes once it does not; null otherwise
    void candidate(HostKey key, @Nullable Driving driving) {
        lookAt(key);
        VarHandle.fullFence(); // also when the key was there already: see ParkingSpot
        if (driving == null) {
            sleeper.wakeNow();
        } else {
            sleeper.wake(driving);
        }
        hostChannels.wake();
    }

    @Override
    public Selector wakeup() {
        woken = true;
        sleeper.wakeNow();
        hostChannels.wake();
        return this;
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, @Nullable Object attachment) {
        if (!(channel instanceof Selectable source)) {
            throw new IllegalSelectorException();
        }
        HostKey key = new HostKey(this, channel, source);
        Object ignored = key.attach(attachment);
        checkOpen();
        keys.add(key);
        source.keys().add(key);
        hostChannels.add(key);
        try {
            key.interestOps(ops);
        } catch (ClosedSelectorException | IllegalArgumentException e) {
            forget(key);
            throw e;
        }
        if (!isOpen()) { // closed meanwhile, which may not have seen this key
            forget(key);
            throw new ClosedSelectorException();
        }
        return key;
    }

    /// The channel of `key` turned out to stand for one of the operating system's.
    void addOutside(HostKey key) {
        hostChannels.add(key);
        sleeper.wakeNow();
        hostChannels.wake();
    }

    /// The channel of `key`, which is cancelled, is to block.
    void releaseOutside(HostKey key) {
        hostChannels.release(key);
    }

    private void checkOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }

    @Override
    public Set<SelectionKey> keys() {
        checkOpen();
        return keysSeen;
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        checkOpen();
        return selectedSeen;
    }

    // ---- selecting ------------------------------------------------------------------------------------------------

    @Override
    public int select() throws IOException {
        return selectUntil(null, Time.NEVER);
    }

    @Override
    public int select(long timeoutMillis) throws IOException {
        return selectUntil(null, deadline(timeoutMillis));
    }

    @Override
    public int selectNow() throws IOException {
        return selectUntil(null, 0);
    }

    @Override
    public int select(Consumer<SelectionKey> action) throws IOException {
        return selectUntil(Objects.requireNonNull(action), Time.NEVER);
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeoutMillis) throws IOException {
        Objects.requireNonNull(action);
        return selectUntil(action, deadline(timeoutMillis));
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return selectUntil(Objects.requireNonNull(action), 0);
    }

    private long deadline(long millis) {
        if (millis < 0) {
            throw new IllegalArgumentException("Negative timeout");
        }
        boolean endless = millis == 0 || millis >= Time.NEVER / Time.MILLISECOND / 2;
        return endless ? Time.NEVER : time.now() + millis * Time.MILLISECOND;
    }

    /// @param deadline when to give up waiting; a moment that is over does not wait
    private synchronized int selectUntil(@Nullable Consumer<SelectionKey> action, long deadline) throws IOException {
        checkOpen();
        if (selecting) {
            throw new IllegalStateException("select in progress");
        }
        time.enter();
        synchronized (selectedSeen) {
            Selection selection = new Selection(action);
            selecting = true;
            dropCancelled();
            try {
                begin();
                while (!look(selection)
                        && !woken
                        && !isOver(deadline)
                        && !Thread.currentThread().isInterrupted()) {
                    sleep(deadline);
                    if (!isOpen()) {
                        break;
                    }
                }
                woken = false;
            } finally {
                selecting = false;
                end();
            }
            if (isOpen()) {
                dropCancelled();
            }
            return selection.updated;
        }
    }

    /// What one selection has found.
    private final class Selection {
        final @Nullable Consumer<SelectionKey> action;
        int updated;

        Selection(@Nullable Consumer<SelectionKey> action) {
            this.action = action;
        }

        /// The channel of `key` is ready for some of what is of interest.
        void found(HostKey key) {
            Consumer<SelectionKey> reader = action;
            int ops = key.found;
            if (reader != null) {
                key.readyNow(ops);
                updated++;
                reader.accept(key);
                checkOpen();
            } else if (!selected.contains(key)) {
                key.readyNow(ops);
                selected.add(key);
                updated++;
            } else if ((ops & ~key.readyNow()) != 0) {
                key.readyNow(key.readyNow() | ops);
                updated++;
            }
        }
    }

    private boolean isOver(long deadline) {
        return deadline == 0 || sleeper.isOver(deadline);
    }

    /// Asks every candidate's channel. True when one was ready.
    private boolean look(Selection selection) throws IOException {
        hostChannels.poll(this);
        takeCandidates();
        int kept = 0;
        for (HostKey key : looking) {
            int ops = key.isValid() ? key.source().readyOps(key) & key.interestNow() : 0;
            key.found = ops;
            if (ops == 0) {
                key.listed = false;
            } else {
                looking.set(kept++, key); // being ready is a state: the next selection asks again
            }
        }
        looking.subList(kept, looking.size()).clear();
        for (int i = 0; i < kept; i++) {
            selection.found(looking.get(i));
        }
        return kept > 0;
    }

    private void takeCandidates() {
        if (last == null) {
            return;
        }
        HostKey key = (HostKey) LAST.getAndSet(this, (HostKey) null);
        while (key != null) {
            HostKey before = key.next;
            key.next = null;
            key.clearQueued();
            if (!key.listed) {
                key.listed = true;
                looking.add(key);
            }
            key = before;
        }
    }

    private void sleep(long deadline) throws IOException {
        if (!hostChannels.isEmpty()) {
            hostChannels.sleep(
                    deadline == Time.NEVER ? Time.NEVER : deadline - time.now(), () -> last == null && !woken);
            return;
        }
        sleeper.enter();
        try {
            while (last == null
                    && !woken
                    && !isOver(deadline)
                    && !Thread.currentThread().isInterrupted()) {
                sleeper.park(deadline);
            }
        } finally {
            sleeper.leave();
        }
    }

    // ---- leaving --------------------------------------------------------------------------------------------------

    private void dropCancelled() {
        Set<SelectionKey> cancelled = cancelledKeys();
        synchronized (cancelled) {
            for (SelectionKey key : cancelled) {
                forget((HostKey) key);
            }
            cancelled.clear();
        }
    }

    private void forget(HostKey key) {
        keys.remove(key);
        selected.remove(key);
        key.source().keys().remove(key);
        hostChannels.remove(key);
        deregister(key);
    }

    @Override
    protected void implCloseSelector() throws IOException {
        Selector ignored = wakeup();
        synchronized (this) {
            synchronized (selectedSeen) {
                for (SelectionKey key : List.copyOf(keys)) {
                    key.cancel();
                    forget((HostKey) key);
                }
                selected.clear();
                looking.clear();
                hostChannels.close();
            }
        }
    }
}
