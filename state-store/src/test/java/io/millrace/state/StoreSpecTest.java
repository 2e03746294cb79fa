package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.serde.OrderedSerde;
import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.time.RecordQueueSpec;
import io.millrace.state.time.RecordSpec;
import io.millrace.state.time.SessionSpec;
import io.millrace.state.time.TimerSpec;
import io.millrace.state.time.VersionedSpec;
import io.millrace.state.time.VersionedTableSpec;
import io.millrace.state.time.WindowSpec;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a declaration of a store lacks is said by the call that makes it. */
@SuppressWarnings({"NullAway", "DataFlowIssue"}) // null is what is tested
class StoreSpecTest {
    private static final String NONE = null;
    private static final Serde<Long> NO_SERDE = null;
    private static final OrderedSerde<Long> NO_ORDER = null;
    private static final Serde<Long> NUMBERS = Serdes.int64();
    private static final Duration HOUR = Duration.ofHours(1);

    private static void assertRefused(String message, ThrowingCallable... calls) {
        for (ThrowingCallable call : calls) {
            assertThatIllegalArgumentException().isThrownBy(call).withMessageStartingWith(message);
        }
    }

    @Test
    void aStoreWithoutANameIsToldWhatANameIs() {
        List.<ThrowingCallable>of(
                        () -> StoreSpec.keyValue(NONE, NUMBERS, NUMBERS),
                        () -> StoreSpec.sorted(NONE, OrderedSerdes.int64(), NUMBERS),
                        () -> StoreSpec.timestamped(NONE, NUMBERS, NUMBERS),
                        () -> TimerSpec.eventTime(NONE, NUMBERS),
                        () -> WindowSpec.tumbling(NONE, NUMBERS, NUMBERS, HOUR, HOUR),
                        () -> SessionSpec.of(NONE, NUMBERS, NUMBERS, HOUR, HOUR))
                .forEach(call -> assertThatIllegalArgumentException()
                        .isThrownBy(call)
                        .withMessageStartingWith("A store's name has 1 to 100 characters")
                        .withMessageEndingWith("got no name"));
    }

    @Test
    void aStoreWithoutASerdeIsNamedByTheCallThatDeclaresIt() {
        assertRefused(
                "The key serde of store 's' is missing: null was given where one is needed",
                () -> StoreSpec.keyValue("s", NO_SERDE, NUMBERS),
                () -> StoreSpec.sorted("s", NO_ORDER, NUMBERS),
                () -> StoreSpec.timestamped("s", NO_SERDE, NUMBERS),
                () -> TimerSpec.eventTime("s", NO_SERDE),
                () -> TimerSpec.wallClock("s", NO_SERDE),
                () -> new RecordQueueSpec<>("s", NO_SERDE, NUMBERS),
                () -> RecordSpec.of("s", NO_SERDE, NUMBERS, HOUR),
                () -> SessionSpec.of("s", NO_SERDE, NUMBERS, HOUR, HOUR),
                () -> VersionedSpec.of("s", NO_SERDE, NUMBERS, HOUR),
                () -> VersionedTableSpec.of("s", NO_SERDE, NUMBERS, HOUR),
                () -> WindowSpec.tumbling("s", NO_SERDE, NUMBERS, HOUR, HOUR));
        assertRefused(
                "The value serde of store 's' is missing: null was given where one is needed",
                () -> StoreSpec.keyValue("s", NUMBERS, NO_SERDE),
                () -> StoreSpec.sorted("s", OrderedSerdes.int64(), NO_SERDE),
                () -> StoreSpec.timestamped("s", NUMBERS, NO_SERDE),
                () -> new RecordQueueSpec<>("s", NUMBERS, NO_SERDE),
                () -> RecordSpec.of("s", NUMBERS, NO_SERDE, HOUR),
                () -> SessionSpec.of("s", NUMBERS, NO_SERDE, HOUR, HOUR),
                () -> VersionedSpec.of("s", NUMBERS, NO_SERDE, HOUR),
                () -> VersionedTableSpec.of("s", NUMBERS, NO_SERDE, HOUR),
                () -> WindowSpec.tumbling("s", NUMBERS, NO_SERDE, HOUR, HOUR));
    }

    @Test
    void aStoreWithoutATimeOrAClockIsNamedToo() {
        assertRefused(
                "The retention of store 's' is missing",
                () -> RecordSpec.of("s", NUMBERS, NUMBERS, null),
                () -> SessionSpec.of("s", NUMBERS, NUMBERS, HOUR, null));
        assertRefused("The history of store 's' is missing", () -> VersionedSpec.of("s", NUMBERS, NUMBERS, null));
        assertRefused("The clock of store 's' is missing", () -> new TimerSpec<>("s", null, NUMBERS));
    }
}
