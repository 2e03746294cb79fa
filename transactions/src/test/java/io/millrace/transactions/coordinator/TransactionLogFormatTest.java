package io.millrace.transactions.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogKey;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogValue;

/** Kafka's own classes judge the bytes. */
class TransactionLogFormatTest {
    @Example
    void theBytesAreTheseForEver() {
        TransactionMetadata metadata = new TransactionMetadata(
                TransactionState.PREPARE_COMMIT,
                new ProducerIdentity(258, (short) 3),
                new ProducerIdentity(257, (short) 2),
                259,
                60_000,
                List.of(new TopicPartition("orders", 0), new TopicPartition("orders", 3), new TopicPartition("z", 1)),
                5,
                6);

        assertThat(hex(TransactionLogFormat.key("bank"))).isEqualTo("0000000462616e6b");
        assertThat(hex(value(metadata)))
                .isEqualTo("0001" + "0000000000000102" + "0003" + "0000ea60" + "02" // version, producer, timeout, state
                        + "03" + "076f7264657273" + "03" + "00000000" + "00000003" + "00" // orders: 0, 3
                        + "027a" + "02" + "00000001" + "00" // z: 1
                        + "0000000000000006" + "0000000000000005" // update, start
                        + "03" + "0008" + "0000000000000101" // previous producer id
                        + "0108" + "0000000000000103" // next producer id
                        + "0202" + "0002"); // transaction version
    }

    @Example
    void aPreparedTransactionIsOngoingToKafkaAndTheRestIsAFieldThatItPassesOver() {
        TransactionMetadata prepared = TransactionMetadata.empty(new ProducerIdentity(7, (short) 5), 60_000, 5)
                .ongoing(List.of(new TopicPartition("z", 1)), 5)
                .prepared(6);

        assertThat(hex(value(prepared)))
                .isEqualTo("0001" + "0000000000000007" + "0005" + "0000ea60" + "01" // version, producer, timeout, state
                        + "02" + "027a" + "02" + "00000001" + "00" // z: 1
                        + "0000000000000006" + "0000000000000005" // update, start
                        + "02" + "0202" + "0002" // transaction version
                        + "e80700"); // prepared
        ByteBuffer bytes = ByteBuffer.wrap(value(prepared).toByteArray()).position(2);
        TransactionLogValue read = new TransactionLogValue(new ByteBufferAccessor(bytes), (short) 1);
        assertThat(read.transactionStatus()).isEqualTo(TransactionState.ONGOING.id());
        assertThat(read.unknownTaggedFields()).hasSize(1);
        assertThat(bytes.hasRemaining()).isFalse();
    }

    @Example
    void whoseTransactionWasEndedIsKnownFromTheEpochThatItsEndRaised() {
        ProducerIdentity last = new ProducerIdentity(7, ProducerIdentity.LAST_EPOCH);
        TransactionMetadata decided = TransactionMetadata.empty(last, 60_000, 5)
                .ongoing(List.of(new TopicPartition("z", 1)), 5)
                .decided(true, last, 900, 6);

        assertThat(TransactionLogFormat.readValue(value(decided))).isEqualTo(decided);
        assertThat(TransactionLogFormat.readValue(value(decided.completed(7)))).isEqualTo(decided.completed(7));
    }

    @Property(tries = 300)
    void kafkaReadsWhatIsWritten(@ForAll("metadata") TransactionMetadata metadata) {
        ByteBuffer bytes = ByteBuffer.wrap(value(metadata).toByteArray());
        assertThat(bytes.getShort()).isEqualTo(TransactionLogValue.HIGHEST_SUPPORTED_VERSION);
        TransactionLogValue read = new TransactionLogValue(new ByteBufferAccessor(bytes), (short) 1);

        assertThat(bytes.hasRemaining()).isFalse();
        assertThat(read).isEqualTo(kafkas(metadata));
    }

    @Property(tries = 300)
    void whatKafkaWritesIsRead(@ForAll("metadata") TransactionMetadata metadata) {
        byte[] bytes = MessageUtil.toVersionPrefixedBytes((short) 1, kafkas(metadata));

        assertThat(TransactionLogFormat.readValue(BytesView.of(bytes))).isEqualTo(metadata);
    }

    @Property(tries = 300)
    void valuesComeBack(@ForAll("metadata") TransactionMetadata metadata) {
        assertThat(TransactionLogFormat.readValue(value(metadata))).isEqualTo(metadata);
    }

    @Property(tries = 100)
    void kafkaReadsKeys(@ForAll("names") String transactionalId) {
        BytesView key = TransactionLogFormat.key(transactionalId);
        ByteBuffer bytes = ByteBuffer.wrap(key.toByteArray());
        assertThat(bytes.getShort()).isEqualTo(TransactionLogKey.HIGHEST_SUPPORTED_VERSION);

        assertThat(new TransactionLogKey(new ByteBufferAccessor(bytes), (short) 0).transactionalId())
                .isEqualTo(transactionalId);
        assertThat(TransactionLogFormat.readKey(key)).isEqualTo(transactionalId);
    }

