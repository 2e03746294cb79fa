package io.millrace.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.CorruptionException;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import io.millrace.log.TopicSettings;
import io.millrace.platform.Storage.OpenMode;
import io.millrace.platform.StorageException.Kind;
import io.millrace.platform.StorageFile;
import io.millrace.platform.sim.CrashMode;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.platform.sim.StorageOperation;
import io.millrace.serde.BytesView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What operators find in the log of their process: at which level, and once, however often what it is about is asked for.
 *
 * <p>In a process of its own, where Millrace's loggers are on: tests provoke thousands of lines, so here they are off, and a logger's level
 * is chosen once.
 */
class LogLinesTest {
    private static final Map<Scenario, List<String>> SAID = new EnumMap<>(Scenario.class);

    @BeforeAll
    static void runInAProcessOfItsOwn() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.log.io.millrace=info",
                        "-Dorg.slf4j.simpleLogger.showThreadName=false",
                        "-Dorg.slf4j.simpleLogger.showLogName=false",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Scenario.class.getName())
                .redirectErrorStream(true)
                .start();
        String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(all).isZero();
        List<String> lines = new ArrayList<>();
        for (String line : all.lines().toList()) {
            if (line.startsWith(Scenario.BEGINS)) {
                lines = new ArrayList<>();
                SAID.put(Scenario.valueOf(line.substring(Scenario.BEGINS.length())), lines);
            } else {
                lines.add(line);
            }
        }
        assertThat(SAID).containsOnlyKeys(Scenario.values());
    }

    @Test
    void whatGoesWellIsNotTold() {
        assertThat(SAID.get(Scenario.CLEAN_END)).isEmpty();
    }

    @Test
    void aRefusedPartitionIsAnErrorThatIsToldOnce() {
        assertThat(SAID.get(Scenario.REFUSED))
                .singleElement()
                .asString()
                .startsWith("ERROR orders-0 is ")
                .contains("refused until the log is opened anew");
    }

    @Test
    void whatARepairCutsIsToldOnce() {
        assertThat(SAID.get(Scenario.REPAIRED))
                .singleElement()
                .asString()
                .startsWith("INFO orders-0: the repair cuts 69 bytes from position 69 of orders-0/");
    }

    @Test
    void theRestOfAWriteThatAKillCutShortIsAWarningThatIsToldOnce() {
        assertThat(SAID.get(Scenario.TORN_END))
                .singleElement()
                .asString()
                .startsWith("WARN orders-0: recovery cuts 68 bytes from position 69 of orders-0/");
    }

    @Test
    void whatAPowerCutTookAndWhereTheRestIsKeptIsAWarningThatIsToldOnce() {
        assertThat(SAID.get(Scenario.POWER_CUT).stream().filter(line -> line.contains("the log ends before")))
                .singleElement()
                .asString()
                .startsWith("WARN orders-0: the log ends before ")
                .contains(
                        "Batches from offset 1 on",
                        "kept in simulated disk/repair/",
                        "/orders-0, which may be deleted");
    }

    @Test
    void aPartitionThatCannotBeWrittenAnyMoreIsAnErrorThatIsToldOnce() {
        assertThat(SAID.get(Scenario.BROKEN_DEVICE))
                .singleElement()
                .asString()
                .startsWith("ERROR orders-0 writes no more; the next opening of the log recovers it: ");
    }

    @Test
    void aPartitionThatIsNotCleanedIsAnErrorThatIsToldOnceAndSoIsTheEndOfThat() {
        List<String> lines = SAID.get(Scenario.NOT_CLEANED);
        assertThat(lines).hasSize(3);
        assertThat(lines)
                .filteredOn(line -> line.startsWith("ERROR Partition orders-0 was not cleaned: "))
                .singleElement()
                .asString()
                .endsWith("this is not told again");
        assertThat(lines)
                .filteredOn(line -> line.startsWith("WARN orders-0: the recovery point cannot be written down: "))
                .hasSize(1);
        assertThat(lines).endsWith("INFO Partition orders-0 is cleaned again");
    }

    @Test
    void directoriesThatNoTopicKnowsAreAWarningOfTheOpening() {
        assertThat(SAID.get(Scenario.OLDER_CATALOGUE))
                .singleElement()
                .asString()
                .startsWith("WARN The log in simulated disk has directories that hold records and that no topic knows:"
                        + " orders-0. What to do: ")
                .contains("put back the one that names the topic", "move the directory away");
    }

    @Test
    void adviceOnADamagedEndIsAWarningThatAnOpeningAndALookThroughTellOnceEach() {
        assertThat(SAID.get(Scenario.DAMAGED_CLEAN_END))
                .hasSize(2)
                .allMatch(line ->
                        line.startsWith("WARN The file clean-shutdown in simulated disk is damaged and not used."
                                + " Nothing has to be done, and nothing is lost: "));
    }

    @Test
    void aLogThatIsClosedBeforeItsConsumersIsAWarningWhereACommitIsLostAndNothingElse() {
        assertThat(SAID.get(Scenario.CLOSED_BEFORE_ITS_CONSUMERS))
                .singleElement()
                .asString()
                .startsWith("WARN Group automatic: the log was closed before a consumer")
                .contains("[orders-0]")
                .endsWith("Close consumers before the log");
    }

    /** What may happen to a log, with one partition that has two records of a batch each. */
    enum Scenario {
        CLEAN_END {
            @Override
            void happen(Life life) {
                life.prepare().close();
                life.read();
            }
        },
        REFUSED {
            @Override
            void happen(Life life) {
                life.prepare().close();
                life.world.storage().rot(Life.file(0), 65, 1);
                life.read();
            }
        },
        REPAIRED {
            @Override
            void happen(Life life) {
                life.prepare().close();
                life.world.storage().rot(Life.file(0), 134, 1);
                try (LogRepair repair = LogRepair.open(life.world.world())) {
                    repair.plan().forEach(repair::apply);
                }
                life.read();
            }
        },
        TORN_END {
            @Override
            void happen(Life life) {
                life.prepare();
                life.world = life.world.restart(CrashMode.PROCESS);
                try (StorageFile file = life.world.storage().open(Life.file(0), OpenMode.WRITE)) {
                    file.truncate(file.size() - 1);
                }
                life.read();
                life.world = life.world.restart(CrashMode.PROCESS);
                life.read();
            }
        },
        POWER_CUT {
            @Override
            void happen(Life life) {
                life.prepare();
                // All of it happens to have reached the disk, but for a part of the first batch.
                for (String name : life.world.storage().list("orders-0")) {
                    try (StorageFile file = life.world.storage().open("orders-0/" + name, OpenMode.WRITE)) {
                        file.force();
                    }
                }
                life.world.storage().syncDirectory("orders-0");
                life.world = life.world.restart(CrashMode.POWER);
                life.world.storage().rot(Life.file(0), 65, 1);
                life.read();
                life.world = life.world.restart(CrashMode.PROCESS);
                life.read();
            }
        },
        BROKEN_DEVICE {
            @Override
            void happen(Life life) {
                LogEngine engine = life.prepare();
                life.world.storage().failNext(StorageOperation.WRITE, Kind.IO);
                for (int i = 0; i < 3; i++) {
                    assertThatThrownBy(() -> life.write(engine)).isInstanceOf(LogException.class);
                }
                engine.close();
            }
        },
        CLOSED_BEFORE_ITS_CONSUMERS {
            @Override
            void happen(Life life) {
                LogEngine engine = life.prepare();
                List<LogConsumer> consumers = new ArrayList<>();
                for (ConsumerConfig config : List.of(
                        ConsumerConfig.group("automatic").withAutoCommit(Duration.ofDays(1)),
                        ConsumerConfig.group("by-hand"))) {
                    LogConsumer consumer = engine.consumer(config);
                    consumers.add(consumer);
                    consumer.subscribe(Set.of("orders"), RebalanceListener.NONE);
                    consumer.poll(Duration.ZERO);
                    RecordCursor cursor = consumer.poll(Duration.ZERO).get(0);
                    assertThat(cursor.next()).isTrue();
                    assertThat(cursor.next()).isTrue();
                }
                engine.close();
                consumers.forEach(LogConsumer::close);
            }
        },
        OLDER_CATALOGUE {
            @Override
            void happen(Life life) {
                life.open().close();
                List<String> older = MetaFile.read(life.world.storage(), TopicCatalogue.FILE, TopicCatalogue.KIND)
                        .orElseThrow();
                life.prepare().close();
                MetaFile.write(life.world.storage(), TopicCatalogue.FILE, TopicCatalogue.KIND, older);
                life.open().close();
            }
        },
        DAMAGED_CLEAN_END {
            @Override
            void happen(Life life) {
                life.prepare().close();
                life.world.storage().rot("clean-shutdown", 1, 1);
                LogInspection inspection = LogInspection.open(life.world.world());
                inspection.partitions().forEach(partition -> {
                    inspection.isCutShort(inspection.summary(partition), partition);
                    inspection.isUndecided(partition);
                    inspection.verify(partition);
                });
                life.read();
            }
        },
        NOT_CLEANED {
            @Override
            void happen(Life life) {
                LogEngine engine = life.prepare();
                life.world.advance(Duration.ofHours(2));
                life.world.storage().limitCapacity(0);
                life.world.runFor(Duration.ofMinutes(2));
                life.world.storage().limitCapacity(Long.MAX_VALUE);
                life.world.runFor(Duration.ofMinutes(2));
                engine.close();
            }
        };

        static final String BEGINS = "== ";

        abstract void happen(Life life);

        public static void main(String[] none) {
            for (Scenario scenario : values()) {
                System.err.println(BEGINS + scenario);
                scenario.happen(new Life(scenario));
            }
        }
    }

    /** A log, and what is done with it. */
    private static final class Life {
        private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

        private final Scenario scenario;
        private SimulatedWorld world = new SimulatedWorld(7);

        Life(Scenario scenario) {
            this.scenario = scenario;
        }

        LogEngine prepare() {
            LogEngine engine = open();
            TopicSettings hourly = TopicSettings.defaults().withRetention(Optional.of(Duration.ofHours(1)));
            engine.admin()
                    .createTopic("orders", 1, scenario == Scenario.NOT_CLEANED ? hourly.withSegmentBytes(100) : hourly);
            write(engine);
            write(engine);
            return engine;
        }

        static String file(long baseOffset) {
            return String.format("orders-0/%020d.log", baseOffset);
        }

        /** Opens the log, asks for the partition time and again, and closes the log. */
        void read() {
            try (LogEngine engine = open()) {
                for (int i = 0; i < 3; i++) {
                    assertThat(isRefused(engine)).isEqualTo(scenario == Scenario.REFUSED);
                }
            }
        }

        private static boolean isRefused(LogEngine engine) {
            try {
                engine.partition(ORDERS);
                return false;
            } catch (CorruptionException refused) {
                return true;
            }
        }

        void write(LogEngine engine) {
            try (LogProducer producer = engine.producer()) {
                producer.send(ORDERS, world.clock().millis(), null, BytesView.ofUtf8("v"), List.of());
            }
        }

        private LogEngine open() {
            return LogEngine.open(world.world(), EmbeddedLogConfig.defaults());
        }
    }
}
