package io.millrace.log.embedded;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.EventLog;
import io.millrace.log.GroupDescription;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogProducer;
import io.millrace.log.OffsetResetPlan;
import io.millrace.log.OffsetTarget;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerContract;
import io.millrace.log.TopicDescription;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.sim.SimulatedWorld;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The contract of every engine, where whatever changes the log is done by its owner, and whatever reads it, but as a member of a group, by
 * another process in the files.
 */
class ReadBesideTheOwnerTest extends ProducerContract {
    private final SimulatedWorld world = new SimulatedWorld(20260102);
    private final SimulatedWorld beside = world.beside();

    @Override
    protected EventLog open() {
        LogEngine owner = LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
        return new Both(owner, ReadOnlyLog.open(beside.world()));
    }

    @Override
    protected void settle() {
        world.runUntilIdle();
    }

    private record Both(LogEngine owner, ReadOnlyLog reader) implements EventLog {
        @Override
        public String logId() {
            return reader.logId();
        }

        @Override
        public LogAdmin admin() {
            return new BothAdmin(owner.admin(), reader.admin());
        }

        @Override
        public LogProducer producer(ProducerConfig config) {
            return owner.producer(config);
        }

        @Override
        public LogConsumer consumer(ConsumerConfig config) {
            return config.groupId().isPresent() ? owner.consumer(config) : reader.consumer(config);
        }

        @Override
        public void close() {
            reader.close();
            owner.close();
        }
    }

    private record BothAdmin(LogAdmin owner, LogAdmin reader) implements LogAdmin {
        @Override
        public boolean createTopic(String name, int partitions, TopicSettings settings) {
            return owner.createTopic(name, partitions, settings);
        }

        @Override
        public boolean deleteTopic(String name) {
            return owner.deleteTopic(name);
        }

        @Override
        public void addPartitions(String name, int partitions) {
            owner.addPartitions(name, partitions);
        }

        @Override
        public void alterTopic(String name, TopicSettings settings) {
            owner.alterTopic(name, settings);
        }

        @Override
        public Map<TopicPartition, Long> deleteRecords(Map<TopicPartition, Long> beforeOffsets) {
            return owner.deleteRecords(beforeOffsets);
        }

        @Override
        public Optional<TopicDescription> describeTopic(String name) {
            return reader.describeTopic(name);
        }

        @Override
        public List<TopicDescription> topics() {
            return reader.topics();
        }

        @Override
        public long logStartOffset(TopicPartition topicPartition) {
            return reader.logStartOffset(topicPartition);
        }

        @Override
        public long endOffset(TopicPartition topicPartition, Isolation isolation) {
            return reader.endOffset(topicPartition, isolation);
        }

        @Override
        public OptionalLong offsetForTimestamp(TopicPartition topicPartition, long timestamp, Isolation isolation) {
            return reader.offsetForTimestamp(topicPartition, timestamp, isolation);
        }

        @Override
        public Map<TopicPartition, Long> committedOffsets(String groupId) {
            return reader.committedOffsets(groupId);
        }

        /** The members are known to the owner alone. */
        @Override
        public List<String> groups() {
            return owner.groups();
        }

        @Override
        public Optional<GroupDescription> describeGroup(String groupId) {
            return owner.describeGroup(groupId);
        }

        @Override
        public OffsetResetPlan planOffsetReset(String groupId, Set<TopicPartition> partitions, OffsetTarget target) {
            return reader.planOffsetReset(groupId, partitions, target);
        }

        @Override
        public void resetOffsets(OffsetResetPlan plan) {
            owner.resetOffsets(plan);
        }

        @Override
        public boolean deleteGroup(String groupId) {
            return owner.deleteGroup(groupId);
        }
    }
}
