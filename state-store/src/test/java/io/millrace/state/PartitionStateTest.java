package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.StateException.Kind;
import io.millrace.state.memory.MemoryBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PartitionStateTest {
    private static final KeyValueSpec<String, Long> STORE =
            StoreSpec.keyValue("store", Serdes.string(), Serdes.int64());
    private static final KeyValueSpec<String, String> OTHER =
            StoreSpec.keyValue("other", Serdes.string(), Serdes.string());

    private final MemoryBackend backend = new MemoryBackend("log");
    private StateDatabase database = StateDatabase.open(backend, StateStoreConfig.defaults());
    private PartitionState partition = database.partition(0, List.of(STORE, OTHER));
    private KeyValueStore<String, Long> store = partition.store(STORE);

    @Test
    void changesComeNewestPerKeyInTheOrderOfTheirKeysFirstChange() {
        store.put("b", 1L);
        partition.store(OTHER).put("x", "y");
        store.put("a", 2L);
        store.put("b", 3L);
        store.delete("a");

        List<String> changes = new ArrayList<>();
        partition.forEachChange((index, key, value) ->
                changes.add(index + " " + key.toUtf8() + " " + (value == null ? "deleted" : value.length())));

        assertThat(changes).containsExactly("0 b 8", "1 x 1", "0 a deleted");
    }

    @Test
    void aCommitWithoutThePositionOfAChangedStoreIsRefusedAndCommitsNothing() {
        store.put("a", 1L);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> partition.commit(Map.of("other", 3L)))
                .withMessageContaining("'store' was changed");

        assertThat(partition.isDirty()).isTrue();
        partition.abort();
        assertThat(store.get("a")).isNull();
        assertThat(partition.position("other")).isEmpty();
    }

    @Test
    void aPositionNeverGoesBack() {
        partition.commit(Map.of("store", 5L));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> partition.commit(Map.of("store", 4L)))
                .withMessageContaining("cannot go back to 4");
        assertThat(partition.position("store")).hasValue(5);
    }

    @Test
    void aCommitWithoutChangesMovesThePositionInTheBackendToo() {
        partition.commit(Map.of("store", 5L));
        database.flush();

        assertThat(backend.position(backend.openStore("store"), 0)).hasValue(5);
    }

    @Test
    void aStoreOfAPartitionHasOneOwnerAtATime() {
        assertThatIllegalStateException()
                .isThrownBy(() -> database.partition(0, List.of(OTHER)))
                .withMessageContaining("'other' of partition 0");
        assertThat(database.partition(1, List.of(OTHER)).partition()).isEqualTo(1);

        store.put("a", 1L);
        partition.commit(Map.of("store", 1L));
        store.put("a", 2L);
        partition.close();

        PartitionState next = database.partition(0, List.of(STORE));
        assertThat(next.store(STORE).get("a")).isEqualTo(1L);
        assertThat(next.position("store")).hasValue(1);
        assertThatThrownBy(() -> store.get("a"))
                .isInstanceOfSatisfying(
                        StateException.class,
                        closed -> assertThat(closed.kind()).isEqualTo(Kind.CLOSED));
    }

    @Test
    void entriesWithoutAPositionAreRefusedWhenTheyAreOpened() {
        int number = backend.openStore("store");
        backend.write(sink -> sink.put(number, 7, BytesView.ofUtf8("a"), BytesView.ofUtf8("12345678")));

        assertThatThrownBy(() -> database.partition(7, List.of(OTHER, STORE)))
                .isInstanceOfSatisfying(
                        StateException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.CORRUPT))
                .hasMessageStartingWith("Partition 7 of store 'store' has entries, and nothing says of which moment")
                .hasMessageContaining("move it away to have it rebuilt");

        backend.write(sink -> sink.drop(number, 7));
        database.partition(7, List.of(OTHER, STORE)).close();
    }

    @Test
    void aStoreIsNotFoundUnderOtherSerdes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> partition.store(StoreSpec.keyValue("store", Serdes.string(), Serdes.string())));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> partition.store(StoreSpec.keyValue("third", Serdes.string(), Serdes.string())));
    }

    @Test
    void aStoreThatIsBeingScannedCannotBeChanged() {
        store.put("a", 1L);

        assertThatIllegalStateException().isThrownBy(() -> store.forEach((key, value) -> store.put("b", value)));

        store.put("b", 2L);
        assertThat(store.get("b")).isEqualTo(2L);
    }

    @Test
    void aTransactionThatIsTooLargeSaysSo() {
        useConfig(StateStoreConfig.defaults().withTransactionLimitBytes(10_000));

        assertThatThrownBy(() -> {
                    for (long i = 0; i < 1_000; i++) {
                        store.put("key" + i, i);
                    }
                })
                .isInstanceOfSatisfying(
                        StateException.class,
                        tooLarge -> assertThat(tooLarge.kind()).isEqualTo(Kind.TRANSACTION_TOO_LARGE));
        assertThat(partition.stagedBytes()).isLessThan(11_000);
    }

    @Test
    void anEntryThatIsTooLargeIsRefusedAndTheTransactionGoesOn() {
        store.put("a", 1L);
        assertThatThrownBy(() -> store.put("k".repeat(70_000), 2L))
                .isInstanceOfSatisfying(
                        StateException.class,
                        tooLarge -> assertThat(tooLarge.kind()).isEqualTo(Kind.RECORD_TOO_LARGE))
                .hasMessageContaining("store 'store' has a key of 70000 bytes");
        assertThat(store.get("k".repeat(70_000))).isNull();
        store.put("b", 2L);
        assertThat(store.get("a")).isEqualTo(1L);
    }

    @Test
    void anEntryThatTheChangelogDoesNotTakeIsRefusedAndTheTransactionGoesOn() {
        KeyValueStore<String, String> other = partition.store(OTHER);
        partition.limitEntryBytes("other", 10);
        other.put("k", "123456789");
        assertThatThrownBy(() -> other.put("k", "1234567890"))
                .isInstanceOfSatisfying(
                        StateException.class,
                        tooLarge -> assertThat(tooLarge.kind()).isEqualTo(Kind.RECORD_TOO_LARGE))
                .hasMessageContaining("store 'other' has a key and a value of 11 bytes")
                .hasMessageContaining("takes 10")
                .hasMessageContaining("Nothing was changed");
        assertThat(other.get("k")).isEqualTo("123456789");
        store.put("a key of a store with no limit of its own", 1L);
        other.delete("k");
        assertThat(other.get("k")).isNull();
    }

    @Test
    void whatWasReadAsAbsentIsFoundOnceItIsRestored() {
        assertThat(store.get("a")).isNull();

        partition.restore("store", BytesView.ofUtf8("a"), int64(7));
        partition.restored("store", 1);

        assertThat(store.get("a")).isEqualTo(7L);
        assertThat(partition.position("store")).hasValue(1);
    }

    @Test
    void whatWasRestoredToNoPositionIsNotCommittedByAnother() {
        partition.restore("store", BytesView.ofUtf8("a"), int64(7));

        assertThatIllegalStateException().isThrownBy(() -> partition.commit(Map.of("store", 9L)));
        partition.restored("store", 1);
        partition.commit(Map.of("store", 9L));
        assertThat(store.get("a")).isEqualTo(7L);
    }

    @Test
    void anOpenTransactionCannotBeRestoredInto() {
        store.put("a", 1L);

        assertThatIllegalStateException().isThrownBy(() -> partition.restore("store", BytesView.ofUtf8("a"), int64(7)));
    }

    @Test
    void moreAbortsThanAreRememberedLeaveNothingBehind() {
        store.put("a", -1L);
        partition.commit(Map.of("store", 1L));
        for (long round = 0; round < 40; round++) {
            store.put("a", round);
            store.put("only" + round, round);
            partition.abort();
            for (long earlier = 0; earlier <= round; earlier++) {
                assertThat(store.get("only" + earlier)).isNull();
            }
            assertThat(store.get("a")).isEqualTo(-1L);
        }
    }

    @Test
    void anAbortedDeletionLeavesNothingBehindAlsoWhenTheCacheForgotIt() {
        store.put("a", 1L);
        partition.commit(Map.of("store", 1L));
        store.delete("a");
        ((StagedStore<String, Long>) store).cache().clear();
        assertThat(store.get("a")).isNull();
        partition.abort();

        assertThat(store.get("a")).isEqualTo(1L);
    }

    @Test
    void anAbortedPutLeavesNothingBehindAlsoWhenTheCacheForgotIt() {
        store.put("a", 1L);
        partition.commit(Map.of("store", 1L));
        store.put("a", 2L);
        ((StagedStore<String, Long>) store).cache().clear();
        assertThat(store.get("a")).isEqualTo(2L);
        partition.abort();

        assertThat(store.get("a")).isEqualTo(1L);
    }

    @Test
    void arraysAreKeysByTheirBytes() {
        KeyValueSpec<byte[], Long> spec = StoreSpec.keyValue("arrays", new ArraySerde(), Serdes.int64());
        KeyValueStore<byte[], Long> arrays =
                database.partition(0, List.of(spec)).store(spec);
        byte[] first = {1};
        arrays.put(first, 1L);
        arrays.put(new byte[] {1}, 2L);

        assertThat(arrays.get(first)).isEqualTo(2L);
    }

    private void useConfig(StateStoreConfig config) {
        database.close();
        database = StateDatabase.open(backend, config);
        partition = database.partition(0, List.of(STORE, OTHER));
        store = partition.store(STORE);
    }

    private static BytesView int64(long value) {
        return BytesView.of(new BytesWriter().putLong(value).toByteArray());
    }

    private static final class ArraySerde implements Serde<byte[]> {
        @Override
        public void write(byte[] value, BytesWriter out) {
            out.putBytes(value);
        }

        @Override
        public byte[] read(BytesView in) {
            return in.toByteArray();
        }

        @Override
        public String name() {
            return "array";
        }
    }
}
