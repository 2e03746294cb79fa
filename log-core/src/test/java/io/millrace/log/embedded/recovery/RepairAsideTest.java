package io.millrace.log.embedded.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.recovery.RepairPlan.Cut;
import io.millrace.log.embedded.segment.SegmentDirectory;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import io.millrace.platform.sim.SimulatedStorage;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What an opening takes out of a log by itself: kept whole, or not at all. */
class RepairAsideTest {
    private static final String FIRST = "00000000000000000000.log";
    private static final String SECOND = "00000000000000000007.log";

    private final Storage storage = new SimulatedStorage(1);
    private final SegmentDirectory directory =
            new SegmentDirectory(storage, "orders-0", new TopicPartition("orders", 0), 4096, "");

    RepairAsideTest() {
        storage.createDirectories("orders-0");
        write(FIRST, 100);
        write(SECOND, 50);
    }

    private void write(String name, int bytes) {
        try (StorageFile file = storage.open("orders-0/" + name, OpenMode.CREATE)) {
            file.append(ByteBuffer.wrap(new byte[bytes]));
        }
    }

    private RepairAside aside(String time, long mostBytes) {
        return new RepairAside(directory, "repair/" + time + "/orders-0", mostBytes);
    }

    @Test
    void whatFitsIsMovedAndCopied() {
        Cut cut = new Cut(0, 40);
        assertThat(aside("a", 110).bytesFrom(cut)).isEqualTo(110);
        assertThat(aside("a", 110).keepIfSmall(cut, true)).isTrue();
        assertThat(storage.list("repair/a/orders-0")).containsExactly(FIRST + ".from-40", SECOND);
        assertThat(storage.size("repair/a/orders-0/" + FIRST + ".from-40")).isEqualTo(60);
        assertThat(storage.list("orders-0")).containsExactly(FIRST);
        assertThat(storage.size("orders-0/" + FIRST))
                .as("cut by who has it open")
                .isEqualTo(100);
    }

    @Test
    void aSegmentThatIsOpenIsCopiedFromItsFirstByte() {
        assertThat(aside("a", 1000).keepIfSmall(new Cut(0, 0), true)).isTrue();
        assertThat(storage.list("orders-0")).containsExactly(FIRST);
        assertThat(storage.list("repair/a/orders-0")).containsExactly(FIRST + ".from-0", SECOND);
    }

    @Test
    void whatWouldBeTooMuchWithWhatIsKeptAlreadyStays() {
        assertThat(aside("a", 109).keepIfSmall(new Cut(0, 40), true)).isFalse();
        assertThat(storage.exists("repair")).isFalse();
        assertThat(aside("a", 109).keepIfSmall(new Cut(7, 0), false)).isTrue();
        write(SECOND, 60);
        assertThat(aside("b", 109).keepIfSmall(new Cut(7, 0), false)).isFalse();
        assertThat(storage.list("orders-0")).containsExactly(FIRST, SECOND);
        assertThat(storage.list("repair")).containsExactly("a");
        assertThat(aside("b", 110).keepIfSmall(new Cut(7, 0), false)).isTrue();
    }
}
