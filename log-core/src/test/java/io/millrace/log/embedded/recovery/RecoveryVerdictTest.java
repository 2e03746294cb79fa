package io.millrace.log.embedded.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.embedded.recovery.RecoveryVerdict.Behind;
import io.millrace.log.embedded.recovery.RecoveryVerdict.Finding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryVerdictTest {
    @ParameterizedTest
    @CsvSource({
        "SOUND, true, NOTHING_WHOLE, KEEP",
        "SOUND, false, WHOLE, KEEP",
        "SOUND, false, WHOLE_AND_RAN_ON, KEEP",
        "DAMAGED, true, NOTHING_WHOLE, REFUSE",
        "DAMAGED, true, WHOLE, REFUSE",
        "DAMAGED, false, NOTHING_WHOLE, CUT",
        "DAMAGED, false, WHOLE, SET_ASIDE",
        "DAMAGED, false, WHOLE_AND_RAN_ON, REFUSE",
        "OUT_OF_PLACE, true, WHOLE, REFUSE",
        "OUT_OF_PLACE, false, NOTHING_WHOLE, CUT",
        "OUT_OF_PLACE, false, WHOLE, SET_ASIDE",
        "OUT_OF_PLACE, false, WHOLE_AND_RAN_ON, REFUSE",
        "MISSING, true, NOTHING_WHOLE, REFUSE",
        "MISSING, false, NOTHING_WHOLE, KEEP",
        "MISSING, false, WHOLE, SET_ASIDE",
        "MISSING, false, WHOLE_AND_RAN_ON, REFUSE",
    })
    void truthTable(Finding finding, boolean belowSoundOffset, Behind behind, RecoveryVerdict expected) {
        assertThat(RecoveryVerdict.of(finding, belowSoundOffset, behind)).isEqualTo(expected);
    }
}
