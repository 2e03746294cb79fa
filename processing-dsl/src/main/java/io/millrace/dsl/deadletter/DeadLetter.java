package io.millrace.dsl.deadletter;

import io.millrace.dsl.ErrorKind;
import io.millrace.log.Header;
import io.millrace.serde.BytesView;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record that failed, as it came, and why. Immutable.
 *
 * @param id where it lies in its topic
 * @param timestamp when the record happened, in milliseconds since the epoch
 * @param origin where it came from; empty if that was no topic, as with a line that a source could not read
 * @param failure why it is here
 * @param replays how often it had been here before and was replayed
 * @param headers the record's own
 * @param key the record's own bytes
 * @param value the record's own bytes
 */
public record DeadLetter(
        LetterId id,
        long timestamp,
        Optional<Origin> origin,
        Failure failure,
        int replays,
        List<Header> headers,
        @Nullable BytesView key,
        @Nullable BytesView value) {
    /** The record's place in the topic that it was read from. */
    public record Origin(String topic, int partition, long offset) {
        public Origin {
            Objects.requireNonNull(topic, "topic");
        }

        @Override
        public String toString() {
            return topic + "-" + partition + " @ " + offset;
        }
    }

    /**
     * What failed.
     *
     * @param kind what it is that failed; empty if the letter does not say
     * @param errorClass the exception's class, empty if it was none
     * @param stack its trace, empty if there is none; may be cut off
     * @param attempts how often it was tried
     * @param timestamp when it was given up, in milliseconds since the epoch
     */
    public record Failure(
            Optional<ErrorKind> kind, String errorClass, String message, String stack, int attempts, long timestamp) {}

    public DeadLetter {
        headers = List.copyOf(headers);
        key = key == null ? null : key.copy();
        value = value == null ? null : value.copy();
    }
}
