package io.millrace.state.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.Waiter;
import io.millrace.state.StateException;
import io.millrace.state.StateException.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

class DeviceRoomTest {
    private static final long BATCH = 4 << 20;
    private static final long FILES = 3 << 20;

    private long usableBytes = 1 << 30;
    private int pauses;

    /** How often the database refuses until it works again. */
    private int refusals;

    private int written;

    private final DeviceRoom room = new DeviceRoom("/data/state", () -> usableBytes, pause(() -> {}));

    @AfterEach
    void leaveNoInterruptBehind() {
        Thread.interrupted();
    }

    @Test
    void whatHasNoRoomIsRefusedBeforeTheDatabaseMeetsTheFullDevice() throws RocksDBException {
        // For what is new, and again for all of it when it is merged with what is there.
        usableBytes = BATCH + (BATCH + FILES);
        assertFull();
        assertThat(written).isZero();

        usableBytes += 1 << 20;
        room.run(BATCH, FILES, this::write);
        assertThat(written).isEqualTo(1);
        assertThat(pauses).isZero();
    }

    @Test
    void ofALargeStateAPartIsMergedAtATime() throws RocksDBException {
        usableBytes = 300 << 20;
        room.run(BATCH, 1L << 40, this::write);
        assertThat(written).isEqualTo(1);
    }

    @Test
    void aDatabaseThatMetAFullDeviceIsWaitedForOnceThereIsRoom() throws RocksDBException {
        refusals = 2;
        room.run(BATCH, FILES, this::write);
        assertThat(pauses).isEqualTo(2);
        assertThat(written).isEqualTo(1);
    }

    @Test
    void whereThereIsNoRoomNobodyWaits() {
        refusals = 50;
        DeviceRoom filling = new DeviceRoom("/data/state", () -> usableBytes, pause(() -> usableBytes = 0));
        assertThatThrownBy(() -> filling.run(BATCH, FILES, this::write)).isInstanceOf(StateException.class);
        assertThat(pauses).isEqualTo(1);
    }

    @Test
    void aDatabaseThatGoesOnRefusingIsNotWaitedForForEver() {
        refusals = 1_000;
        assertThatThrownBy(() -> room.run(BATCH, FILES, this::write)).isInstanceOf(RocksDBException.class);
        assertThat(pauses).isEqualTo(2);
    }

    @Test
    void anInterruptEndsTheWait() {
        refusals = 1_000;
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> room.run(BATCH, FILES, this::write)).isInstanceOf(RocksDBException.class);
        assertThat(pauses).isZero();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void anotherFailureIsNotWaitedOut() {
        assertThatThrownBy(() -> room.run(BATCH, FILES, () -> {
                    throw new RocksDBException("Corruption: block checksum mismatch");
                }))
                .hasMessageContaining("checksum");
        assertThat(pauses).isZero();
    }

    /** A pause in which something happens. */
    private Waiter pause(Runnable meanwhile) {
        return new Waiter() {
            @Override
            public void await(long nanos) {
                pauses++;
                meanwhile.run();
            }

            @Override
            public void signal() {}
        };
    }

    private void assertFull() {
        assertThatThrownBy(() -> room.run(BATCH, FILES, this::write))
                .isInstanceOfSatisfying(
                        StateException.class, full -> assertThat(full.kind()).isEqualTo(Kind.NO_SPACE))
                .hasMessage(
                        "Cannot write state in /data/state: the disk has too little room: 11 MiB are free and 12 MiB are wanted,"
                                + " 7 of them for merging files, of which the old and the new ones are there at once for a while; make room."
                                + " Nothing is lost");
    }

    private void write() throws RocksDBException {
        if (refusals > 0) {
            refusals--;
            throw new RocksDBException("IO error: No space left on device: While appending to file: /data/state/7.sst");
        }
        written++;
    }
}
