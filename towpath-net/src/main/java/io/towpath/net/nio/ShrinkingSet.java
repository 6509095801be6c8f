package io.towpath.net.nio;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Set;

/// A view of a set from which may be removed, but to which nothing may be added: what a selector's user sees of the
/// selected keys.
final class ShrinkingSet<E> extends AbstractSet<E> {
    private final Set<E> inner;

    ShrinkingSet(Set<E> inner) {
        this.inner = inner;
    }

    @Override
    public boolean add(E element) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean addAll(Collection<? extends E> elements) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterator<E> iterator() {
        return inner.iterator();
    }

    @Override
    public int size() {
        return inner.size();
    }

    @Override
    public boolean contains(Object element) {
        return inner.contains(element);
    }

    @Override
    public boolean remove(Object element) {
        return inner.remove(element);
    }

    @Override
    public void clear() {
        inner.clear();
    }
}
