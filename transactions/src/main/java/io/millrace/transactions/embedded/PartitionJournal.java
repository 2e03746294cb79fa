package io.millrace.transactions.embedded;

import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.LogEngine;
import io.millrace.log.embedded.format.RecordIterator;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.ReadablePartition;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.transactions.coordinator.TransactionJournal;
import java.nio.ByteBuffer;

/** The coordinator's journal as a topic of the log: one partition, because one process owns it and one file means one force. */
final class PartitionJournal implements TransactionJournal {
    static final TopicPartition STATE = new TopicPartition("__transaction_state", 0);

    private final PartitionLog log;

    private PartitionJournal(PartitionLog log) {
        this.log = log;
    }

    static PartitionJournal open(LogEngine engine) {
        engine.createInternalTopic(STATE.topic());
        return new PartitionJournal(engine.partition(STATE));
    }

    @Override
    public void append(ByteBuffer batch) {
        log.append(batch, AppendOrigin.COORDINATOR);
    }

    @Override
    public void force() {
        log.force();
    }

    @Override
    public void replay(Visitor visitor) {
        replay(log, visitor);
    }

    static void replay(ReadablePartition log, Visitor visitor) {
        RecordIterator records = new RecordIterator(STATE);
        log.forEachBatch(log.view().logStartOffset(), batch -> {
            batch.records(records);
            while (records.next()) {
                visitor.record(records.key(), records.value());
            }
        });
    }
}
