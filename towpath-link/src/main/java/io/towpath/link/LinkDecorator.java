package io.towpath.link;

import io.towpath.core.Counters;
import io.towpath.core.TxBatch;

/// A link around another one, which belongs to it from then on. What a subclass does not say otherwise is the inner
/// link's. One owner, like every link.
public abstract class LinkDecorator implements Link {
    /// The link below.
    protected final Link inner;

    /// Decorates `inner`.
    protected LinkDecorator(Link inner) {
        this.inner = inner;
    }

    @Override
    public final Link source() {
        return inner.source();
    }

    @Override
    public LinkInfo info() {
        return inner.info();
    }

    @Override
    public int receive(long now, RxBatch into) {
        return inner.receive(now, into);
    }

    @Override
    public int transmit(long now, TxBatch from) {
        return inner.transmit(now, from);
    }

    @Override
    public long deadline() {
        return inner.deadline();
    }

    @Override
    public Counters counters() {
        return inner.counters();
    }

    @Override
    public long drops() {
        return inner.drops();
    }

    @Override
    public int held() {
        return inner.held();
    }

    @Override
    public void close() {
        inner.close();
    }
}
