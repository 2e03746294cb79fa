package io.millrace.cli.state;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.state.KeyRange;
import io.millrace.state.ScanDirection;
import io.millrace.state.StateBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries of a store's partition one after another, in the order of their keys' bytes, of which a page is in memory. Owned by one thread. */
final class EntryPages implements AutoCloseable {
    private static final int PAGE_ENTRIES = 4_096;
    private static final int PAGE_BYTES = 1 << 20;

    private final StateBackend.Reader reader;
    private final int store;
    private final List<Map.Entry<BytesView, BytesView>> page = new ArrayList<>();
    private int next;
    private @Nullable BytesView last;
    private boolean isOver;

    /** Closes the reader with itself. */
    EntryPages(StateBackend.Reader reader, int store) {
        this.reader = reader;
        this.store = store;
    }

    /** Moves to the next entry. @return false if there is none */
    boolean next() {
        next++;
        if (next >= page.size() && !isOver) {
            read();
        }
        return next < page.size();
    }

    /** Of the entry that {@link #next} moved to. */
    BytesView key() {
        return page.get(next).getKey();
    }

    BytesView value() {
        return page.get(next).getValue();
    }

    private void read() {
        page.clear();
        next = 0;
        BytesView from = last == null
                ? null
                : new BytesWriter(last.length() + 1).putBytes(last).putByte(0).viewInto(new BytesView());
        int[] bytes = {0};
        reader.scan(store, KeyRange.between(from, null), ScanDirection.FORWARD, (key, value) -> {
            page.add(Map.entry(key.copy(), value.copy()));
            bytes[0] += key.length() + value.length();
            return page.size() < PAGE_ENTRIES && bytes[0] < PAGE_BYTES;
        });
        if (page.isEmpty()) {
            isOver = true;
        } else {
            last = page.get(page.size() - 1).getKey();
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
