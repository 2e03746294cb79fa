package io.millrace.dsl.deadletter;

import io.millrace.dsl.deadletter.DeadLetter.Origin;
import io.millrace.log.Disposition;
import io.millrace.log.EventLog;
import io.millrace.log.LogException;
import io.millrace.log.Partitioner;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where the record of a letter goes when it is replayed. Owned by one thread. */
final class Routes {
    private final EventLog log;
    private final String letters;
    private final Optional<String> to;
    private final Map<String, Integer> partitionCounts = new HashMap<>();

    /**
     * @param letters the topic of the letters
     * @param to the topic that all go to; empty: back to the partition that each came from
     */
    Routes(EventLog log, String letters, Optional<String> to) {
        this.log = log;
        this.letters = letters;
        this.to = to;
        to.ifPresent(topic -> {
            if (topic.equals(letters)) {
                throw refused("Dead letters of '" + topic + "' cannot be replayed to '" + topic + "' itself");
            }
            if (partitions(topic) == 0) {
                throw refused("There is no topic '" + topic + "' to replay to");
            }
        });
    }

    /** @throws LogException with STOP if there is no such place */
    TopicPartition of(DeadLetter letter) {
        if (to.isPresent()) {
            BytesView key = letter.key();
            int count = partitions(to.get());
            int partition = key == null ? letter.id().partition() % count : Partitioner.partitionOf(key, count);
            return new TopicPartition(to.get(), partition);
        }
        Origin origin = letter.origin()
                .orElseThrow(() -> refused("Letter " + letter.id() + " of '" + letters
                        + "' came from no topic: say which topic its record is to go to, or discard it"));
        int count = partitions(origin.topic());
        if (origin.partition() >= count) {
            throw refused("Letter " + letter.id() + " of '" + letters + "' came from partition " + origin.partition()
                    + " of topic '" + origin.topic() + "', which "
                    + (count == 0 ? "does not exist any more" : "has partitions 0 to " + (count - 1) + " now")
                    + ": say which topic its record is to go to, or discard it");
        }
        return new TopicPartition(origin.topic(), origin.partition());
    }

    private int partitions(String topic) {
        return partitionCounts.computeIfAbsent(
                topic,
                name -> log.admin()
                        .describeTopic(name)
                        .map(TopicDescription::partitions)
                        .orElse(0));
    }

    private static LogException refused(String why) {
        return new LogException(Disposition.STOP, why);
    }
}
