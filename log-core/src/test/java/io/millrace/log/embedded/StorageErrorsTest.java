package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import org.junit.jupiter.api.Test;

class StorageErrorsTest {
    @Test
    void whoOnlyReadsIsAskedForNoMoreThanThePermissionToRead() {
        SimulatedWorld world = new SimulatedWorld(1);
        try (LogEngine log = LogEngine.open(world.world(), EmbeddedLogConfig.defaults())) {
            log.admin().createTopic("a", 1, TopicSettings.defaults());
        }
        LogInspection inspection = LogInspection.open(world.world());
        world.storage().failNext(StorageOperation.OPEN, Kind.ACCESS_DENIED);

        assertThatThrownBy(() -> inspection.verify(new TopicPartition("a", 0)))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("the permission to read it")
                .hasMessageNotContaining("write");
    }
}
