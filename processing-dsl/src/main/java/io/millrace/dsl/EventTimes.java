package io.millrace.dsl;

import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import java.util.List;
import java.util.Optional;

/**
 * When the records of a topic happened.
 *
 * @param reached how far each topic has come, by its name; none if the extractor does not ask
 */
public record EventTimes(TimestampExtractor<Object, Object> extractor, Optional<KeyValueSpec<String, Long>> reached) {
    /** The records' own time; compared by identity. */
    static final EventTimes OF_RECORD = new EventTimes(TimestampExtractor.ofRecord(), Optional.empty());

    static EventTimes of(TimestampExtractor<?, ?> extractor) {
        return new EventTimes(Erased.timestamps(extractor), Optional.empty());
    }

    static EventTimes kept(String name, TimestampExtractor<?, ?> extractor) {
        return new EventTimes(
                Erased.timestamps(extractor),
                Optional.of(StoreSpec.keyValue(
                        Names.ofStore("timestamp extractor", name), Serdes.string(), Serdes.int64())));
    }

    /** Whether nothing else was said. */
    public boolean isOfRecord() {
        return equals(OF_RECORD);
    }

    List<StoreSpec<?>> stores() {
        return reached.isPresent() ? List.of(reached.get()) : List.of();
    }
}
