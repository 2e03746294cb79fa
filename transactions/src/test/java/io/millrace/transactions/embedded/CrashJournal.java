package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a program knows of its transactions when the process dies, and what then has to be found. */
final class CrashJournal {
    static final List<TopicPartition> OUTPUTS =
            List.of(new TopicPartition("a", 0), new TopicPartition("a", 1), new TopicPartition("b", 0));
    static final TopicPartition INPUT = new TopicPartition("a", 0);
    static final String ID = "writer";
    private static final GroupMetadata GROUP = new GroupMetadata("readers", "", -1);

    private final Map<String, List<TopicPartition>> begun = new TreeMap<>();
    private final Map<String, TransactionOutcome> ended = new TreeMap<>();
    private final Set<String> askedToCommit = new HashSet<>();
    /** They rise, so that the highest one that is visible is the newest. */
    private final Map<String, Long> offsets = new TreeMap<>();

    /** Begins a transaction with one record in each of these partitions, which need not be flushed. */
    void write(TransactionalProducer producer, String name, List<TopicPartition> partitions) {
        producer.begin();
        begun.put(name, partitions);
        partitions.forEach(partition -> Logs.send(producer, partition, name));
    }

    void sendOffset(TransactionalProducer producer, String name, long offset) {
        offsets.put(name, offset);
        producer.sendOffsets(Map.of(INPUT, offset), GROUP);
    }

    void commit(TransactionalProducer producer, String name) {
        askedToCommit.add(name);
        ended.put(name, producer.commit());
    }

    void abort(TransactionalProducer producer, String name) {
        ended.put(name, producer.abort());
    }

    /** In the order of the names. */
    Collection<TransactionOutcome> answers() {
        return ended.values();
    }

    /** Every transaction is there as a whole or not at all, and the log goes on. */
    void check(EmbeddedLog log, SimulatedWorld world, String context) {
        boolean hasTopics = log.admin().describeTopic("b").isPresent();
        if (!hasTopics) {
            assertThat(begun).as(context).isEmpty();
            return;
        }
        Map<TopicPartition, List<String>> visible = new TreeMap<>();
        OUTPUTS.forEach(partition -> visible.put(partition, Logs.committed(log, partition)));
        begun.forEach((name, partitions) -> {
            List<TopicPartition> seen = OUTPUTS.stream()
                    .filter(partition -> visible.get(partition).contains(name))
                    .toList();
            TransactionOutcome outcome = ended.get(name);
            if (outcome == TransactionOutcome.COMMITTED) {
                assertThat(seen).as("%s: committed %s", context, name).isEqualTo(partitions);
            } else if (outcome != null || !askedToCommit.contains(name)) {
                assertThat(seen).as("%s: not committed %s", context, name).isEmpty();
            } else if (!seen.isEmpty()) {
                assertThat(seen).as("%s: unknown %s", context, name).isEqualTo(partitions);
            }
        });
        OUTPUTS.forEach(
                partition -> assertThat(visible.get(partition)).as(context).doesNotHaveDuplicates());
        checkOffsets(log, visible, context);
        checkGoesOn(log, world, context);
    }

    /** The offset is that of the newest visible transaction that sent one. */
    private void checkOffsets(EmbeddedLog log, Map<TopicPartition, List<String>> visible, String context) {
        Map<TopicPartition, Long> expected = new TreeMap<>();
        offsets.forEach((name, offset) -> {
            if (visible.get(begun.get(name).get(0)).contains(name)) {
                expected.merge(INPUT, offset, Math::max);
            }
        });
        assertThat(log.admin().committedOffsets("readers")).as(context).isEqualTo(expected);
    }

    /** Nothing is left open, and a new owner of the id writes on. */
    static void checkGoesOn(EmbeddedLog log, SimulatedWorld world, String context) {
        TransactionalProducer producer = log.transactionalProducer(TransactionalProducerConfig.of(ID));
        producer.begin();
        OUTPUTS.forEach(partition -> Logs.send(producer, partition, "after"));
        assertThat(producer.commit()).as(context).isEqualTo(TransactionOutcome.COMMITTED);
        for (TopicPartition partition : OUTPUTS) {
            assertThat(Logs.committed(log, partition)).as(context).endsWith("after");
        }
        world.runFor(EmbeddedLogConfig.defaults().checkpointInterval().plus(Duration.ofSeconds(1)));
        for (TopicPartition partition : OUTPUTS) {
            assertThat(log.admin().endOffset(partition, Isolation.READ_COMMITTED))
                    .as(context)
                    .isEqualTo(log.admin().endOffset(partition, Isolation.READ_UNCOMMITTED));
        }
        producer.close();
        log.close();
    }
}