    @Property(tries = 300)
    void damageEndsInACorruptionErrorOrAnotherValue(
            @ForAll("metadata") TransactionMetadata metadata, @ForAll int position, @ForAll byte mask) {
        byte[] bytes = value(metadata).toByteArray();
        bytes[Math.floorMod(position, bytes.length)] ^= mask;
        try {
            TransactionLogFormat.readValue(BytesView.of(bytes));
        } catch (CorruptionException expected) {
            assertThat(expected).hasMessageContaining("__transaction_state");
        }
    }

    @Property(tries = 100)
    void aValueThatEndsEarlyIsCorrupt(@ForAll("metadata") TransactionMetadata metadata, @ForAll int length) {
        byte[] bytes = value(metadata).toByteArray();
        byte[] cut = Arrays.copyOf(bytes, Math.floorMod(length, bytes.length));

        assertThatThrownBy(() -> TransactionLogFormat.readValue(BytesView.of(cut)))
                .isInstanceOf(CorruptionException.class);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("bank", "orders", "a.b-c_d", "ä€𝄞", "x".repeat(200));
    }

    @Provide
    Arbitrary<TransactionMetadata> metadata() {
        Arbitrary<Long> ids = Arbitraries.longs().between(0, Long.MAX_VALUE);
        Arbitrary<ProducerIdentity> producers = Combinators.combine(
                        ids, Arbitraries.shorts().between((short) 0, Short.MAX_VALUE))
                .as(ProducerIdentity::new);
        Arbitrary<TopicPartition> partitions = Combinators.combine(
                        names(), Arbitraries.integers().between(0, Integer.MAX_VALUE))
                .as(TopicPartition::new);
        Arbitrary<List<TopicPartition>> sets =
                partitions.set().ofMaxSize(300).map(set -> List.copyOf(new TreeSet<>(set)));
        Arbitrary<TransactionState> states = Arbitraries.of(TransactionState.class)
                .filter(state -> state != TransactionState.DEAD
                        && state != TransactionState.PREPARE_EPOCH_FENCE
                        && state != TransactionState.PREPARED);
        return Combinators.combine(
                        states,
                        producers,
                        Arbitraries.of(Ended.class),
                        Arbitraries.oneOf(ids, Arbitraries.just(TransactionMetadata.NO_PRODUCER_ID)),
                        Arbitraries.integers().between(1, Integer.MAX_VALUE),
                        sets,
                        Arbitraries.longs().between(-1, Long.MAX_VALUE),
                        Arbitraries.longs().between(0, Long.MAX_VALUE))
                .as((state, producer, ended, nextId, timeout, all, start, update) -> new TransactionMetadata(
                        state, producer, ended(ended, producer), nextId, timeout, all, start, update));
    }

    enum Ended {
        NOTHING,
        IN_THE_EPOCH_BEFORE,
        BY_THE_PRODUCER_ID_BEFORE
    }

    private static ProducerIdentity ended(Ended ended, ProducerIdentity producer) {
        return switch (ended) {
            case NOTHING -> ProducerIdentity.NONE;
            case IN_THE_EPOCH_BEFORE ->
                producer.epoch() == 0
                        ? ProducerIdentity.NONE
                        : new ProducerIdentity(producer.producerId(), (short) (producer.epoch() - 1));
            case BY_THE_PRODUCER_ID_BEFORE ->
                producer.producerId() == 0
                        ? ProducerIdentity.NONE
                        : new ProducerIdentity(producer.producerId() - 1, ProducerIdentity.LAST_EPOCH);
        };
    }

    private static TransactionLogValue kafkas(TransactionMetadata metadata) {
        TreeMap<String, List<Integer>> topics = new TreeMap<>();
        metadata.partitions()
                .forEach(partition -> topics.computeIfAbsent(partition.topic(), name -> new ArrayList<>())
                        .add(partition.partition()));
        List<TransactionLogValue.PartitionsSchema> partitions = new ArrayList<>();
        topics.forEach((topic, numbers) -> partitions.add(
                new TransactionLogValue.PartitionsSchema().setTopic(topic).setPartitionIds(numbers)));
        return new TransactionLogValue()
                .setProducerId(metadata.producer().producerId())
                .setProducerEpoch(metadata.producer().epoch())
                .setPreviousProducerId(metadata.ended().producerId())
                .setNextProducerId(metadata.nextProducerId())
                .setTransactionTimeoutMs(metadata.timeoutMillis())
                .setTransactionStatus(metadata.state().id())
                .setTransactionPartitions(partitions)
                .setTransactionLastUpdateTimestampMs(metadata.updateMillis())
                .setTransactionStartTimestampMs(metadata.startMillis())
                .setClientTransactionVersion((short) 2);
    }

    private static BytesView value(TransactionMetadata metadata) {
        BytesWriter out = new BytesWriter();
        TransactionLogFormat.writeValue(metadata, out);
        return out.viewInto(new BytesView());
    }

    private static String hex(BytesView view) {
        return HexFormat.of().formatHex(view.toByteArray());
    }
}
