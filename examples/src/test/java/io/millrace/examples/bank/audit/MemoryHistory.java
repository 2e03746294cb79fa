package io.millrace.examples.bank.audit;

import io.millrace.dsl.Topic;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A history in lists, open to forgery. */
public final class MemoryHistory implements History {
    /** One record; what is forged is replaced. */
    public record Entry(byte[] key, byte[] value) {}

    private final Map<String, List<List<Entry>>> topics = new TreeMap<>();

    public MemoryHistory withTopic(String topic, int partitions) {
        List<List<Entry>> lists = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            lists.add(new ArrayList<>());
        }
        topics.put(topic, lists);
        return this;
    }

    public List<Entry> partition(String topic, int partition) {
        return topics.get(topic).get(partition);
    }

    public <K, V> void add(Topic<K, V> topic, int partition, K key, V value) {
        partition(topic.name(), partition)
                .add(new Entry(bytes(topic.keySerde(), key), bytes(topic.valueSerde(), value)));
    }

    @Override
    public int partitions(String topic) {
        return topics.get(topic).size();
    }

    @Override
    public Records open(String topic, int partition) {
        List<Entry> entries = partition(topic, partition);
        return new Records() {
            private int at = -1;

            @Override
            public boolean next() {
                return ++at < entries.size();
            }

            @Override
            public long offset() {
                return at;
            }

            @Override
            public @Nullable BytesView key() {
                return BytesView.of(entries.get(at).key());
            }

            @Override
            public @Nullable BytesView value() {
                return BytesView.of(entries.get(at).value());
            }

            @Override
            public long sizeHint() {
                return 0;
            }

            @Override
            public void close() {}
        };
    }

    public static <T> byte[] bytes(Serde<T> serde, T value) {
        BytesWriter out = new BytesWriter();
        serde.write(value, out);
        return out.toByteArray();
    }
}
