package io.millrace.dsl;

import io.millrace.log.EventLog;
import io.millrace.transactions.TransactionalLog;

/** What starts pipelines: found as a service ({@link java.util.ServiceLoader}), so that the language need not know what runs it. */
public interface ApplicationStarter {
    /** As {@link Pipeline#start(TransactionalLog, AppSettings, String)} says. */
    Application start(Pipeline pipeline, TransactionalLog log, AppSettings settings, String instance);

    /** As {@link Pipeline#plan(EventLog)} says. */
    TopologyPlan plan(Pipeline pipeline, EventLog log);

    /** As {@link Pipeline#manifest()} says. */
    String manifest(Pipeline pipeline);
}
