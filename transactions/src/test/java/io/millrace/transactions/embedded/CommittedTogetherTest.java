package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.GroupMetadata;
import io.millrace.log.Isolation;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.transactions.Logs;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The marker of one partition cannot be written: nobody sees anything of the transaction meanwhile, and then all of it. */
class CommittedTogetherTest {
    private static final TopicPartition A = new TopicPartition("a", 0);
    private static final TopicPartition B = new TopicPartition("b", 0);
    private static final TopicPartition INPUT = new TopicPartition("input", 0);
    private static final GroupMetadata GROUP = new GroupMetadata("readers", "", -1);
    private static final TransactionalProducerConfig WRITER = TransactionalProducerConfig.of("writer");

    private SimulatedWorld world = new SimulatedWorld(11);
    private EmbeddedLog log = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults());
    private final TransactionalProducer producer = written();

    private TransactionalProducer written() {
        List.of(A, B, INPUT)
                .forEach(partition -> log.admin().createTopic(partition.topic(), 1, TopicSettings.defaults()));
        TransactionalProducer writer = log.transactionalProducer(WRITER);
        writer.begin();
        Logs.send(writer, A, "1");
        Logs.send(writer, B, "1");
        writer.flush();
        writer.sendOffsets(Map.of(INPUT, 0L), GROUP);
        return writer;
    }

    /** The journal's record and the marker of {@link #A} are written. */
    private void failAtTheMarkerOfB(Kind kind) {
        world.storage().failAfter(StorageOperation.WRITE, 2, kind);
    }

    private void assertSeen(String... values) {
        assertThat(Logs.committed(log, A)).containsExactly(values);
        assertThat(Logs.committed(log, B)).containsExactly(values);
        assertThat(log.admin().committedOffsets(GROUP.groupId())).hasSize(values.length);
    }

    @Test
    void nothingIsSeenWhileTheDiskIsFullAndAllIsOnceHousekeepingFindsSpace() {
        failAtTheMarkerOfB(Kind.NO_SPACE);

        assertThat(producer.commit()).isEqualTo(TransactionOutcome.RETRY);
        assertSeen();
        world.runFor(Duration.ofSeconds(1));

        assertSeen("1");
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);
    }

    @Test
    void whatOthersCommitBehindItIsSeenWithIt() {
        failAtTheMarkerOfB(Kind.NO_SPACE);
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.RETRY);
        try (TransactionalProducer other = log.transactionalProducer(TransactionalProducerConfig.of("other"))) {
            other.begin();
            Logs.send(other, A, "2");
            assertThat(other.commit()).isEqualTo(TransactionOutcome.COMMITTED);
        }
        assertSeen();

        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);

        assertThat(Logs.committed(log, A)).containsExactly("1", "2");
    }

    @Test
    void whoWaitsForRecordsOrForAStableOffsetIsWokenByTheRelease() {
        try (LogConsumer reader = log.consumer(ConsumerConfig.standalone());
                LogConsumer member = log.consumer(ConsumerConfig.group(GROUP.groupId()))) {
            reader.assign(Set.of(A));
            reader.seek(A, 0);
            member.assign(Set.of(INPUT));
            failAtTheMarkerOfB(Kind.NO_SPACE);
            assertThat(producer.commit()).isEqualTo(TransactionOutcome.RETRY);
            assertThat(reader.poll(Duration.ZERO)).isEmpty();
            assertThat(member.poll(Duration.ZERO)).isEmpty();
            assertThat(member.assignment()).as("read from a pending offset").isEmpty();

            // A simulated wait lets the housekeeping run that writes the marker.
            assertThat(reader.poll(Duration.ofSeconds(5))).hasSize(1);
            member.poll(Duration.ZERO);

            assertThat(member.assignment()).containsExactly(INPUT);
            assertThat(member.position(INPUT)).isZero();
        }
    }

    @Test
    void aPartitionThatFailedHoldsTheOthersBackUntilTheLogIsOpenedAgain() {
        failAtTheMarkerOfB(Kind.IO);

        assertThatThrownBy(producer::commit)
                .isInstanceOf(LogException.class)
                .hasMessageContaining("decided and stands")
                .hasMessageContaining("open the log again");
        world.runFor(Duration.ofSeconds(5));
        assertSeen();

        world = world.restart(CrashMode.PROCESS);
        log = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults());
        assertSeen("1");
        log.close();
    }

    @Test
    void aTopicThatIsDeletedMeanwhileHoldsNobodyUp() {
        failAtTheMarkerOfB(Kind.NO_SPACE);
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.RETRY);

        assertThat(log.admin().deleteTopic("a")).isTrue();
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.COMMITTED);

        assertThat(Logs.committed(log, B)).containsExactly("1");
        assertThat(log.admin().endOffset(B, Isolation.READ_COMMITTED))
                .isEqualTo(log.admin().endOffset(B, Isolation.READ_UNCOMMITTED));
    }

    @Test
    void anAbortThatMissesAMarkerHoldsUpNothingWhereItHasOne() {
        failAtTheMarkerOfB(Kind.NO_SPACE);

        assertThat(producer.abort()).isEqualTo(TransactionOutcome.RETRY);

        assertThat(log.admin().endOffset(A, Isolation.READ_COMMITTED))
                .isEqualTo(log.admin().endOffset(A, Isolation.READ_UNCOMMITTED));
        assertThat(log.admin().endOffset(B, Isolation.READ_COMMITTED)).isZero();
    }

    @Test
    void aFullDiskAtTheOpeningIsSaidAndNobodyReadsBeforeThereIsSpace() {
        failAtTheMarkerOfB(Kind.NO_SPACE);
        assertThat(producer.commit()).isEqualTo(TransactionOutcome.RETRY);
        world = world.restart(CrashMode.PROCESS);
        world.storage().limitCapacity(0);

        assertThatThrownBy(() -> EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults()))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("Free what is short");

        world.storage().limitCapacity(Long.MAX_VALUE);
        log = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults());
        assertSeen("1");
        log.close();
    }
}
