package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the state of partitions that moved away, on every backend. */
public abstract class RetirementContract {
    private static final KeyValueSpec<Long, Long> STORE = StoreSpec.keyValue("store", Serdes.int64(), Serdes.int64());
    private static final Duration KEPT = Duration.ofHours(12);

    private StateBackend backend;
    private StateDatabase database;
    private Instant now = Instant.parse("2026-11-21T00:00:00Z");
    private long nanos;

    protected abstract StateBackend newBackend();

    @BeforeEach
    void open() {
        backend = newBackend();
        database = StateDatabase.open(backend, StateStoreConfig.defaults(), new Retirement(KEPT, () -> now));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void whatComesBackInTimeIsWhereItWas() {
        commitAndClose(0, 1, 10);
        pass(KEPT);

        try (PartitionState back = database.partition(0, List.of(STORE))) {
            assertThat(back.position("store")).hasValue(1);
            assertThat(back.idleTime("store")).contains(KEPT);
            assertThat(back.store(STORE).get(1L)).isEqualTo(10L);
        }
    }

    @Test
    void whatNobodyOpensForLongIsDroppedAndItsNeighboursAreNot() {
        commitAndClose(0, 1, 10);
        commitAndClose(1, 1, 11);
        commitAndClose(2, 1, 12);
        PartitionState open = database.partition(0, List.of(STORE));
        pass(KEPT.dividedBy(2));
        // It is as fresh as if it had been changed.
        database.partition(2, List.of(STORE)).close();
        pass(KEPT.dividedBy(2).plusMinutes(1));

        assertThat(backend.stored()).extracting(StoredPartition::partition).containsExactlyInAnyOrder(0, 2);
        assertThat(open.store(STORE).get(1L)).isEqualTo(10L);
        try (PartitionState dropped = database.partition(1, List.of(STORE));
                PartitionState kept = database.partition(2, List.of(STORE))) {
            assertThat(dropped.position("store")).isEmpty();
            assertThat(dropped.idleTime("store")).isEmpty();
            assertThat(dropped.store(STORE).get(1L)).isNull();
            assertThat(dropped.store(STORE).all().toList()).isEmpty();
            assertThat(kept.store(STORE).get(1L)).isEqualTo(12L);
            dropped.store(STORE).put(2L, 20L);
            dropped.commit(Map.of("store", 5L));
            database.flush();
            assertThat(dropped.store(STORE).get(2L)).isEqualTo(20L);
            assertThat(dropped.store(STORE).get(1L)).isNull();
        }
        open.close();
    }

    @Test
    void itIsLookedForAsOftenAsWhatIsKeptForAShortTimeAsks() {
        Duration shortly = Duration.ofSeconds(3);
        StateDatabase other =
                StateDatabase.open(backend, StateStoreConfig.defaults(), new Retirement(shortly, () -> now));
        commitAndClose(0, 1, 10);
        other.runOnce(nanos);
        now = now.plus(shortly).plusMillis(1);
        nanos += shortly.toNanos();
        other.runOnce(nanos);
        assertThat(backend.stored()).isEmpty();
    }

    @Test
    void whatIsOldWhenTheProcessStartsIsLeftForItsOwnerToOpen() {
        commitAndClose(0, 1, 10);
        database.flush();
        now = now.plus(Duration.ofDays(3));
        StateDatabase next = StateDatabase.open(backend, StateStoreConfig.defaults(), new Retirement(KEPT, () -> now));
        next.runOnce(nanos);
        assertThat(backend.stored()).hasSize(1);
        now = now.plus(KEPT).plusMillis(1);
        nanos += Duration.ofMinutes(1).toNanos();
        next.runOnce(nanos);
        assertThat(backend.stored()).isEmpty();
    }

    @Test
    void whatCannotBeCaughtUpBeginsAnewAndNoViewSeesItBeforeItIsRestored() {
        commitAndClose(0, 1, 10);
        try (PartitionState back = database.partition(0, List.of(STORE))) {
            assertThat(back.store(STORE).get(1L)).isEqualTo(10L);
            back.beginAnew("store");
            assertThat(back.position("store")).isEmpty();
            assertThat(back.store(STORE).get(1L)).isNull();
            assertThatThrownBy(() -> database.view(0, "store")).isInstanceOf(StateException.class);
            back.restore("store", bytes(2), bytes(20));
            back.restored("store", 7);
            back.restoredAll();
            assertThat(back.store(STORE).get(1L)).isNull();
            assertThat(back.store(STORE).get(2L)).isEqualTo(20L);
            assertThat(back.position("store")).hasValue(7);
            back.store(STORE).put(3L, 30L);
            assertThatThrownBy(() -> back.beginAnew("store")).isInstanceOf(IllegalStateException.class);
        }
        try (PartitionState again = database.partition(0, List.of(STORE))) {
            assertThat(again.store(STORE).all().toList()).hasSize(1);
        }
    }

    private void commitAndClose(int partition, long key, long value) {
        try (PartitionState state = database.partition(partition, List.of(STORE))) {
            state.store(STORE).put(key, value);
            state.commit(Map.of("store", 1L));
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
        database.runOnce(nanos);
    }

    private static BytesView bytes(long value) {
        BytesWriter bytes = new BytesWriter();
        Serdes.int64().write(value, bytes);
        return bytes.viewInto(new BytesView());
    }
}
