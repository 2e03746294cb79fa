package io.millrace.dsl;

import io.millrace.state.StoreSpec;

/** The stores of one task. */
public interface StoreAccess {
    /**
     * @throws IllegalArgumentException if the step was not declared with this store
     */
    <S> S get(StoreSpec<S> spec);
}
