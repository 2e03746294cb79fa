package io.millrace.dsl.runtime;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.GroupDescription;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.transactions.TransactionalLog;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The partitions that other instances of an application have at one moment, and how far they have committed. */
final class OtherInstances {
    private final TransactionalLog log;
    /** The first offset that is not committed. */
    private final Map<TopicPartition, Long> committed = new HashMap<>();

    private OtherInstances(TransactionalLog log) {
        this.log = log;
    }

    /** @param loops those of this instance */
    static OtherInstances of(ApplicationCore core, List<TaskLoop> loops) {
        OtherInstances others = new OtherInstances(core.log());
        Set<String> own = new TreeSet<>();
        loops.forEach(loop -> own.add(loop.id()));
        core.log().admin().describeGroup(core.name()).ifPresent(group -> others.look(group, own));
        return others;
    }

    private void look(GroupDescription group, Set<String> own) {
        Set<String> strangers = new TreeSet<>();
        for (GroupDescription.Member member : group.members()) {
            if (member.instanceId().isEmpty()
                    || !own.contains(member.instanceId().get())) {
                strangers.add(member.memberId());
            }
        }
        for (GroupDescription.Progress progress : group.progress()) {
            if (progress.memberId().filter(strangers::contains).isPresent()) {
                TopicPartition partition = progress.topicPartition();
                committed.put(
                        partition,
                        progress.committed().orElseGet(() -> log.admin().logStartOffset(partition)));
            }
        }
    }

    /** The members of an application's groups that are not of one instance, as they call themselves; those that are closed are none. */
    static SortedSet<String> running(LogAdmin admin, Collection<String> groups, String identity) {
        Pattern own = Pattern.compile(Pattern.quote(identity) + "-(?:\\d+|ingest-.*)");
        SortedSet<String> running = new TreeSet<>();
        for (String group : groups) {
            admin.describeGroup(group)
                    .ifPresent(found -> found.members().stream()
                            .filter(member -> !member.away())
                            .map(member -> member.instanceId().orElse(member.memberId()))
                            .filter(name -> !own.matcher(name).matches())
                            .forEach(running::add));
        }
        return running;
    }

    /** True if another instance has the partition, and no record comes behind what it had committed. */
    boolean haveDone(TopicPartition partition) {
        Long from = committed.get(partition);
        if (from == null) {
            return false;
        }
        long end = log.admin().endOffset(partition, Isolation.READ_COMMITTED);
        return from >= end || isEmpty(partition, from, end);
    }

    /** True if nothing but markers and aborted records lies there: a committed offset points behind a record, not behind its marker. */
    private boolean isEmpty(TopicPartition partition, long from, long end) {
        try (LogConsumer consumer = log.consumer(ConsumerConfig.standalone())) {
            consumer.assign(Set.of(partition));
            consumer.seek(partition, from);
            for (long position = from; position < end; ) {
                for (RecordCursor cursor : consumer.poll(Duration.ZERO)) {
                    if (!cursor.isExhausted()) {
                        return false;
                    }
                }
                long next = consumer.position(partition);
                if (next == position) {
                    return false;
                }
                position = next;
            }
            return true;
        }
    }
}
