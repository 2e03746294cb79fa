package io.millrace.dsl;

/** A pipeline that cannot be right: says what is wrong and what to write instead. */
public final class PipelineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PipelineException(String message) {
        super(message);
    }
}
