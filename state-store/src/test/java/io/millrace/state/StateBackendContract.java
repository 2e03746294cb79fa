package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every backend does. */
public abstract class StateBackendContract {
    private StateBackend backend;

    /** Opens what the same test opened before, or something new. */
    protected abstract StateBackend open();

    @BeforeEach
    void openBackend() {
        backend = open();
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    @Test
    void aStoreKeepsItsNumberAndDistinctStoresHaveDistinctOnes() {
        int first = backend.openStore("first");
        int second = backend.openStore("second");

        assertThat(backend.openStore("first")).isEqualTo(first).isNotEqualTo(second);
    }

    @Test
    void whatWasWrittenIsReadInItsStoreAndPartitionAlone() {
        int first = backend.openStore("first");
        int second = backend.openStore("second");
        backend.write(sink -> sink.put(first, 3, utf8("key"), utf8("value")));

        assertThat(get(first, 3, "key")).isEqualTo("value");
        assertThat(get(second, 3, "key")).isNull();
        assertThat(get(first, 4, "key")).isNull();
        assertThat(get(first, 3, "ke")).isNull();
    }

    @Test
    void theLastChangeOfAKeyCountsAlsoWithinABatch() {
        int store = backend.openStore("store");
        backend.write(sink -> {
            sink.put(store, 0, utf8("a"), utf8("1"));
            sink.put(store, 0, utf8("b"), utf8("1"));
            sink.delete(store, 0, utf8("a"));
            sink.put(store, 0, utf8("b"), utf8("2"));
        });

        assertThat(get(store, 0, "a")).isNull();
        assertThat(get(store, 0, "b")).isEqualTo("2");
    }

    @Test
    void emptyKeysAndValuesAreKeysAndValues() {
        int store = backend.openStore("store");
        backend.write(sink -> sink.put(store, 0, utf8(""), utf8("")));

        assertThat(get(store, 0, "")).isEmpty();
    }

    @Test
    void aValueOfAnySizeIsReadWhole() {
        int store = backend.openStore("store");
        String large = "x".repeat(100_000);
        backend.write(sink -> sink.put(store, 0, utf8("key"), utf8(large)));

        assertThat(get(store, 0, "key")).isEqualTo(large);
    }

    @Test
    void aScanVisitsOnePartitionInTheOrderOfUnsignedBytes() {
        int store = backend.openStore("store");
        backend.write(sink -> {
            for (int partition = 0; partition < 3; partition++) {
                for (int b = 255; b >= 0; b--) {
                    sink.put(store, partition, BytesView.of(new byte[] {(byte) b}), utf8("p" + partition));
                }
            }
        });

        List<Integer> visited = new ArrayList<>();
        try (StateBackend.Reader reader = backend.newReader(1)) {
            reader.scan(store, (key, value) -> {
                assertThat(value.toUtf8()).isEqualTo("p1");
                return visited.add(key.getByte(0) & 0xFF);
            });
        }

        assertThat(visited).hasSize(256).isSorted();
    }

    @Test
    void aScanKeepsToItsHalfOpenRange() {
        int store = backend.openStore("store");
        backend.write(
                sink -> List.of("a", "b", "ba", "c", "d").forEach(key -> sink.put(store, 0, utf8(key), utf8(key))));

        assertThat(scan(store, "b", "c")).containsExactly("b", "ba");
        assertThat(scan(store, "bb", null)).containsExactly("c", "d");
        assertThat(scan(store, null, "b")).containsExactly("a");
    }

    @Test
    void aScanBackwardsVisitsTheSameTheOtherWayRound() {
        int store = backend.openStore("store");
        backend.write(sink -> {
            List.of("a", "b", "ba", "c", "d").forEach(key -> sink.put(store, 0, utf8(key), utf8(key)));
            sink.put(store, 1, utf8("bb"), utf8("of another partition"));
        });

        assertThat(scan(store, null, null, ScanDirection.BACKWARD)).containsExactly("d", "c", "ba", "b", "a");
        assertThat(scan(store, "b", "c", ScanDirection.BACKWARD)).containsExactly("ba", "b");
        assertThat(scan(store, "bb", null, ScanDirection.BACKWARD)).containsExactly("d", "c");
        assertThat(scan(store, null, "b", ScanDirection.BACKWARD)).containsExactly("a");
        assertThat(scan(store, "c", "b", ScanDirection.BACKWARD)).isEmpty();
    }

    @Test
    void aRangeThatEndsBeforeItBeginsIsEmpty() {
        int store = backend.openStore("store");
        backend.write(sink -> List.of("a", "b", "c").forEach(key -> sink.put(store, 0, utf8(key), utf8(key))));

        assertThat(scan(store, "c", "a")).isEmpty();
        assertThat(scan(store, "b", "b")).isEmpty();
    }

    @Test
    void theCountIsAboutThatOfThePartition() {
        int store = backend.openStore("store");
        backend.write(sink -> {
            for (int i = 0; i < 10_000; i++) {
                sink.put(store, i % 5 == 0 ? 1 : 0, utf8("key" + i), utf8("v".repeat(100)));
            }
        });
        backend.flush();

        try (StateBackend.Reader reader = backend.newReader(0);
                StateBackend.Reader empty = backend.newReader(7)) {
            assertThat(reader.approximateCount(store)).isBetween(6_000L, 10_000L);
            assertThat(empty.approximateCount(store)).isLessThan(1_000);
        }
    }

    @Test
    void whatIsPinnedToAStoreOutlivesClosing() {
        int store = backend.openStore("store");
        backend.openStore("other");
        assertThat(backend.manifest(store)).isEmpty();
        StoreManifest manifest = StoreManifest.of("kind", 3).with("value", "a=b\\n\n");
        backend.pin(store, manifest);

        backend.close();
        backend = open();

        assertThat(backend.manifest(backend.openStore("other"))).isEmpty();
        assertThat(backend.manifest(backend.openStore("store"))).contains(manifest);
    }

    @Test
    void aScanEndsWhenItsVisitorSaysSo() {
        int store = backend.openStore("store");
        backend.write(sink -> List.of("a", "b", "c").forEach(key -> sink.put(store, 0, utf8(key), utf8(key))));

        List<String> visited = new ArrayList<>();
        try (StateBackend.Reader reader = backend.newReader(0)) {
            reader.scan(store, (key, value) -> {
                visited.add(key.toUtf8());
                return visited.size() < 2;
            });
        }

        assertThat(visited).containsExactly("a", "b");
    }

    @Test
    void positionsAreOfOneStoreAndPartition() {
        int first = backend.openStore("first");
        int second = backend.openStore("second");
        backend.write(sink -> sink.position(first, 2, 17));

        assertThat(backend.position(first, 2)).hasValue(17);
        assertThat(backend.position(first, 1)).isEmpty();
        assertThat(backend.position(second, 2)).isEmpty();
    }

    @Test
    void contentAndPositionsOutliveClosingAndOpening() {
        int store = backend.openStore("store");
        backend.openStore("other");
        backend.write(sink -> {
            sink.put(store, 7, utf8("key"), utf8("value"));
            sink.position(store, 7, Long.MAX_VALUE);
        });

        backend.close();
        backend = open();
        // In another order than before: names identify, numbers do not.
        backend.openStore("other");
        int again = backend.openStore("store");

        assertThat(get(again, 7, "key")).isEqualTo("value");
        assertThat(backend.position(again, 7)).hasValue(Long.MAX_VALUE);
    }

    protected final StateBackend backend() {
        return backend;
    }

    protected final void useInstead(StateBackend other) {
        backend = other;
    }

    protected static BytesView utf8(String text) {
        return BytesView.ofUtf8(text);
    }

    protected final String get(int store, int partition, String key) {
        try (StateBackend.Reader reader = backend.newReader(partition)) {
            BytesWriter value = new BytesWriter();
            return reader.get(store, utf8(key), value)
                    ? value.viewInto(new BytesView()).toUtf8()
                    : null;
        }
    }

    private List<String> scan(int store, String from, String to) {
        return scan(store, from, to, ScanDirection.FORWARD);
    }

    private List<String> scan(int store, String from, String to, ScanDirection direction) {
        List<String> visited = new ArrayList<>();
        try (StateBackend.Reader reader = backend.newReader(0)) {
            KeyRange range = KeyRange.between(from == null ? null : utf8(from), to == null ? null : utf8(to));
            reader.scan(store, range, direction, (key, value) -> visited.add(key.toUtf8()));
        }
        return visited;
    }
}
