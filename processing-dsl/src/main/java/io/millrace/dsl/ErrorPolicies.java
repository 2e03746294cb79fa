package io.millrace.dsl;

import java.util.List;

/** What becomes of the records of a topic that fail, by what failed. */
public record ErrorPolicies(ErrorPolicy deserialization, ErrorPolicy processing, ErrorPolicy production) {
    /** The application ends with the error, whatever it is. */
    static final ErrorPolicies STOP = new ErrorPolicies(ErrorPolicy.stop(), ErrorPolicy.stop(), ErrorPolicy.stop());

    public ErrorPolicy of(ErrorKind kind) {
        return switch (kind) {
            case DESERIALIZATION -> deserialization;
            case PROCESSING -> processing;
            case PRODUCTION -> production;
        };
    }

    /** The topics that they set records aside in. */
    public List<Topic<?, ?>> deadLetters() {
        return List.of(deserialization, processing, production).stream()
                .<Topic<?, ?>>flatMap(policy -> policy.deadLetters().stream())
                .toList();
    }
}
