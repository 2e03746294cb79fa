package io.millrace.log.embedded.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.format.BatchBuilder;
import io.millrace.log.embedded.producer.AppendOrigin;
import io.millrace.platform.Storage;
import io.millrace.platform.World;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the opening of a partition asks of the disk: a start may open thousands of them. */
class PartitionOpeningTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final String DIRECTORY = "orders-0";
    private static final String LOG = "00000000000000000000.log";

    private SimulatedWorld world = new SimulatedWorld(3);
    private final Map<String, Integer> calls = new TreeMap<>();

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aNewPartitionIsOneFile(Durability durability) {
        world.storage().createDirectories(DIRECTORY);
        open(durability, true);

        assertThat(names()).containsExactly(LOG);
        assertThat(calls).containsEntry("list", 1).containsEntry("open", 1);
        assertThat(calls.getOrDefault("exists", 0)).isLessThanOrEqualTo(1);
    }

    @Test
    void aPartitionWithoutADirectoryGetsOne() {
        PartitionLog log = open(Durability.PROCESS_CRASH, false);
        append(log);
        log.close();

        assertThat(open(Durability.PROCESS_CRASH, true).view().logEndOffset()).isEqualTo(1);
    }

    @Test
    void anOpeningListsTheDirectoryOnceHoweverTheLogWasLeft() {
        append(open(Durability.PROCESS_CRASH, true));
        world = world.restart(CrashMode.PROCESS);

        PartitionLog unclean = open(Durability.PROCESS_CRASH, false);
        assertThat(calls).containsEntry("list", 1).containsEntry("open", 1);
        append(unclean);
        assertThat(names()).as("indexes are written when it is closed").containsExactly(LOG);
        unclean.close();

        assertThat(names())
                .contains("00000000000000000000.index", "00000000000000000000.timeindex")
                .contains("00000000000000000000.txnindex", "00000000000000000002.snapshot");
        PartitionLog clean = open(Durability.PROCESS_CRASH, true);
        assertThat(calls).containsEntry("list", 1);
        assertThat(clean.view().logEndOffset()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void aPartitionThatIsOnlyLookedAtIsClosedAsItIs(Durability durability) {
        open(durability, true).close();
        for (int life = 0; life < 2; life++) {
            PartitionLog log = open(durability, true);
            long before = world.storage().callCount();
            assertThat(log.closeQuickly().clean()).isTrue();
            assertThat(world.storage().callCount()).isEqualTo(before);
        }
        assertThat(names()).containsExactly(LOG);
    }

    /** Or the next clean start would have to read all of them again (G3). */
    @Test
    void aRecoveryWritesTheIndexesOfTheSegmentsThatItFindsClosed() {
        PartitionLog log = open(Durability.PROCESS_CRASH, true);
        for (int i = 0; i < 40; i++) {
            append(log);
        }
        world = world.restart(CrashMode.PROCESS);
        for (String name : names()) {
            if (!name.endsWith(".log")) {
                world.storage().delete(DIRECTORY + '/' + name);
            }
        }
        PartitionLog recovered = open(Durability.PROCESS_CRASH, false);
        int closed = recovered.view().segmentCount() - 1;
        assertThat(closed).isGreaterThan(1);
        for (String suffix : List.of(".index", ".timeindex", ".txnindex")) {
            assertThat(names().stream().filter(name -> name.endsWith(suffix)))
                    .as(suffix)
                    .hasSize(closed);
        }
    }

    /** Lists nothing in between, though it began with what an opening had found. */
    @Test
    void oldSnapshotsAreDeletedThoughTheDirectoryIsNotListed() {
        for (int life = 0; life < 6; life++) {
            PartitionLog log = open(Durability.PROCESS_CRASH, true);
            append(log);
            log.close();
            assertThat(calls).containsEntry("list", 1);
        }
        assertThat(names().stream().filter(name -> name.endsWith(".snapshot")))
                .containsExactly("00000000000000000005.snapshot", "00000000000000000006.snapshot");
    }

    private PartitionLog open(Durability durability, boolean clean) {
        calls.clear();
        World real = world.world();
        World counting =
                new World(counting(real.storage()), real.clock(), real.ticker(), real.random(), real.scheduler());
        return PartitionLog.open(counting, DIRECTORY, ORDERS, new PartitionSettings(durability, 1000, 100), clean);
    }

    private Storage counting(Storage storage) {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, arguments) -> {
                    calls.merge(method.getName(), 1, Integer::sum);
                    try {
                        return method.invoke(storage, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private List<String> names() {
        return world.storage().list(DIRECTORY);
    }

    private static void append(PartitionLog log) {
        BatchBuilder builder = new BatchBuilder(256);
        builder.begin(-1, (short) -1, false);
        builder.append(1, null, BytesView.ofUtf8("a"), List.of());
        log.append(builder.finish(-1), AppendOrigin.CLIENT);
    }
}
