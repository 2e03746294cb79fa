package io.millrace.dsl.testing;

import io.millrace.dsl.GroupedStream;
import io.millrace.dsl.TimeWindows;
import io.millrace.dsl.Topic;
import io.millrace.serde.Serdes;
import java.time.Duration;

/** A step behind calls that shows when windows close: of each 10 ms without grace it tells once how many values a key had. */
final class FinalCounts {
    private FinalCounts() {}

    /** Writes {@code start: count}. */
    static void tell(GroupedStream<String, Long> values, Topic<String, String> topic) {
        values.windowedBy(TimeWindows.tumbling(Duration.ofMillis(10)))
                .emitFinal()
                .count("windows")
                .toStream()
                .map((window, count) -> window.key(), (window, count) -> window.start() + ": " + count)
                .withSerdes(Serdes.string(), Serdes.string())
                .to(topic);
    }
}
