package io.millrace.dsl;

/** A pipeline that cannot be right: says what is wrong and what to write instead. */
public final class PipelineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PipelineException(String message) {
        super(message);
    }

    /** What is to be said where null was given: {@code what} begins with no article. */
    public static PipelineException missing(String what) {
        return new PipelineException(Names.withArticle(what) + " is missing: null was given where one is needed");
    }
}
