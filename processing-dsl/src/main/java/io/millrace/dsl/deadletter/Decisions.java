package io.millrace.dsl.deadletter;

import io.millrace.dsl.deadletter.DecisionFormat.Decided;
import io.millrace.log.EventLog;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What was decided of the letters of one topic, as of when it was read; takes room per run of letters decided at once. Owned by one thread. */
final class Decisions {
    private final String topicId;
    private final Map<Integer, NavigableMap<Long, Decided>> ofPartition = new HashMap<>();
    private final List<Decided> ofOthers = new ArrayList<>();

    private Decisions(String topicId) {
        this.topicId = topicId;
    }

    static Decisions read(EventLog log, TopicDescription topic) {
        Decisions decisions = new Decisions(topic.id());
        TopicPartition where = new TopicPartition(DecisionFormat.topicOf(topic.name()), 0);
        if (log.admin().describeTopic(where.topic()).isPresent()) {
            CommittedRecords.all(log, where, record -> {
                DecisionFormat.parse(record.key(), record.value()).ifPresent(decisions::add);
                return true;
            });
        }
        return decisions;
    }

    void add(Decided decided) {
        if (decided.topicId().equals(topicId)) {
            ofPartition
                    .computeIfAbsent(decided.partition(), partition -> new TreeMap<>())
                    .put(decided.startOffset(), decided);
        } else {
            ofOthers.add(decided);
        }
    }

    Decision of(LetterId letter) {
        NavigableMap<Long, Decided> all = ofPartition.get(letter.partition());
        Map.Entry<Long, Decided> last = all == null ? null : all.floorEntry(letter.offset());
        return last != null && letter.offset() < last.getValue().endOffset()
                ? last.getValue().decision()
                : Decision.OPEN;
    }

    /** Those that speak of letters that are gone: of a topic that is, or before the first offset that can be read. */
    List<Decided> obsolete(EventLog log, TopicDescription topic) {
        List<Decided> found = new ArrayList<>(ofOthers);
        ofPartition.forEach((partition, all) -> {
            long start = partition < topic.partitions()
                    ? log.admin().logStartOffset(new TopicPartition(topic.name(), partition))
                    : Long.MAX_VALUE;
            all.values().stream()
                    .filter(decided -> decided.endOffset() <= start)
                    .forEach(found::add);
        });
        return found;
    }
}
