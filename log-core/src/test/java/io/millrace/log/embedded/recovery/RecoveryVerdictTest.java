package io.millrace.log.embedded.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.embedded.recovery.RecoveryVerdict.Finding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryVerdictTest {
    @ParameterizedTest
    @CsvSource({
        "SOUND, true, KEEP",
        "SOUND, false, KEEP",
        "DAMAGED, true, REFUSE",
        "DAMAGED, false, CUT",
        "OUT_OF_PLACE, true, REFUSE",
        "OUT_OF_PLACE, false, CUT",
        "MISSING, true, REFUSE",
        "MISSING, false, KEEP",
    })
    void truthTable(Finding finding, boolean belowRecoveryPoint, RecoveryVerdict expected) {
        assertThat(RecoveryVerdict.of(finding, belowRecoveryPoint)).isEqualTo(expected);
    }
}
