package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Durability;
import io.millrace.log.embedded.format.BatchView;
import io.millrace.platform.StorageException;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.StorageOperation;
import org.junit.jupiter.api.Test;

/** A read that fails on the way leaves nothing in the buffer that was not read: its user reads the same place again and finds all of it. */
class FetchBufferTest {
    private static final int FETCH_BYTES = 100;

    private final ModelledLog log = new ModelledLog(1, new PartitionSettings(Durability.PROCESS_CRASH, 1 << 20, 4096));
    private final FetchBuffer buffer = new FetchBuffer(ModelledLog.ORDERS, FETCH_BYTES, damage -> {});
    private final BatchView batch = new BatchView();

    @Test
    void aReadThatFailsLeavesNothingOfTheOneBefore() {
        log.append(1, false, 1);
        log.append(1, false, 1);
        fetch(0);
        buffer.advance(batch.sizeInBytes());

        assertFails(1, 0);
        fetch(1);
    }

    /** The first read tells how large the batch is, the second one gets all of it. */
    @Test
    void aReadThatFailsAfterTheSizeIsKnownLeavesNothingOfEither() {
        log.append(1, false, 1);
        log.append(1, false, 40);
        fetch(0);
        buffer.advance(batch.sizeInBytes());

        assertFails(1, 1);
        fetch(1);
        assertThat(batch.recordCount()).isEqualTo(40);
        assertThat(batch.sizeInBytes()).isGreaterThan(FETCH_BYTES);
    }

    private void assertFails(long offset, long readsBefore) {
        log.world().storage().failAfter(StorageOperation.READ, readsBefore, Kind.IO);
        assertThatThrownBy(() -> buffer.fetch(log.log().view(), offset)).isInstanceOf(StorageException.class);
        assertThat(buffer.holdsBatch()).isFalse();
    }

    private void fetch(long offset) {
        assertThat(buffer.fetch(log.log().view(), offset)).isTrue();
        assertThat(buffer.holdsBatch()).isTrue();
        buffer.wrap(batch);
        assertThat(batch.baseOffset()).isEqualTo(offset);
    }
}
