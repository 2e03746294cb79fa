package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Pair;
import io.millrace.serde.PairSerde;
import io.millrace.serde.Serdes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What key-value stores, sorted and timestamped ones included, do on every backend. */
public abstract class KeyValueStoreContract extends StoreContract {
    private static final SortedSpec<String, Long> SORTED =
            StoreSpec.sorted("sorted", OrderedSerdes.string(), Serdes.int64());
    private static final PairSerde<String, Integer> LINES =
            OrderedSerdes.pair(OrderedSerdes.string(), OrderedSerdes.int32());
    private static final SortedSpec<Pair<String, Integer>, String> PAIRS =
            StoreSpec.sorted("pairs", LINES, Serdes.string());
    private static final KeyValueSpec<String, Timestamped<String>> TIMESTAMPED =
            StoreSpec.timestamped("timestamped", Serdes.string(), Serdes.string());

    @Test
    void aRangeMergesWhatIsOpenCommittedAndWritten() {
        openSorted();

        assertThat(keys(sorted().range("b", "e"))).containsExactly("b", "ca", "d");
        assertThat(keys(sorted().all())).containsExactly("a", "b", "ca", "d", "e");
        assertThat(keys(sorted().atLeast("d"))).containsExactly("d", "e");
        assertThat(keys(sorted().before("ca"))).containsExactly("a", "b");
        assertThat(sorted().range("b", "c").toList()).containsExactly(Map.entry("b", 2L));
        assertThat(keys(sorted().range("e", "b"))).isEmpty();
    }

    @Test
    void aReversedRangeIsTheSameTheOtherWayRound() {
        openSorted();

        assertThat(keys(sorted().range("b", "e").reversed())).containsExactly("d", "ca", "b");
        assertThat(keys(sorted().all().reversed().reversed())).containsExactly("a", "b", "ca", "d", "e");
        assertThat(sorted().all().reversed().first()).contains(Map.entry("e", 3L));
    }

    @Test
    void aPrefixIsOneOfTextOrOfAPairsFirstValue() {
        open(SORTED, PAIRS);
        List.of("a", "ab", "ab\uFFFF", "abc", "ac", "b").forEach(key -> sorted().put(key, 0L));
        for (String first : List.of("a", "a\0", "a\0\0", "b")) {
            for (int second = -1; second <= 1; second++) {
                store(PAIRS).put(Pair.of(first, second), first + second);
            }
        }
        harness().commit();
        harness().flush();
        sorted().delete("abc");

        assertThat(keys(sorted().prefix(OrderedSerdes.startsWith("ab")))).containsExactly("ab", "ab\uFFFF");
        assertThat(keys(sorted().prefix(OrderedSerdes.startsWith("")))).hasSize(5);
        assertThat(store(PAIRS).prefix(LINES.first("a\0")).toList())
                .extracting(Map.Entry::getValue)
                .containsExactly("a\0-1", "a\0" + "0", "a\0" + "1");
        assertThat(keys(store(PAIRS).prefix(LINES.first(OrderedSerdes.startsWith("a")))))
                .hasSize(9)
                .first()
                .isEqualTo(Pair.of("a", -1));
    }

    @Test
    void visitingEndsWhenItIsToldToAndLeavesTheStoreChangeable() {
        openSorted();
        List<String> visited = new ArrayList<>();

        assertThat(sorted().all().forEachWhile((key, value) -> {
                    visited.add(key);
                    return visited.size() < 2;
                }))
                .isFalse();
        assertThat(visited).containsExactly("a", "b");
        assertThat(sorted().all().limited(3)).hasSize(3);
        assertThat(sorted().all().limited(0)).isEmpty();
        assertThat(sorted().all().count()).isEqualTo(5);
        assertThatThrownBy(() -> sorted().forEach((key, value) -> {
                    throw new IllegalArgumentException(key);
                }))
                .hasMessage("a");

        sorted().put("z", 9L);
        assertThat(sorted().get("z")).isEqualTo(9L);
    }

    @Test
    void whatIsVisitedCanBeReadAndScannedButNotChanged() {
        openSorted();
        List<String> seen = new ArrayList<>();

        sorted().forEach((key, value) -> {
            assertThat(sorted().get(key)).isEqualTo(value);
            seen.addAll(keys(sorted().range(key, "c")));
            assertThatIllegalStateException()
                    .isThrownBy(() -> sorted().delete(key))
                    .withMessageContaining("toList");
        });

        assertThat(seen).containsExactly("a", "b", "b");
        sorted().all().toList().forEach(entry -> sorted().delete(entry.getKey()));
        assertThat(keys(sorted().all())).isEmpty();
    }

