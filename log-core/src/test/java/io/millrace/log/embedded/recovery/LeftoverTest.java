package io.millrace.log.embedded.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each row of the table in {@link Leftover}; the log starts at offset 100. */
class LeftoverTest {
    private static final String BELOW = "00000000000000000099";
    private static final String START = "00000000000000000100";
    private static final String ABOVE = "00000000000000000200";

    @ParameterizedTest
    @CsvSource({
        "recovery-point.tmp, DELETE",
        START + ".log.cleaned, DELETE",
        ABOVE + ".timeindex.cleaned, DELETE",
        START + ".log.deleted, DELETE",
        ABOVE + ".txnindex.deleted, DELETE",
        START + ".log.swap, COMPLETE_SWAP",
        BELOW + ".log.swap, COMPLETE_SWAP",
        START + ".index.swap, DELETE",
        ABOVE + ".timeindex.swap, DELETE",
        BELOW + ".log, DELETE",
        BELOW + ".index, DELETE",
        BELOW + ".timeindex, DELETE",
        BELOW + ".txnindex, DELETE",
        BELOW + ".snapshot, DELETE",
        START + ".log, KEEP",
        START + ".index, KEEP",
        START + ".timeindex, KEEP",
        START + ".txnindex, KEEP",
        START + ".snapshot, KEEP",
        ABOVE + ".log, KEEP",
        ABOVE + ".snapshot, KEEP",
        "recovery-point, KEEP",
        "log-start, KEEP",
        "first-dirty, KEEP",
        "notes.txt, KEEP",
        "99.log, KEEP",
        "0000000000000000009x.log, KEEP",
        "README, KEEP",
    })
    void truthTableOfAFileAlone(String name, Leftover expected) {
        assertThat(Leftover.of(name, Set.of(name), 100)).isEqualTo(expected);
    }

    @Test
    void theIndexesOfASwapThatIsDecidedAreKeptAndThoseOfAnotherOneAreNot() {
        Set<String> names =
                new TreeSet<>(Set.of(START + ".log.swap", START + ".index.swap", ABOVE + ".index.swap", "x.swap"));
        assertThat(Leftover.of(START + ".log.swap", names, 100)).isEqualTo(Leftover.COMPLETE_SWAP);
        assertThat(Leftover.of(START + ".index.swap", names, 100)).isEqualTo(Leftover.KEEP);
        assertThat(Leftover.of(ABOVE + ".index.swap", names, 100)).isEqualTo(Leftover.DELETE);
        assertThat(Leftover.of("x.swap", names, 100)).isEqualTo(Leftover.DELETE);
    }

    @Test
    void theOldLogOfASwapThatIsDecidedIsNoReasonAgainstIt() {
        Set<String> names = Set.of(START + ".log", START + ".log.swap", START + ".txnindex.swap");
        assertThat(Leftover.of(START + ".log", names, 100)).isEqualTo(Leftover.KEEP);
        assertThat(Leftover.of(START + ".log.swap", names, 100)).isEqualTo(Leftover.COMPLETE_SWAP);
        assertThat(Leftover.of(START + ".txnindex.swap", names, 100)).isEqualTo(Leftover.KEEP);
    }
}
