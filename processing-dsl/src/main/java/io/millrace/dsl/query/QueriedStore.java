package io.millrace.dsl.query;

import io.millrace.state.StoreSpec;
import java.util.OptionalLong;

/**
 * A store that may be asked by its name.
 *
 * @param slideMillis the length of its windows, if it keeps windows that slide along with the records
 */
public record QueriedStore(StoreSpec<?> spec, OptionalLong slideMillis) {
    String name() {
        return spec.name();
    }

    boolean isSliding() {
        return slideMillis.isPresent();
    }
}
