package io.millrace.dsl.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.deduplication.KeyAndId;
import io.millrace.dsl.deduplication.KeyAndIdSerde;
import io.millrace.dsl.deduplication.Passed;
import io.millrace.dsl.deduplication.PassedSerde;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.Entries;
import io.millrace.state.KeyValueStore;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** The times of ids in parts, against a sorted set of all of them. */
class PassedRecordsProperties {
    private static final KeyAndId HOT = new KeyAndId("key", "hot");
    private static final long WINDOW = 10;

    /** A store of bytes that counts what is written. */
    private static final class Stored implements KeyValueStore<KeyAndId, Passed> {
        private final Serde<KeyAndId> keys = new KeyAndIdSerde(text(), text());
        private final Serde<Passed> values = new PassedSerde();
        private final Map<BytesView, BytesView> entries = new TreeMap<>();
        private long written;

        @SuppressWarnings("unchecked") // texts are all that is written
        private static Serde<Object> text() {
            return (Serde<Object>) (Serde<?>) Serdes.string();
        }

        private static <T> BytesView bytes(Serde<T> serde, T value) {
            BytesWriter out = new BytesWriter();
            serde.write(value, out);
            return out.viewInto(new BytesView()).copy();
        }

        @Override
        public String name() {
            return "ids";
        }

        @Override
        public @Nullable Passed get(KeyAndId key) {
            BytesView found = entries.get(bytes(keys, key));
            return found == null ? null : values.read(found);
        }

        @Override
        public void put(KeyAndId key, Passed value) {
            BytesView bytes = bytes(values, value);
            written += bytes.length();
            entries.put(bytes(keys, key), bytes);
        }

        @Override
        public void delete(KeyAndId key) {
            entries.remove(bytes(keys, key));
        }

        @Override
        public Entries<KeyAndId, Passed> all() {
            return Entries.of((direction, action) -> true);
        }

        @Override
        public long approximateCount() {
            return entries.size();
        }
    }

    /** @param time of a record, or before which all is forgotten */
    record Step(boolean isForget, long time) {}

    private final Stored stored = new Stored();
    private final PassedRecords records = new PassedRecords(stored);
    private final TreeSet<Long> model = new TreeSet<>();

    private boolean isRepeated(long time) {
        return records.isRepeated(HOT, records.find(HOT), time, WINDOW);
    }

    private void check(long time) {
        assertThat(isRepeated(time))
                .as("%s among %s", time, model)
                .isEqualTo(!model.subSet(time - WINDOW + 1, time + WINDOW).isEmpty());
    }

    private void add(long time) {
        check(time);
        if (!isRepeated(time)) {
            boolean isFirst = model.isEmpty() || time < model.first();
            assertThat(records.add(HOT, records.find(HOT), time)).isEqualTo(isFirst);
            model.add(time);
        }
    }

    private void forget(long before) {
        model.headSet(before).clear();
        assertThat(records.forget(HOT, time -> time >= before))
                .isEqualTo(model.isEmpty() ? PassedRecords.NONE : model.first());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whatIsRepeatedAndWhatIsFirstAreThoseOfAllTimes(@ForAll("steps") List<Step> steps) {
        stored.entries.clear();
        model.clear();
        for (Step step : steps) {
            if (step.isForget()) {
                forget(step.time());
            } else {
                add(step.time());
            }
            check(step.time() - WINDOW);
            check(step.time() + WINDOW);
        }
        forget(Long.MAX_VALUE);
        assertThat(stored.entries).isEmpty();
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> times = Arbitraries.longs().between(0, 6_000);
        Arbitrary<Step> random = Combinators.combine(Arbitraries.integers().between(0, 40), times)
                .as((kind, time) -> kind == 0 ? new Step(true, time / 4) : new Step(false, time));
        return Arbitraries.oneOf(
                random.list().ofMaxSize(1_200),
                times.list()
                        .ofMaxSize(1_000)
                        .map(list -> list.stream()
                                .sorted()
                                .map(time -> new Step(false, time))
                                .toList()),
                times.list()
                        .ofMaxSize(1_000)
                        .map(list -> list.stream()
                                .sorted(Comparator.reverseOrder())
                                .map(time -> new Step(false, time))
                                .toList()));
    }

    /** Bytes, not time: a record of an id with ten thousand writes what one of an id with a hundred does. */
    @Example
    void aRecordWritesNoMoreForAllThatItsIdHas() {
        for (boolean isRising : new boolean[] {true, false}) {
            stored.entries.clear();
            stored.written = 0;
            model.clear();
            for (int i = 0; i < 10_000; i++) {
                records.add(HOT, records.find(HOT), (isRising ? i : 20_000 - i) * WINDOW);
            }
            assertThat(stored.written / 10_000).isLessThan(8L * PassedRecords.MOST);
            stored.written = 0;
            for (long before = 0; before <= 20_000 * WINDOW; before += WINDOW) {
                long limit = before;
                records.forget(HOT, time -> time > limit);
            }
            assertThat(stored.entries).isEmpty();
            assertThat(stored.written / 10_000).isLessThan(8L * PassedRecords.MOST);
        }
    }

    /** A store of before kept any number of times in one entry. */
    @Example
    void aLongListOfAStoreThatHadNoPartsIsDividedWithItsNextRecord() {
        BytesWriter list = new BytesWriter();
        for (long i = 0; i < 1_000; i++) {
            list.putLong(i * WINDOW);
            model.add(i * WINDOW);
        }
        stored.entries.put(
                Stored.bytes(stored.keys, HOT), list.viewInto(new BytesView()).copy());
        check(5_005);
        add(20_000);
        add(10_000 - WINDOW / 2);
        add(-WINDOW);
        assertThat(stored.entries)
                .as("the parts, one of which was full and is two, and where they are")
                .hasSize((1_000 + PassedRecords.MOST - 1) / PassedRecords.MOST + 2);
        for (long time = -30; time < 10_100; time += 3) {
            check(time);
        }
        forget(9_990);
        assertThat(stored.entries).as("one part is an entry").hasSize(1);
        forget(Long.MAX_VALUE);
        assertThat(stored.entries).isEmpty();
    }
}
