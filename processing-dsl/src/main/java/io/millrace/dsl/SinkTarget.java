package io.millrace.dsl;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream's records are written.
 *
 * @param topics all that can be; at least one
 * @param chooser which of them, null if there is one
 * @param partitioner which partition, null if the key says it
 * @param isOwned true if the topic is the application's own, between two of its steps
 */
public record SinkTarget(
        List<Topic<?, ?>> topics,
        @Nullable TopicChooser<Object, Object> chooser,
        @Nullable StreamPartitioner<Object, Object> partitioner,
        boolean isOwned) {
    public SinkTarget {
        topics = List.copyOf(topics);
        if (topics.isEmpty()) {
            throw new PipelineException("A stream is written to one of no topics: name those that can be chosen");
        }
    }

    static SinkTarget of(Topic<?, ?> topic) {
        return new SinkTarget(List.of(Erased.given("topic", topic)), null, null, false);
    }

    static SinkTarget owned(Topic<?, ?> topic) {
        return new SinkTarget(List.of(topic), null, null, true);
    }

    static SinkTarget oneOf(TopicChooser<Object, Object> chooser, List<Topic<?, ?>> topics) {
        return new SinkTarget(topics, chooser, null, false);
    }

    /** The name that the user gave the topic, if it is one between two steps of this application. */
    public Optional<String> repartition(String application) {
        return isOwned ? Repartition.nameOf(application, topics.get(0).name()) : Optional.empty();
    }

    /** The same with other topics, in the order of these. */
    public SinkTarget withTopics(List<Topic<?, ?>> others) {
        return new SinkTarget(others, chooser, partitioner, isOwned);
    }

    /** Those that can be chosen. */
    static List<Topic<?, ?>> given(List<? extends Topic<?, ?>> topics) {
        Erased.given("list of topics", topics).forEach(topic -> Erased.given("topic", topic));
        return List.copyOf(topics);
    }

    SinkTarget withPartitioner(StreamPartitioner<Object, Object> value) {
        return new SinkTarget(topics, chooser, value, isOwned);
    }
}
