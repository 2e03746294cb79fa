package io.millrace.log.embedded.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import org.junit.jupiter.api.Test;

class BatchMemoryTest {
    private static final TopicPartition PARTITION = new TopicPartition("orders", 3);

    @Test
    void whatThereIsNoRoomForIsNamedWithItsSizeAndWhatHelps() {
        OutOfMemoryError cause = new OutOfMemoryError("Java heap space");
        assertThatThrownBy(() -> BatchMemory.allocate(300_000_000, PARTITION, 17, bytes -> {
                    throw cause;
                }))
                .isInstanceOfSatisfying(
                        LogException.class,
                        refused -> assertThat(refused.disposition()).isEqualTo(Disposition.STOP))
                .hasCause(cause)
                .hasMessageStartingWith("The batch of orders-3 at offset 17 has 300000000 bytes, more than is left of")
                .hasMessageEndingWith(": run it with a larger heap (-Xmx)");
        assertThat(BatchMemory.allocate(5, PARTITION, 17)).hasSize(5);
    }
}
