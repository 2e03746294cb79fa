package io.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.OrderedSerdes;
import io.millrace.serde.Serdes;
import io.millrace.state.memory.MemoryBackend;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Prefixes and counts over all layers, whatever is committed, aborted, written behind, refused, lost in a crash or moved. */
class SortedStoreProperties {
    private static final SortedSpec<String, Integer> SPEC =
            StoreSpec.sorted("sorted", OrderedSerdes.string(), Serdes.int32());
    private static final List<String> PREFIXES = List.of("", "a", "ab", "b", "b\0", "\uFFFF");

    record Step(int action, String key) {}

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void aPrefixIsWhatBeginsSoAndTheCountIsAboutWhatThereIs(
            @ForAll("steps") List<Step> steps, @ForAll boolean isCached, @ForAll long seed) {
        Random random = new Random(seed);
        StateStoreConfig config = StateStoreConfig.defaults();
        StoreHarness harness = new StoreHarness(
                new MemoryBackend("log"),
                backend -> {
                    if (random.nextBoolean()) {
                        ((MemoryBackend) backend).losePower(random);
                    }
                    return backend;
                },
                isCached ? config : config.withCacheBytes(0),
                List.of(SPEC));
        harness.writeDuringScans();
        TreeMap<String, Integer> committed = new TreeMap<>();
        TreeMap<String, Integer> model = new TreeMap<>();
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            switch (step.action()) {
                case 0, 1, 2, 3, 4 -> {
                    harness.store(SPEC).put(step.key(), i);
                    model.put(step.key(), i);
                }
                case 5 -> {
                    harness.store(SPEC).delete(step.key());
                    model.remove(step.key());
                }
                case 6 -> {
                    harness.commit();
                    committed = new TreeMap<>(model);
                }
                case 7 -> harness.writeBehind();
                case 8 -> harness.failNextWrite(i % 2 == 0);
                default -> {
                    switch (step.action()) {
                        case 9 -> harness.abort();
                        case 10 -> harness.crash();
                        default -> harness.move();
                    }
                    model = new TreeMap<>(committed);
                }
            }
            check(harness.store(SPEC), model, steps.size());
        }
        harness.commit();
        // Twice: of those that were asked for, one failure may be left.
        harness.flush();
        harness.flush();
        assertThat(harness.store(SPEC).approximateCount()).isEqualTo(model.size());
        harness.close();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<String> keys =
                Arbitraries.strings().withChars('a', 'b', '\0', '\uFFFF').ofMaxLength(4);
        return Combinators.combine(Arbitraries.integers().between(0, 11), keys)
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    private static void check(SortedStore<String, Integer> store, TreeMap<String, Integer> model, int mostWrong) {
        for (String prefix : PREFIXES) {
            List<Map.Entry<String, Integer>> expected = model.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(prefix))
                    .toList();
            Entries<String, Integer> found = store.prefix(OrderedSerdes.startsWith(prefix));
            assertThat(found.toList()).isEqualTo(expected);
            assertThat(found.reversed().first())
                    .isEqualTo(expected.isEmpty() ? Optional.empty() : Optional.of(expected.get(expected.size() - 1)));
        }
        assertThat(store.approximateCount()).isBetween(0L, (long) model.size() + mostWrong);
    }
}
