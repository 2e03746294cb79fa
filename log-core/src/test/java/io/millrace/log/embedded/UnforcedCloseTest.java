package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Durability;
import io.millrace.log.Isolation;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.Storage;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageFile;
import io.millrace.platform.World;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedCrash;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A close that forces little: nothing is lost by it while the system runs, and nothing is trusted after a power cut that need not be there. */
class UnforcedCloseTest {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition OPEN = new TopicPartition("orders", 1);
    private static final TopicPartition UNUSED = new TopicPartition("orders", 2);
    private static final String FIRST_LOG = "orders-0/00000000000000000000.log";
    private static final short EPOCH = 0;

    private SimulatedWorld world = new SimulatedWorld(11);

    @Test
    void whatWasNotForcedIsTrustedWhileTheSystemRuns() {
        writeAndClose();
        assertThat(unforced()).containsExactly(Map.entry(FIRST, 2L), Map.entry(OPEN, 1L));
        for (int life = 0; life < 3; life++) {
            world = life == 1 ? world.restart(CrashMode.PROCESS) : world;
            try (LogEngine engine = open()) {
                assertThat(engine.maybeUndecided()).containsExactly(LogEngine.OFFSETS_PARTITION, OPEN);
                if (life == 2) {
                    assertThat(values(engine, FIRST)).containsExactly("a", "b");
                    assertThat(values(engine, OPEN)).containsExactly("open");
                    assertThat(engine.partition(OPEN).hasOpenTransaction(77)).isTrue();
                }
            }
        }
    }

    @Test
    void afterAPowerCutItCountsAsUnclean() {
        for (int seed = 0; seed < 50; seed++) {
            world = new SimulatedWorld(seed);
            writeAndClose();
            world = world.restart(CrashMode.POWER);
            try (LogEngine engine = open()) {
                assertThat(engine.maybeUndecided()).contains(FIRST, OPEN).doesNotContain(UNUSED);
                List<String> found = values(engine, FIRST);
                assertThat(List.of("a", "b").subList(0, found.size())).isEqualTo(found);
            }
        }
    }

    @Test
    void whatIsMissingOrDamagedWithoutAPowerCutIsRefusedEachTime() {
        for (int kind = 0; kind < 3; kind++) {
            world = new SimulatedWorld(kind);
            writeAndClose();
            long size = world.storage().size(FIRST_LOG);
            if (kind == 2) {
                world.storage().delete(FIRST_LOG);
            } else if (kind == 1) {
                world.storage().rot(FIRST_LOG, size - 1, 1);
            } else {
                try (StorageFile file = world.storage().open(FIRST_LOG, OpenMode.WRITE)) {
                    file.truncate(size / 2);
                }
            }
            for (int life = 0; life < 2; life++) {
                try (LogEngine engine = open()) {
                    assertThatThrownBy(() -> engine.partition(FIRST)).isInstanceOf(CorruptionException.class);
                    assertThatThrownBy(() -> engine.partition(FIRST)).isInstanceOf(CorruptionException.class);
                }
            }
        }
    }

    @Test
    void whatWouldTakeLongToCheckIsForced() {
        LogEngine engine = open();
        engine.admin().createTopic("orders", 3, TopicSettings.defaults());
        for (int i = 0; i < 3; i++) {
            append(engine, FIRST, "x".repeat(400_000), 0);
        }
        append(engine, OPEN, "small", 0);
        engine.close();
        assertThat(unforced().keySet()).containsExactly(OPEN);
        world = world.restart(CrashMode.POWER);
        try (LogEngine again = open()) {
            assertThat(values(again, FIRST)).hasSize(3);
        }
    }

    @Test
    void severalSegmentsBehindTheRecoveryPointAreAllCounted() {
        LogEngine engine = open();
        engine.admin().createTopic("orders", 3, TopicSettings.defaults().withSegmentBytes(500_000));
        for (int i = 0; i < 4; i++) {
            append(engine, FIRST, "x".repeat(400_000), 0);
        }
        engine.close();
        assertThat(unforced()).isEmpty();
    }

    @Test
    void aSystemThatDoesNotTellItsRunHasEverythingForced() {
        world.storage().hideSystemRun();
        writeAndClose();
        assertThat(unforced()).isEmpty();
        world = world.restart(CrashMode.POWER);
        try (LogEngine engine = open()) {
            assertThat(engine.maybeUndecided()).containsExactly(LogEngine.OFFSETS_PARTITION, OPEN);
            assertThat(values(engine, FIRST)).containsExactly("a", "b");
        }
    }

