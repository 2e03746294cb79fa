package io.millrace.log.embedded.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever an owner does between two calls of who looks at its files, and whichever two these are, is no damage. */
class FollowedInterruptionTest {
    private static final int RECORDS = 14;

    private enum Change {
        APPEND,
        APPEND_SEGMENTS,
        COMPACT,
        COMPACT_AND_APPEND,
        DELETE
    }

    private static void run(Change change, OwnedAndFollowed log) {
        switch (change) {
            case APPEND -> log.put(0, false, "new", false);
            case APPEND_SEGMENTS -> append(log);
            case COMPACT -> compact(log);
            case COMPACT_AND_APPEND -> {
                append(log);
                compact(log);
                append(log);
            }
            case DELETE -> {
                log.checkpoint();
                log.deleteOldest(2);
            }
        }
    }

    private static void compact(OwnedAndFollowed log) {
        log.checkpoint();
        log.compact(1_000);
    }

    private static void append(OwnedAndFollowed log) {
        for (int i = 0; i < RECORDS; i++) {
            log.put(0, false, "k" + i % 3, false);
        }
    }

    /** What is behind the recovery point is judged by what stands behind it, and the recovery point rises meanwhile, too. */
    @ParameterizedTest
    @CsvSource({
        "APPEND, false, 1",
        "APPEND_SEGMENTS, false, 500",
        "COMPACT, true, 1",
        "COMPACT, true, 500",
        "COMPACT_AND_APPEND, true, 1",
        "COMPACT_AND_APPEND, true, 500",
        "DELETE, false, 1",
        "DELETE, false, 500"
    })
    void aLookIsInterruptedAnywhere(Change change, boolean compacts, int files) {
        int calls = 0;
        for (boolean interrupted = true; interrupted; calls++) {
            OwnedAndFollowed log = new OwnedAndFollowed(calls, Durability.PROCESS_CRASH, compacts, 250, files);
            log.put(0, false, "first", false);
            log.checkpoint();
            append(log);
            interrupted = log.checkDisturbedAt(calls, () -> run(change, log));
            log.checkQuietly();
        }
        assertThat(calls).isGreaterThan(20);
    }
}
