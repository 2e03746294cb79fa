package io.millrace.cli.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.StopSignal;
import io.millrace.log.EventLog;
import io.millrace.log.embedded.ReadOnlyLog;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.StoreSpec;
import io.millrace.state.rocksdb.ReadOnlyRocks;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a compaction takes of a changelog that is being read. */
class PartitionCheckTest {
    private static final KeyValueSpec<String, String> NAMES =
            StoreSpec.keyValue("names", Serdes.string(), Serdes.string());
    private static final long FIRST = 0;
    private static final long SECOND = 2;

    @TempDir
    private Path data;

    private final List<Difference> differences = new ArrayList<>();

    /** Key "a" is at offsets 0 and 2, before the position, and at 4, behind it. */
    @BeforeEach
    void write() {
        try (StateOnDisk state = new StateOnDisk(data, NAMES)) {
            state.change(0, NAMES, store -> store.put("a", "old"));
            state.change(0, NAMES, store -> store.put("a", "new"));
            state.flush();
            state.record(0, NAMES, "a", "newest");
        }
    }

    @Test
    void anOlderRecordThatWasReadBeforeItsReplacementWasTakenIsNoDifference() {
        // The first reading finds the older record and no longer the newer one; the second finds neither.
        Verdict verdict = check((consumer, offset) -> offset == SECOND || (consumer > 0 && offset == FIRST));
        assertThat(differences).isEmpty();
        assertThat(verdict).isEqualTo(new Verdict(Verdict.Outcome.SAME, 1, 0, 1));
    }

    @Test
    void anOlderRecordThatStaysIsTheNewestThatThereWas() {
        Verdict verdict = check((consumer, offset) -> offset == SECOND);
        assertThat(differences).singleElement().satisfies(difference -> {
            assertThat(difference.what()).isEqualTo("other value");
            assertThat(difference.inState().toUtf8()).isEqualTo("new");
            assertThat(difference.inChangelog().toUtf8()).isEqualTo("old");
        });
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.DIFFERENT);
    }

    @Test
    void whatIsWholeAtTheSecondReadingIsNoDifference() {
        Verdict verdict = check((consumer, offset) -> consumer == 0 && offset == SECOND);
        assertThat(differences).isEmpty();
        assertThat(verdict).isEqualTo(new Verdict(Verdict.Outcome.SAME, 1, 0, 0));
    }

    private Verdict check(BiPredicate<Integer, Long> isHidden) {
        StopSignal stop = StopSignal.install();
        try (ScratchDirectory scratch = ScratchDirectory.create(data);
                ReadOnlyRocks rocks = ReadOnlyRocks.open(data.resolve("state"), scratch.path());
                EventLog log = ReadOnlyLog.open(data.resolve("log"))) {
            States.Found found = new States.Found(States.Opened.of(data.resolve("state"), rocks, log), "names");
            PartitionCheck.Context context = new PartitionCheck.Context(
                    HidingLog.of(log, isHidden), scratch.path(), stop, Instant.now(), (partition, percent) -> {});
            return new PartitionCheck(
                            context,
                            found,
                            found.partitions(List.of(0)).get(0),
                            StateOnDisk.changelog(NAMES, 0),
                            differences::add)
                    .run();
        } finally {
            stop.done();
        }
    }
}