    @Test
    void entriesAreReadWhenTheyAreVisited() {
        openSorted();
        Entries<String, Long> range = sorted().range("a", "c");
        sorted().put("aa", 7L);

        assertThat(keys(range)).containsExactly("a", "aa", "b");
    }

    @Test
    void aValueIsPutIfAbsentOnce() {
        open(SORTED);

        assertThat(sorted().putIfAbsent("a", 1L)).isNull();
        assertThat(sorted().putIfAbsent("a", 2L)).isEqualTo(1L);
        harness().commit();
        sorted().delete("a");
        assertThat(sorted().putIfAbsent("a", 3L)).isNull();
        assertThat(sorted().get("a")).isEqualTo(3L);
    }

    @Test
    void theCountIsAboutRightInEveryLayer() {
        open(SORTED);
        assertThat(sorted().approximateCount()).isZero();
        for (long i = 0; i < 1_000; i++) {
            sorted().put("key" + i, i);
        }
        assertThat(sorted().approximateCount()).isEqualTo(1_000);
        harness().commit();
        assertThat(sorted().approximateCount()).isEqualTo(1_000);
        harness().flush();
        assertThat(sorted().approximateCount()).isBetween(900L, 1_100L);
    }

    @Test
    void aTimestampedValueComesBackWithItsTime() {
        open(TIMESTAMPED);
        store(TIMESTAMPED).put("a", new Timestamped<>("first", -5));
        harness().commit();
        harness().crash();

        assertThat(store(TIMESTAMPED).get("a")).isEqualTo(new Timestamped<>("first", -5));
    }

    @Test
    void aStoreOfOtherSerdesIsRefusedWithWhatWasAndWhatIs() {
        open(SORTED);
        sorted().put("a", 1L);
        harness().commit();
        harness().partition().close();

        assertThatThrownBy(() -> harness().openInstead(StoreSpec.keyValue("sorted", Serdes.int32(), Serdes.int64())))
                .isInstanceOfSatisfying(
                        StateException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(StateException.Kind.INCOMPATIBLE))
                .hasMessageContaining("the key was utf8 and is int32")
                .hasMessageNotContaining("value")
                .hasMessageContaining("a name of its own");

        harness().openInstead(StoreSpec.keyValue("sorted", Serdes.string(), Serdes.int64()));
        harness().openInstead(SORTED);
        assertThat(sorted().get("a")).isEqualTo(1L);
    }

    @Test
    void nullIsNoValueAndNoKeyAndChangesNothing() {
        open(SORTED, TIMESTAMPED);
        sorted().put("a", 1L);

        assertThatNullPointerException()
                .isThrownBy(() -> sorted().put("a", null))
                .withMessage("Store 'sorted' takes no null as a value: call delete(key) to remove what is there");
        assertThatNullPointerException()
                .isThrownBy(() -> sorted().putIfAbsent("b", null))
                .withMessageContaining("call delete(key)");
        assertThatNullPointerException()
                .isThrownBy(() -> store(TIMESTAMPED).put("a", new Timestamped<>(null, 1)))
                .withMessageContaining("delete the key");
        assertThatNullPointerException()
                .isThrownBy(() -> sorted().put(null, 1L))
                .withMessage("Store 'sorted' takes no null as a key");
        assertThatNullPointerException().isThrownBy(() -> sorted().get(null)).withMessageContaining("as a key");
        assertThatNullPointerException()
                .isThrownBy(() -> sorted().range(null, "b"))
                .withMessage("Store 'sorted' takes no null as a bound: a range that begins with the first key is"
                        + " before(to), one that ends with the last atLeast(from), and one of both all()");
        assertThatNullPointerException().isThrownBy(() -> sorted().delete(null)).withMessageContaining("as a key");
        assertThat(sorted().all().toList()).containsExactly(Map.entry("a", 1L));
        assertThat(harness().commit()).isEqualTo(1);
    }

    private SortedStore<String, Long> sorted() {
        return store(SORTED);
    }

    /** a, b, ca, d and e, each layer with additions, changes and deletions. */
    private void openSorted() {
        open(SORTED);
        inEveryLayer(
                () -> List.of("a", "b", "c", "d").forEach(key -> sorted().put(key, 1L)),
                () -> {
                    sorted().put("b", 2L);
                    sorted().put("ca", 2L);
                    sorted().delete("c");
                    sorted().delete("d");
                },
                () -> {
                    sorted().put("d", 3L);
                    sorted().put("e", 3L);
                    sorted().put("f", 3L);
                    sorted().delete("f");
                });
    }

    private static <K> List<K> keys(Entries<K, ?> entries) {
        List<K> keys = new ArrayList<>();
        entries.forEach((key, value) -> keys.add(key));
        return keys;
    }
}
