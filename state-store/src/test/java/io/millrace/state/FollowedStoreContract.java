package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serdes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that follows a topic that is not its changelog, on every backend. */
public abstract class FollowedStoreContract {
    private static final KeyValueSpec<String, Long> STORE =
            StoreSpec.keyValue("players", Serdes.string(), Serdes.int64());
    private static final KeyValueSpec<String, Long> OTHER =
            StoreSpec.keyValue("other", Serdes.string(), Serdes.int64());

    private StateBackend backend;
    private StateDatabase database;

    protected abstract StateBackend newBackend();

    @BeforeEach
    void open() {
        backend = newBackend();
        database = StateDatabase.open(backend, StateStoreConfig.defaults());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static BytesView value(long value) {
        return new BytesWriter().putLong(value).viewInto(new BytesView());
    }

    private PartitionState opened(int partition) {
        PartitionState state = database.partition(partition, List.of(STORE));
        state.beginRestore();
        return state;
    }

    private void take(PartitionState state, String key, long value) {
        state.restore("players", BytesView.ofUtf8(key), value(value));
    }

    private Long seen(String key) {
        try (StateView view = database.view(0, "players")) {
            return view.store(STORE).get(key);
        }
    }

    private boolean isReadAs(String key, long expected) {
        BytesWriter scratch = new BytesWriter();
        BytesView found = new BytesView();
        try (StateView view = database.view(0, "players")) {
            return view.read("players", BytesView.ofUtf8(key), scratch, found)
                    && Serdes.int64().read(found) == expected;
        }
    }

    @Test
    void whatIsFollowedIsSeenAtOnceWhatIsRestoredWhenAllIs() {
        PartitionState state = opened(0);
        assertThatThrownBy(() -> seen("a")).hasMessageContaining("is being restored");
        take(state, "a", 1);
        state.restored("players", 5);
        assertThatThrownBy(() -> seen("a")).hasMessageContaining("is being restored");
        state.restoredAll();
        assertThat(seen("a")).isEqualTo(1);

        take(state, "a", 2);
        assertThat(seen("a")).isEqualTo(1);
        try (StateView before = database.view(0, "players")) {
            state.followed("players", 6);
            assertThat(before.store(STORE).get("a")).isEqualTo(1);
        }
        assertThat(seen("a")).isEqualTo(2);
        assertThat(isReadAs("a", 2)).isTrue();
        assertThat(isReadAs("b", 2)).isFalse();
        assertThat(state.position("players")).hasValue(6);
        database.flush();
        assertThat(backend.position(backend.openStore("players"), 0)).hasValue(6);
        assertThat(isReadAs("a", 2)).isTrue();
        state.restore("players", BytesView.ofUtf8("a"), null);
        state.followed("players", 7);
        assertThat(isReadAs("a", 2)).isFalse();
    }

    @Test
    void onlyAWholePartitionOfOneStoreIsFollowed() {
        PartitionState state = opened(0);
        assertThatThrownBy(() -> state.followed("players", 5)).isInstanceOf(IllegalStateException.class);
        PartitionState both = database.partition(1, List.of(STORE, OTHER));
        both.restoredAll();
        assertThatThrownBy(() -> both.followed("players", 5)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anEntryThatNoStoreHasRoomForIsNotTaken() {
        PartitionState state = opened(0);
        BytesView key = BytesView.of(new byte[(1 << 16) + 1]);
        assertThatThrownBy(() -> state.restore("players", key, value(1)))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("there is room for 65536");
        state.restored("players", 1);
        state.restoredAll();
        try (StateView view = database.view(0, "players")) {
            assertThat(view.store(STORE).approximateCount()).isZero();
        }
    }

    @Test
    void anotherSourceOfTheSameNameBeginsAnew() {
        assertThat(database.follow(STORE, "first")).isTrue();
        fill(0);
        fill(1);
        assertThat(database.follow(STORE, "first")).isTrue();
        assertThat(database.stored()).hasSize(2);
        assertThat(database.follow(STORE, "second")).isFalse();
        assertThat(database.stored()).isEmpty();
        assertThat(backend.manifest(backend.openStore("players")))
                .hasValueSatisfying(manifest -> assertThat(manifest.source()).contains("second"));
        PartitionState again = opened(0);
        again.restoredAll();
        assertThat(seen("a")).isNull();
        assertThatThrownBy(() -> database.follow(STORE, "third")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStoreOfOtherBytesIsRefusedBeforeAnythingIsDropped() {
        database.follow(STORE, "first");
        fill(0);
        KeyValueSpec<String, String> other = StoreSpec.keyValue("players", Serdes.string(), Serdes.string());
        assertThatThrownBy(() -> database.follow(other, "second")).hasMessageContaining("was int64 and is ");
        assertThat(database.stored()).hasSize(1);
    }

    private void fill(int partition) {
        try (PartitionState state = opened(partition)) {
            take(state, "a", 1);
            state.restored("players", 1);
            state.restoredAll();
        }
    }

    /** Both are as old as each other where one is. */
    @Test
    void allStoresOfAPartitionMayBeginAnew() {
        List<StoreSpec<?>> both = List.of(STORE, OTHER);
        try (PartitionState state = database.partition(0, both)) {
            state.store(STORE).put("a", 1L);
            state.store(OTHER).put("a", 1L);
            state.commit(Map.of("players", 1L, "other", 1L));
        }
        try (PartitionState state = database.partition(0, both)) {
            state.beginRestore();
            state.beginAnew("players");
            state.beginAnew("other");
            state.restored("players", 3);
            assertThatThrownBy(() -> state.beginAnew("other")).isInstanceOf(IllegalStateException.class);
            state.restored("other", 3);
            state.restoredAll();
            assertThat(state.store(STORE).get("a")).isNull();
            assertThat(state.store(OTHER).get("a")).isNull();
        }
    }
}
