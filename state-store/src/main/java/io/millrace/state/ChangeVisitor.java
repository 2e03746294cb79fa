package io.millrace.state;

import io.millrace.serde.BytesView;
import org.jspecify.annotations.Nullable;

/** Visits the changes of an open transaction: what a changelog is told. */
@FunctionalInterface
public interface ChangeVisitor {
    /**
     * One change; the views are valid during the call.
     *
     * @param store the index of the store in the list that {@link StateDatabase#partition} was given
     * @param value the newest value, or null if the key was deleted
     */
    void change(int store, BytesView key, @Nullable BytesView value);
}
