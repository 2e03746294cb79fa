package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.transactions.TransactionalLog;

/** Starts pipelines. */
public final class PipelineRuntime {
    private PipelineRuntime() {}

    /**
     * Creates the topics that the pipeline declares, and starts its loops on the settings' scheduler. An older instance of the same
     * application on this log is fenced.
     *
     * @throws io.millrace.dsl.PipelineException if a topic is missing or has a number of partitions that the pipeline cannot work with
     */
    public static Application start(Pipeline pipeline, TransactionalLog log, AppSettings settings) {
        throw new UnsupportedOperationException(
                "The runtime is not there yet: " + pipeline.name() + log.logId() + settings.loops());
    }
}