    @Test
    void whoeverWantsToSurviveAPowerCutHasEverythingForced() {
        writeAndClose(EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS));
        assertThat(unforced()).isEmpty();
        world = world.restart(CrashMode.POWER);
        try (LogEngine engine = open()) {
            assertThat(values(engine, FIRST)).containsExactly("a", "b");
        }
    }

    @Test
    void aPartitionThatWasOnlyReadIsClosedWithoutAWrite() {
        writeAndClose(EmbeddedLogConfig.defaults().withDurability(Durability.POWER_LOSS));
        try (LogEngine engine = open()) {
            PartitionLog log = engine.partition(FIRST);
            assertThat(values(engine, FIRST)).containsExactly("a", "b");
            long before = world.storage().callCount();
            log.checkpoint();
            log.close();
            assertThat(world.storage().callCount()).isEqualTo(before);
        }
        assertThat(unforced()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CrashMode.class)
    void aCloseMayCrashAnywhere(CrashMode mode) {
        boolean crashed = true;
        for (int call = 0; crashed; call++) {
            world = new SimulatedWorld(call);
            writeAndClose();
            LogEngine engine = open();
            append(engine, FIRST, "c", 0);
            append(engine, OPEN, "again", 0);
            world.storage().crashAt(world.storage().callCount() + call);
            crashed = crashes(engine);
            world = world.restart(mode);
            try (LogEngine again = open()) {
                List<String> first = values(again, FIRST);
                assertThat(List.of("a", "b", "c").subList(0, first.size())).isEqualTo(first);
                assertThat(again.maybeUndecided()).contains(OPEN);
                if (mode == CrashMode.PROCESS) {
                    assertThat(first).hasSize(3);
                    assertThat(values(again, OPEN)).containsExactly("open", "again");
                }
            }
        }
    }

    /** What comes between two looks of the close at a partition is seen by the second, or refused. */
    @Test
    void aTransactionThatBeginsWhileItsPartitionIsClosedIsKnownToTheNextOpening() {
        LogEngine[] closing = new LogEngine[1];
        Storage storage = whoseRunIsAsked(() -> {
            if (closing[0] != null) {
                append(closing[0], OPEN, "late", 77);
                closing[0] = null;
            }
        });
        World real = world.world();
        LogEngine engine = LogEngine.open(
                new World(storage, real.clock(), real.ticker(), real.random(), real.scheduler()),
                EmbeddedLogConfig.defaults());
        engine.admin().createTopic("orders", 3, TopicSettings.defaults());
        append(engine, OPEN, "first", 0);
        closing[0] = engine;
        engine.close();
        assertThat(closing[0]).as("the storage was asked").isNull();
        try (LogEngine again = open()) {
            assertThat(again.maybeUndecided()).contains(OPEN);
            assertThat(values(again, OPEN)).containsExactly("first", "late");
        }
    }

    /** The same storage, but that something else happens when it is asked for the run of the system. */
    private Storage whoseRunIsAsked(Runnable meanwhile) {
        InvocationHandler calls = (proxy, method, arguments) -> {
            if (method.getName().equals("systemRun")) {
                meanwhile.run();
            }
            try {
                return method.invoke(world.storage(), arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (Storage) Proxy.newProxyInstance(Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, calls);
    }

    private static boolean crashes(LogEngine engine) {
        try {
            engine.close();
            return false;
        } catch (SimulatedCrash crash) {
            return true;
        }
    }

    private void writeAndClose() {
        writeAndClose(EmbeddedLogConfig.defaults());
    }

    /** Leaves two records in the first partition, and in the second one of a transaction that is open. */
    private void writeAndClose(EmbeddedLogConfig config) {
        try (LogEngine engine = LogEngine.open(world.world(), config)) {
            engine.admin().createTopic("orders", 3, TopicSettings.defaults());
            append(engine, FIRST, "a", 0);
            append(engine, FIRST, "b", 0);
            append(engine, OPEN, "open", 77);
        }
    }

    /** @param producerId 0 for none */
    private static void append(LogEngine engine, TopicPartition partition, String value, long producerId) {
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(producerId == 0 ? -1 : producerId, producerId == 0 ? -1 : EPOCH, producerId != 0);
        builder.append(1, null, BytesView.ofUtf8(value), List.of());
        ByteBuffer batch = builder.finish(producerId == 0 ? -1 : 0);
        engine.partition(partition).append(batch, AppendOrigin.CLIENT);
    }

    private SortedMap<TopicPartition, Long> unforced() {
        return CleanShutdown.read(world.storage(), Collections.emptySortedSet()).unforced();
    }

    private LogEngine open() {
        return LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
    }

    private static List<String> values(LogEngine engine, TopicPartition partition) {
        return new ArrayList<>(Reading.values(engine, partition, Isolation.READ_UNCOMMITTED));
    }
}
