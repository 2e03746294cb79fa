package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig.OffsetReset;
import io.millrace.log.TopicSettings.Cleanup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every engine promises about records that are deleted on demand; inherited by the tests of each. */
public abstract class DeleteRecordsContract extends GroupAdminContract {
    @Test
    protected void theLogStartsWhereRecordsWereDeletedUpTo() {
        write(ORDERS, "a", "b", "c", "d", "e");
        write(ORDERS_1, "other");
        assertThat(log.admin().deleteRecords(Map.of(ORDERS, 3L, ORDERS_1, 0L)))
                .isEqualTo(Map.of(ORDERS, 3L, ORDERS_1, 0L));

        assertThat(log.admin().logStartOffset(ORDERS)).isEqualTo(3);
        assertThat(log.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(5);
        assertThat(log.admin().offsetForTimestamp(ORDERS, 0, Isolation.READ_COMMITTED))
                .hasValue(3);
        assertThat(values(ORDERS, 2)).containsExactly("d", "e");
        assertThat(values(ORDERS_1, 1)).containsExactly("other");
        reopen();
        assertThat(log.admin().logStartOffset(ORDERS)).isEqualTo(3);
        write(ORDERS, "f");
        assertThat(values(ORDERS, 3)).containsExactly("d", "e", "f");
    }

    @Test
    protected void everythingMayBeDeletedAndOffsetsGoOn() {
        write(ORDERS, "a", "b");
        assertThat(log.admin().deleteRecords(Map.of(ORDERS, 2L))).isEqualTo(Map.of(ORDERS, 2L));
        reopen();
        assertThat(log.admin().logStartOffset(ORDERS)).isEqualTo(2);
        assertThat(log.admin().endOffset(ORDERS, Isolation.READ_UNCOMMITTED)).isEqualTo(2);
        assertThat(log.admin().offsetForTimestamp(ORDERS, 0, Isolation.READ_COMMITTED))
                .isEmpty();
        write(ORDERS, "c");
        assertThat(values(ORDERS, 1)).containsExactly("c");
        assertThat(log.admin().endOffset(ORDERS, Isolation.READ_COMMITTED)).isEqualTo(3);
    }

    @Test
    protected void anOffsetBelowTheStartChangesNothing() {
        write(ORDERS, "a", "b", "c");
        log.admin().deleteRecords(Map.of(ORDERS, 2L));
        assertThat(log.admin().deleteRecords(Map.of(ORDERS, 1L))).isEqualTo(Map.of(ORDERS, 2L));
        assertThat(log.admin().deleteRecords(Map.of(ORDERS, 2L))).isEqualTo(Map.of(ORDERS, 2L));
        assertThat(values(ORDERS, 1)).containsExactly("c");
    }

    @Test
    protected void aReaderOfWhatWasDeletedIsToldOrGoesOnWhereItsPolicySays() {
        write(ORDERS, "a", "b", "c", "d");
        try (LogConsumer bank = log.consumer(ConsumerConfig.group("bank"))) {
            bank.assign(Set.of(ORDERS));
            bank.commit(Map.of(ORDERS, 1L));
        }
        log.admin().deleteRecords(Map.of(ORDERS, 3L));
        try (LogConsumer onItsWay = assigned(ORDERS)) {
            onItsWay.seek(ORDERS, 2);
            assertThatThrownBy(() -> onItsWay.poll(Duration.ZERO))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("Offset 2 of orders-0 was deleted; the log begins at 3");
        }
        try (LogConsumer bank = log.consumer(ConsumerConfig.group("bank"))) {
            bank.assign(Set.of(ORDERS));
            assertThat(bank.position(ORDERS)).isEqualTo(3);
        }
        try (LogConsumer strict = log.consumer(ConsumerConfig.group("bank").withOffsetReset(OffsetReset.ERROR))) {
            assertThatThrownBy(() -> {
                        strict.assign(Set.of(ORDERS));
                        strict.poll(Duration.ZERO);
                    })
                    .hasMessageContaining("from 1 on are deleted up to 3");
        }
    }

    @Test
    protected void whatCannotBeDeletedIsRefusedInWords() {
        write(ORDERS, "a", "b");
        log.admin().createTopic("table", 1, TopicSettings.compacted());
        LogAdmin admin = log.admin();
        assertRefused(ORDERS, 3, "offset 3 does not exist. Choose one up to 2");
        assertRefused(new TopicPartition("table", 0), 0, "its topic is compacted, and keeps the newest of each key");
        assertRefused(new TopicPartition("orders", 2), 0, "orders");
        assertRefused(new TopicPartition("nothing", 0), 0, "nothing");
        assertRefused(
                new TopicPartition("__consumer_offsets", 0), 0, "__consumer_offsets keeps its records: it is internal");
        assertThatThrownBy(() -> admin.deleteRecords(Map.of(ORDERS, -1L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("An offset is 0 or more, got -1");
        assertThatThrownBy(() -> admin.deleteRecords(Map.of(ORDERS, 1L, new TopicPartition("nothing", 0), 0L)))
                .isInstanceOf(LogException.class);
        assertThat(admin.logStartOffset(ORDERS))
                .as("nothing is done before all are known")
                .isZero();
    }

    private void assertRefused(TopicPartition partition, long before, String words) {
        assertThatThrownBy(() -> log.admin().deleteRecords(Map.of(partition, before)))
                .isInstanceOfSatisfying(
                        LogException.class,
                        refused -> assertThat(refused.disposition()).isEqualTo(Disposition.STOP))
                .hasMessageContaining(words);
    }

    @Test
    protected void recordsOfATopicThatCompactsAndDeletesMayBeDeleted() {
        TopicPartition both = new TopicPartition("both", 0);
        log.admin().createTopic("both", 1, TopicSettings.defaults().withCleanup(Cleanup.COMPACT_AND_DELETE));
        try (LogProducer producer = log.producer()) {
            producer.send(both, 1, bytes("k"), bytes("a"), List.of());
            producer.send(both, 1, bytes("k"), bytes("b"), List.of());
        }
        assertThat(log.admin().deleteRecords(Map.of(both, 1L))).isEqualTo(Map.of(both, 1L));
        assertThat(values(both, 1)).containsExactly("b");
    }
}
