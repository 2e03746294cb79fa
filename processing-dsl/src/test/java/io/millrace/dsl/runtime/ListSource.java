package io.millrace.dsl.runtime;

import io.millrace.dsl.RecordSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A source that gives the items of a list; the position is the index. */
public final class ListSource<T> implements RecordSource<T> {
    private final List<T> items;
    private int next;

    public ListSource(List<T> items) {
        this.items = items;
    }

    @Override
    public void seek(long position) {
        next = Math.toIntExact(position);
    }

    @Override
    public @Nullable T next() {
        return next < items.size() ? items.get(next++) : null;
    }

    @Override
    public long position() {
        return next;
    }

    @Override
    public boolean isFinished() {
        return next == items.size();
    }

    @Override
    public long size() {
        return items.size();
    }

    @Override
    public void close() {}
}
