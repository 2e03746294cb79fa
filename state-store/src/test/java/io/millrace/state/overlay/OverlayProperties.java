package io.millrace.state.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.serde.BytesView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

class OverlayProperties {
    /** A step: clear, or a put (a deletion if the value is null). */
    record Step(boolean isClear, int store, BytesView key, BytesView value) {}

    record Place(int store, BytesView key) {}

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void anOverlayIsAMapThatRemembersTheOrderOfItsKeys(@ForAll("steps") List<Step> steps) {
        Overlay overlay = new Overlay();
        Map<Place, BytesView> model = new LinkedHashMap<>();
        for (Step step : steps) {
            if (step.isClear) {
                overlay.clear();
                model.clear();
            } else {
                overlay.put(step.store, step.key, Overlay.hash(step.store, step.key), step.value);
                model.put(new Place(step.store, step.key), step.value);
            }
            // Now and then in between, so that there are runs to be merged.
            if (step.key.length() % 3 == 0) {
                assertThat(sortedKeys(overlay, step.store)).containsExactlyElementsOf(sortedKeys(model, step.store));
            }
        }

        assertThat(inOrder(overlay)).containsExactlyEntriesOf(model);
        for (Step step : steps) {
            int entry = overlay.find(step.store, step.key, Overlay.hash(step.store, step.key));
            assertThat(entry >= 0).isEqualTo(model.containsKey(new Place(step.store, step.key)));
        }
        for (int store = 0; store < 3; store++) {
            assertThat(sortedKeys(overlay, store)).containsExactlyElementsOf(sortedKeys(model, store));
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void puttingAnOverlayOverAnotherIsPuttingItsChanges(
            @ForAll("steps") List<Step> older, @ForAll("steps") List<Step> newer) {
        Overlay below = overlayOf(older);
        Overlay above = overlayOf(newer);
        Map<Place, BytesView> model = inOrder(below);
        model.putAll(inOrder(above));

        below.putAll(above, new BytesView(), new BytesView());

        assertThat(inOrder(below)).containsExactlyEntriesOf(model);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void keysWhoseHashesCollideAreKeptApart(@ForAll("steps") List<Step> steps) {
        Overlay overlay = new Overlay();
        Map<Place, BytesView> model = new LinkedHashMap<>();
        for (Step step : steps) {
            overlay.put(step.store, step.key, 7, step.value);
            model.put(new Place(step.store, step.key), step.value);
        }

        assertThat(inOrder(overlay)).containsExactlyEntriesOf(model);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<BytesView> keys = Arbitraries.integers()
                .between(0, 60)
                .map(number -> BytesView.ofUtf8("k" + number % 7 + "x".repeat(number % 20) + number));
        Arbitrary<BytesView> values = Arbitraries.integers()
                .between(0, 300)
                .map(size -> BytesView.ofUtf8("v".repeat(size) + size))
                .injectNull(0.2);
        Arbitrary<Boolean> clears = Arbitraries.frequency(Tuple.of(1, true), Tuple.of(40, false));
        return Combinators.combine(clears, Arbitraries.integers().between(0, 2), keys, values)
                .as(Step::new)
                .list()
                .ofMaxSize(250)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    private static Overlay overlayOf(List<Step> steps) {
        Overlay overlay = new Overlay();
        steps.forEach(step -> overlay.put(step.store, step.key, Overlay.hash(step.store, step.key), step.value));
        return overlay;
    }

    private static Map<Place, BytesView> inOrder(Overlay overlay) {
        Map<Place, BytesView> entries = new LinkedHashMap<>();
        for (int i = 0; i < overlay.size(); i++) {
            int entry = overlay.entry(i);
            BytesView key = overlay.key(entry, new BytesView()).copy();
            BytesView value = overlay.isTombstone(entry)
                    ? null
                    : overlay.value(entry, new BytesView()).copy();
            entries.put(new Place(overlay.store(entry), key), value);
        }
        return entries;
    }

    /** From runs that are sorted, each at least twice as long as the next. */
    private static List<BytesView> sortedKeys(Overlay overlay, int store) {
        List<BytesView> keys = new ArrayList<>();
        SortedRuns runs = overlay.sorted(store);
        for (int run = 0; run < runs.count(); run++) {
            List<BytesView> ofRun = new ArrayList<>();
            for (int entry : runs.run(run)) {
                ofRun.add(overlay.key(entry, new BytesView()).copy());
            }
            assertThat(ofRun).isSorted();
            assertThat(run == 0 || runs.run(run - 1).length >= 2 * ofRun.size()).isTrue();
            keys.addAll(ofRun);
        }
        keys.sort(null);
        return keys;
    }

    private static List<BytesView> sortedKeys(Map<Place, BytesView> model, int store) {
        TreeMap<BytesView, Place> keys = new TreeMap<>();
        model.keySet().stream().filter(place -> place.store == store).forEach(place -> keys.put(place.key, place));
        return List.copyOf(keys.keySet());
    }
}
