package io.millrace.transactions.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogException;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.LogRepair;
import io.millrace.log.embedded.recovery.Damage;
import io.millrace.log.embedded.recovery.RepairPlan;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.transactions.embedded.SweptLog.Reading;
import io.millrace.transactions.embedded.SweptLog.Seen;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damage of every kind to every file of a log's directory. Either readers see all that was acknowledged, or somebody complains, and names
 * the file and what to do; what is read is never anything else. The repair then opens the log again, and costs what it said.
 */
class DamageSweepTest {
    /** A prime, so that in files of several batches all fields are met. */
    private static final int STRIDE = 13;

    private final Map<String, byte[]> sound = new TreeMap<>();
    private Map<TopicPartition, Reading> expected = Map.of();
    private String what = "";

    private void prepare(boolean clean) {
        sound.putAll(SweptLog.files(clean));
        expected = SweptLog.readAll(SweptLog.worldWith(sound));
        assertThat(expected.values()).allMatch(reading -> reading.complaint().isEmpty());
        assertThat(expected.values()).allMatch(reading -> reading.records().size() > 4);
    }

    @Test
    void theLogHasEveryKindOfFile() {
        prepare(true);
        assertThat(sound.keySet())
                .contains("log-id", "topics", "producer-ids", "clean-shutdown")
                .contains("orders-0/recovery-point", "aged-0/log-start", "accounts-0/first-dirty")
                .contains("__consumer_offsets-0/00000000000000000000.log")
                .contains("__transaction_state-0/00000000000000000000.log");
        for (String suffix : List.of(".log", ".index", ".timeindex", ".txnindex", ".snapshot")) {
            assertThat(sound.keySet().stream().filter(path -> path.startsWith("orders-0/") && path.endsWith(suffix)))
                    .as(suffix)
                    .hasSizeGreaterThan(1);
        }
        SimulatedWorld world = SweptLog.worldWith(sound);
        assertThat(SweptLog.committed(world)).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFlippedBitIsToldOrChangesNothing(boolean clean) {
        prepare(clean);
        for (String path : sound.keySet()) {
            byte[] bytes = sound.get(path);
            for (int at = path.hashCode() & 3; at < bytes.length; at += bytes.length < 100 ? 1 : STRIDE) {
                byte[] damaged = bytes.clone();
                damaged[at] ^= (byte) (1 << at % 8);
                check(path, damaged, "bit " + at % 8 + " of byte " + at);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aShorterFileIsToldOrChangesNothing(boolean clean) {
        prepare(clean);
        for (String path : sound.keySet()) {
            byte[] bytes = sound.get(path);
            for (int part = 0; part < 12; part++) {
                int length = part == 11 ? bytes.length - 1 : bytes.length * part / 11;
                if (length >= 0 && length < bytes.length) {
                    check(path, Arrays.copyOf(bytes, length), "only the first " + length + " bytes");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void garbageIsToldOrChangesNothing(boolean clean) {
        prepare(clean);
        SplittableRandom random = new SplittableRandom(5);
        for (String path : sound.keySet()) {
            byte[] bytes = sound.get(path);
            for (int size : new int[] {bytes.length, bytes.length + 1, 4 * bytes.length + 100}) {
                byte[] garbage = new byte[size];
                random.nextBytes(garbage);
                check(path, garbage, size + " bytes of garbage");
                System.arraycopy(bytes, 0, garbage, 0, bytes.length);
                check(path, garbage, size - bytes.length + " bytes of garbage at the end");
                check(path, new byte[size], size + " zeros");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFileThatIsGoneIsToldOrChangesNothing(boolean clean) {
        prepare(clean);
        for (String path : sound.keySet()) {
            check(path, null, "gone");
        }
    }

    private void check(String path, byte[] damaged, String how) {
        if (Arrays.equals(damaged, sound.get(path)) || path.endsWith(".lock")) {
            return;
        }
        what = path + ": " + how;
        Map<String, byte[]> files = new TreeMap<>(sound);
        files.put(path, damaged);
        if (damaged == null) {
            files.remove(path);
        }
        boolean told = false;
        try {
            told = checkReaders(SweptLog.readAll(SweptLog.worldWith(files)), path);
            checkRepair(SweptLog.worldWith(files), told);
        } catch (RuntimeException | StackOverflowError wrong) {
            throw new AssertionError(what + ", " + (told ? "told" : "not told"), wrong);
        }
    }

    private boolean checkReaders(Map<TopicPartition, Reading> readings, String path) {
        boolean told = false;
        for (TopicPartition partition : SweptLog.ALL) {
            Reading reading = readings.get(partition);
            List<Seen> all = expected.get(partition).records();
            if (reading.complaint().isPresent()) {
                told = true;
                String complaint = reading.complaint().get();
                assertThat(complaint).as(what).contains(nameOf(path)).contains("millrace log repair");
                assertThat(reading.records())
                        .as(what)
                        .isEqualTo(all.subList(0, reading.records().size()));
            } else {
                assertThat(reading.records()).as(what).isEqualTo(all);
            }
        }
        return told;
    }

    /** Of a file that is gone, the directory's name is enough. */
    private static String nameOf(String path) {
        int slash = path.indexOf('/');
        return slash < 0 ? path : path.substring(0, slash);
    }

    /** All that the plan keeps is there, and nothing else; only of transactions without an end it may be there or not. */
    private void checkKept(List<Seen> before, List<Seen> after, RepairPlan plan) {
        if (plan == null) {
            assertThat(after).as(what).isEqualTo(before);
            return;
        }
        List<Seen> kept = new ArrayList<>(before);
        kept.removeIf(seen -> seen.offset() < plan.kept().startOffset()
                || seen.offset() >= plan.kept().endOffset());
        assertThat(kept.containsAll(after)).as(what).isTrue();
        assertThat(after).as(what).isSortedAccordingTo(Comparator.comparingLong(Seen::offset));
        kept.removeIf(seen -> isUndecided(seen, plan));
        assertThat(after.containsAll(kept)).as(what).isTrue();
    }

    private static boolean isUndecided(Seen seen, RepairPlan plan) {
        return seen.offset() >= plan.undecidedOffset() && !seen.value().endsWith("plain");
    }

    private void checkRepair(SimulatedWorld world, boolean told) {
        Map<TopicPartition, RepairPlan> plans = new HashMap<>();
        List<Damage> damages = new ArrayList<>();
        try (LogRepair repair = LogRepair.open(world.world())) {
            damages.addAll(repair.planDirectory());
            if (!damages.isEmpty()) {
                repair.applyDirectory();
            }
            repair.plan().forEach(plan -> plans.put(plan.topicPartition(), plan));
            plans.values().forEach(repair::apply);
        } catch (LogException refused) {
            throw new AssertionError(what, refused);
        }
        assertThat(!plans.isEmpty() || !damages.isEmpty())
                .as("%s: a repair is offered just when somebody complains: %s, %s", what, damages, plans)
                .isEqualTo(told);
        if (!told) {
            return;
        }
        Map<TopicPartition, Reading> readings = SweptLog.readAll(world);
        for (TopicPartition partition : SweptLog.ALL) {
            assertThat(readings.get(partition).complaint()).as(what).isEmpty();
            checkKept(expected.get(partition).records(), readings.get(partition).records(), plans.get(partition));
        }
        try (LogRepair repair = LogRepair.open(world.world())) {
            assertThat(repair.planDirectory()).as(what).isEmpty();
            assertThat(repair.plan()).as(what).isEmpty();
        }
    }
}
