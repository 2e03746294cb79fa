package io.millrace.log.guard;

import io.millrace.log.GroupMetadata;
import io.millrace.log.LogConsumer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** A consumer that refuses a second thread while one is in a call, but for {@link #wakeup}. Safe for use by several threads, in so far. */
public final class GuardedConsumer implements LogConsumer {
    private final LogConsumer consumer;
    private final ThreadGuard guard = new ThreadGuard(
            "consumer",
            "give each thread a consumer of its own; only wakeup() may come from another thread, to end a poll before the thread that polls"
                    + " closes the consumer");

    public GuardedConsumer(LogConsumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public void subscribe(Set<String> topics, RebalanceListener listener) {
        guard.enter("subscribe()");
        try {
            consumer.subscribe(topics, listener);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void subscribe(Pattern topics, RebalanceListener listener) {
        guard.enter("subscribe()");
        try {
            consumer.subscribe(topics, listener);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void assign(Set<TopicPartition> partitions) {
        guard.enter("assign()");
        try {
            consumer.assign(partitions);
        } finally {
            guard.exit();
        }
    }

    @Override
    public Set<TopicPartition> assignment() {
        guard.enter("assignment()");
        try {
            return consumer.assignment();
        } finally {
            guard.exit();
        }
    }

    @Override
    public List<RecordCursor> poll(Duration maxWait) {
        guard.enter("poll()");
        try {
            return consumer.poll(maxWait);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public long position(TopicPartition topicPartition) {
        guard.enter("position()");
        try {
            return consumer.position(topicPartition);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void seek(TopicPartition topicPartition, long offset) {
        guard.enter("seek()");
        try {
            consumer.seek(topicPartition, offset);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void seekToBeginning(Set<TopicPartition> partitions) {
        guard.enter("seekToBeginning()");
        try {
            consumer.seekToBeginning(partitions);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void seekToEnd(Set<TopicPartition> partitions) {
        guard.enter("seekToEnd()");
        try {
            consumer.seekToEnd(partitions);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void seekToTimestamp(Set<TopicPartition> partitions, long timestamp) {
        guard.enter("seekToTimestamp()");
        try {
            consumer.seekToTimestamp(partitions, timestamp);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void pause(Set<TopicPartition> partitions) {
        guard.enter("pause()");
        try {
            consumer.pause(partitions);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void resume(Set<TopicPartition> partitions) {
        guard.enter("resume()");
        try {
            consumer.resume(partitions);
        } finally {
            guard.exit();
        }
    }

    @Override
    public OptionalLong lag(TopicPartition topicPartition) {
        guard.enter("lag()");
        try {
            return consumer.lag(topicPartition);
        } finally {
            guard.exit();
        }
    }

    @Override
    public Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        guard.enter("committed()");
        try {
            return consumer.committed(partitions);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void commit(Map<TopicPartition, Long> offsets) {
        guard.enter("commit()");
        try {
            consumer.commit(offsets);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void commit() {
        guard.enter("commit()");
        try {
            consumer.commit();
        } finally {
            guard.exit();
        }
    }

    @Override
    public CompletionStage<Void> commitAsync(Map<TopicPartition, Long> offsets) {
        guard.enter("commitAsync()");
        try {
            return consumer.commitAsync(offsets);
        } finally {
            guard.exit();
        }
    }

    @Override
    public CompletionStage<Void> commitAsync() {
        guard.enter("commitAsync()");
        try {
            return consumer.commitAsync();
        } finally {
            guard.exit();
        }
    }

    @Override
    public GroupMetadata groupMetadata() {
        guard.enter("groupMetadata()");
        try {
            return consumer.groupMetadata();
        } finally {
            guard.exit();
        }
    }

    @Override
    public void leave() {
        guard.enter("leave()");
        try {
            consumer.leave();
        } finally {
            guard.exit();
        }
    }

    @Override
    public void close() {
        guard.enter("close()");
        try {
            consumer.close();
        } finally {
            guard.exit();
        }
    }
}
