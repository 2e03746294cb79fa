package io.millrace.state.time;

import io.millrace.state.StoreSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

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

    static <K, V> List<Map.Entry<K, V>> reversed(List<Map.Entry<K, V>> entries) {
        List<Map.Entry<K, V>> reversed = new ArrayList<>(entries);
        Collections.reverse(reversed);
        return reversed;
    }
}
