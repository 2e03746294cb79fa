package io.millrace.dsl.operator;

import io.millrace.dsl.SinkTarget;
import io.millrace.dsl.StreamPartitioner;
import io.millrace.dsl.Topic;
import io.millrace.dsl.TopicChooser;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes records to the topic and partition that they are for. */
final class SinkOperator implements Operator {
    private final TopicWriter[] topics;
    private final @Nullable TopicChooser<Object, Object> chooser;
    private final @Nullable StreamPartitioner<Object, Object> partitioner;

    SinkOperator(SinkTarget target, Map<String, Integer> partitionCounts, RecordSink sink) {
        topics = target.topics().stream()
                .map(topic -> TopicWriter.of(topic, partitionCounts, sink))
                .toArray(TopicWriter[]::new);
        chooser = target.chooser();
        partitioner = target.partitioner();
    }

    @Override
    @SuppressWarnings("NullAway") // whether keys and values may be missing, the user's types say
    public void accept(@Nullable Object key, @Nullable Object value, RecordContext context) {
        TopicWriter topic = chooser == null ? topics[0] : writerOf(chooser.topic(key, value, context));
        if (partitioner == null) {
            topic.write(key, value, context);
        } else {
            topic.write(key, value, partitioner.partition(key, value, topic.partitions()), context);
        }
    }

    /** There are a few: looking through them is faster than any map. */
    private TopicWriter writerOf(@Nullable Topic<?, ?> chosen) {
        if (chosen == null) {
            throw new IllegalArgumentException(
                    "The TopicChooser that is given to to(...) chose null where "
                            + Arrays.stream(topics)
                                    .map(TopicWriter::name)
                                    .collect(Collectors.joining("' or '", "'", "'"))
                            + " is to be chosen: return one of them, and leave out before, by filter(...), what is not to be written");
        }
        for (TopicWriter writer : topics) {
            if (writer.name().equals(chosen.name())) {
                return writer;
            }
        }
        throw new IllegalArgumentException("Topic '" + chosen.name()
                + "' was chosen, which is not among those that were named: add it to the list in to(chooser, topics)");
    }
}
