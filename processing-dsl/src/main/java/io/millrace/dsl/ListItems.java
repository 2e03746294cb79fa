package io.millrace.dsl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list as a source; a position is an index. Owned by one thread. */
final class ListItems<T> implements RecordSource<T> {
    private final List<? extends T> items;
    private int next;

    ListItems(List<? extends T> items) {
        this.items = List.copyOf(items);
    }

    @Override
    public void seek(long position) {
        if (position > items.size()) {
            throw new IllegalArgumentException("A source of " + items.size() + " items is to go on behind item "
                    + position + ": it is not the one that was read before. Give it all the items that it had, or a new"
                    + " source a name of its own");
        }
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
