package io.millrace.dsl.testing;

import io.millrace.dsl.Topic;
import io.millrace.log.Header;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One input of a simulation and what makes its records. */
record SimulationFeed<K, V>(Topic<K, V> topic, InputGenerator<K, V> generator) {
    /** A record that was made, with the time that it keeps wherever it is sent. */
    record Made<K, V>(
            Topic<K, V> topic, @Nullable K key, @Nullable V value, long timestamp, List<Header> headers) {
        void sendTo(PipelineTest test) {
            test.input(topic).withHeaders(headers.toArray(new Header[0])).send(key, value, timestamp);
        }

        void sendIn(PipelineTest test, TestTransaction transaction) {
            test.input(topic)
                    .in(transaction)
                    .withHeaders(headers.toArray(new Header[0]))
                    .send(key, value, timestamp);
        }

        @Override
        public String toString() {
            return topic.name() + " " + key + "=" + value + " at " + Instant.ofEpochMilli(timestamp);
        }
    }

    /** @param seed of the record alone: whatever else a scenario has, this one stays as it is */
    Made<K, V> make(int seed, int number, Instant now) {
        // The first numbers of neighbouring seeds are alike.
        InputRecord<K, V> record = generator.next(new Random(new SplittableRandom(seed).nextLong()), number);
        return new Made<>(
                topic, record.key(), record.value(), record.time().orElse(now).toEpochMilli(), record.headers());
    }
}
