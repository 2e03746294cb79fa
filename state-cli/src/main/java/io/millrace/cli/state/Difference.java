package io.millrace.cli.state;

import io.millrace.serde.BytesView;
import org.jspecify.annotations.Nullable;

/**
 * An entry that is not what the changelog says.
 *
 * @param inState null if the state lacks it
 * @param inChangelog null if the changelog has no value of the key
 */
record Difference(
        States.Found found,
        int partition,
        BytesView key,
        @Nullable BytesView inState,
        @Nullable BytesView inChangelog) {
    String what() {
        return inState == null ? "missing" : inChangelog == null ? "surplus" : "other value";
    }
}
