package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Durability;
import io.millrace.log.LogException;
import io.millrace.log.embedded.segment.LogFiles;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.StorageOperation;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionFilesTest {
    /** Each batch has a segment of its own. */
    private static final PartitionSettings SETTINGS = new PartitionSettings(Durability.PROCESS_CRASH, 1, 4096);

    @Test
    void aSegmentWhoseDirectoryCouldNotBeSyncedIsSyncedByTheNextForce() {
        ModelledLog log = new ModelledLog(1, SETTINGS);
        log.append(1, false, 1);
        log.force();
        log.append(1, false, 1);
        log.world().storage().failNext(StorageOperation.SYNC_DIRECTORY, Kind.TOO_MANY_OPEN_FILES);
        assertThatThrownBy(() -> log.log().force()).isInstanceOf(LogException.class);

        log.force();
        log.crash(CrashMode.POWER);
        log.check();
        assertThat(log.log().view().logEndOffset()).isEqualTo(2);
    }

    @Test
    void whatIsKeptForReadersAloneIsGoneOnceTheLogIsClosed() {
        ModelledLog log = new ModelledLog(1, SETTINGS);
        for (int i = 0; i < 3; i++) {
            log.append(1, false, 1);
        }
        log.checkpoint();
        PartitionCleaning cleaning = log.log().cleaning();
        cleaning.step(() -> {
            cleaning.deleteBelow(1, 0);
            return 1;
        });
        assertThat(deleted(log)).isNotEmpty();
        log.log().close();
        assertThat(deleted(log)).isEmpty();
    }

    private static List<String> deleted(ModelledLog log) {
        return log.world().storage().list(ModelledLog.DIRECTORY).stream()
                .filter(name -> name.endsWith(LogFiles.DELETED))
                .toList();
    }
}
