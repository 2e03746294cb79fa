package io.millrace.state.time;

import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A store of one kind beside a model of it in sorted maps; every answer is compared. */
abstract class KindModel<S> {
    /** One step: what is done follows from the numbers. */
    record Step(int action, int key, int ago, int size) {}

    static final String[] KEYS = {"", "a", "a\0", "b", "ab"};

    private final StoreSpec<S> spec;

    KindModel(StoreSpec<S> spec) {
        this.spec = spec;
    }

    final StoreSpec<S> spec() {
        return spec;
    }

    /** Changes store and model alike. */
    abstract void change(S store, Step step, long now);

    /** Compares some of the store with the model. */
    abstract void check(S store, Step step, long now);

    /** Compares all of the store with the model. */
    abstract void checkAll(S store);

    abstract void commit();

    /** Back to what was committed. */
    abstract void abort();

    static String key(Step step) {
        return KEYS[step.key % KEYS.length];
    }

    /** Where a range of keys ends, by the same numbers; null for no end. */
    static @Nullable String endKey(Step step) {
        int end = Math.floorMod(step.size + step.ago, KEYS.length + 1);
        return end == KEYS.length ? null : KEYS[end];
    }

    /** Where it begins; null for no beginning. */
    static @Nullable String beginKey(Step step) {
        return step.action % 3 == 0 ? null : key(step);
    }

    static boolean isInRange(String key, @Nullable String begin, @Nullable String end) {
        return (begin == null || key.compareTo(begin) >= 0) && (end == null || key.compareTo(end) < 0);
    }

    static <K, V> List<Map.Entry<K, V>> reversed(List<Map.Entry<K, V>> entries) {
        List<Map.Entry<K, V>> reversed = new ArrayList<>(entries);
        Collections.reverse(reversed);
        return reversed;
    }
}
