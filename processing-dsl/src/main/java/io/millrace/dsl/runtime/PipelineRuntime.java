package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.Topology;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.state.Retirement;
import io.millrace.state.StateBackend;
import io.millrace.state.StateDatabase;
import io.millrace.state.StateException;
import io.millrace.state.StateStoreConfig;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducerConfig;
import java.util.Map;
import java.util.regex.Pattern;

/** Starts pipelines. */
public final class PipelineRuntime {
    private PipelineRuntime() {}

    /**
     * Creates the topics that the pipeline declares, and starts its loops on the settings' scheduler. An older instance of the same
     * application on this log is fenced, and ends.
     *
     * @throws io.millrace.dsl.PipelineException if a topic is missing or has a number of partitions that the pipeline cannot work with,
     *     or if its state would not go on as an earlier start of the application left it
     * @throws io.millrace.state.StateException if the state belongs to another log, or is in use
     */
    public static Application start(Pipeline pipeline, TransactionalLog log, AppSettings settings) {
        Topology topology = Planner.plan(pipeline);
        TopologyManifest manifest = TopologyManifest.of(topology);
        boolean isChanged = TopologyRecord.check(log, manifest, settings.state().acceptsTopologyChange());
        Map<String, Integer> partitionCounts = TopicSetup.prepare(topology, log.admin());
        StateDatabase database = StateDatabase.open(
                openBackend(log, settings),
                StateStoreConfig.within(settings.state().memory()),
                new Retirement(settings.state().cleanupDelay(), settings.world().clock()));
        try {
            InstanceGuard guard = InstanceGuard.takeOver(log, topology.name());
            fenceFormerLoops(log, topology.name());
            if (isChanged) {
                TopologyRecord.write(log, manifest);
            }
            ApplicationCore core = new ApplicationCore(topology, log, settings, database, partitionCounts, guard);
            RunningApplication application = new RunningApplication(core);
            application.start();
            return application;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static StateBackend openBackend(TransactionalLog log, AppSettings settings) {
        StateBackend backend = settings.state().backend().apply(log.logId());
        if (!backend.logId().equals(log.logId())) {
            String owner = backend.logId();
            backend.close();
            throw new StateException(
                    StateException.Kind.WRONG_LOG,
                    "The state belongs to log " + owner + ", not to log " + log.logId()
                            + ": choose the state directory of this log, or an empty one, which is then filled from the log");
        }
        return backend;
    }

    /**
     * Ends the open transactions of all loops that an earlier instance had, also of those that this one does not have: they would hold up
     * every reader until their timeout.
     */
    private static void fenceFormerLoops(TransactionalLog log, String application) {
        Pattern loop = Pattern.compile(Pattern.quote(application) + "-(\\d+|ingest-.+)");
        for (TransactionDescription description : log.transactions().list()) {
            if (!description.partitions().isEmpty()
                    && loop.matcher(description.transactionalId()).matches()) {
                log.transactionalProducer(TransactionalProducerConfig.of(description.transactionalId()))
                        .close();
            }
        }
    }
}
