package io.millrace.dsl;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was said of errors so far, of one topic or of the whole pipeline. Owned by the builder. */
final class ErrorChoices {
    private final Map<ErrorKind, ErrorPolicy> ofKind = new EnumMap<>(ErrorKind.class);
    private @Nullable ErrorPolicy ofAny;

    /**
     * @param kind null for any
     * @return what was said before; null if nothing was
     */
    @Nullable ErrorPolicy choose(@Nullable ErrorKind kind, @Nullable ErrorPolicy policy) {
        ErrorPolicy given = Erased.given("error policy", policy);
        if (kind != null) {
            return ofKind.put(kind, given);
        }
        ErrorPolicy before = ofAny;
        ofAny = given;
        return before;
    }

    /** What holds of a topic: what is said of the kind counts before what is said of all, and then the topic before the pipeline. */
    ErrorPolicies within(ErrorChoices pipeline) {
        return new ErrorPolicies(
                of(ErrorKind.DESERIALIZATION, pipeline),
                of(ErrorKind.PROCESSING, pipeline),
                of(ErrorKind.PRODUCTION, pipeline));
    }

    private ErrorPolicy of(ErrorKind kind, ErrorChoices pipeline) {
        ErrorPolicy said = ofKind.getOrDefault(kind, pipeline.ofKind.get(kind));
        if (said == null) {
            said = ofAny == null ? pipeline.ofAny : ofAny;
        }
        return said == null ? ErrorPolicy.stop() : said;
    }
}
