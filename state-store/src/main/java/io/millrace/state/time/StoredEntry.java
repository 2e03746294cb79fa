package io.millrace.state.time;

import io.millrace.serde.BytesView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of any kind of store, as it is meant and not as it lies there.
 *
 * @param times what it says of times, in the order in which a person reads them; empty if it says nothing of any
 * @param value null if the entry says that there is none from then on
 */
public record StoredEntry(
        BytesView key, List<Time> times, @Nullable BytesView value) {
    public StoredEntry {
        times = List.copyOf(times);
    }

    /**
     * A number that an entry has beside its key and its value.
     *
     * @param name such as {@code start}
     * @param number milliseconds since 1970 if it is a time
     * @param isTime false for what only tells entries apart
     */
    public record Time(String name, long number, boolean isTime) {
        static Time of(String name, long millis) {
            return new Time(name, millis, true);
        }
    }
}
