package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.Topology;
import io.millrace.dsl.plan.TopologyManifest;
import io.millrace.state.MemoryBudget;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts pipelines. */
public final class PipelineRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineRuntime.class);
    private static final Pattern INSTANCE = Pattern.compile("[a-zA-Z0-9._-]{0,100}");

    private PipelineRuntime() {}

    /**
     * Creates the topics that the pipeline declares, and starts its loops on the settings' scheduler. An older instance of the same
     * application on this log is fenced, and ends.
     *
     * @throws io.millrace.dsl.PipelineException if a topic is missing or has a number of partitions that the pipeline cannot work with,
     *     or if its state would not go on as an earlier start of the application left it
     * @throws io.millrace.state.StateException if the state belongs to another log, is in use, or has a store that was declared otherwise; nothing
     *     is created or recorded then
     * @throws io.millrace.log.LogException with STOP if the state is ahead of the log: the log has lost what it had acknowledged, or the state
     *     is that of a copy
     */
    public static Application start(Pipeline pipeline, TransactionalLog log, AppSettings settings) {
        return start(pipeline, log, settings, "");
    }

    /**
     * The same beside other instances of the application. Instances with different names share the partitions of the inputs as the loops of
     * one do, each with a state backend of its own; tasks that move find their state in the changelogs. Sources are run by the instance
     * without a name alone.
     *
     * @param instance the name, of 1 to 100 characters of a-z, A-Z, 0-9, '.', '_' and '-', or empty; an older instance with the same one is
     *     fenced, and ends
     */
    public static Application start(Pipeline pipeline, TransactionalLog log, AppSettings settings, String instance) {
        if (!INSTANCE.matcher(instance).matches()) {
            throw new IllegalArgumentException(
                    "An instance's name has 1 to 100 characters of a-z, A-Z, 0-9, '.', '_' and '-', or none, got '"
                            + instance + "'");
        }
        Topology topology = Planner.plan(pipeline);
        TopologyManifest manifest = TopologyManifest.of(topology);
        boolean isChanged = TopologyRecord.check(log, manifest, settings.state().acceptsTopologyChange());
        StateDatabase database = StateDatabase.open(
                openBackend(log, settings),
                StateStoreConfig.within(settings.state().memory()),
                new Retirement(settings.state().cleanupDelay(), settings.world().clock()));
        try {
            database.check(topology.stores());
            Map<String, Integer> partitionCounts = TopicSetup.prepare(topology, log.admin(), settings.ownTopics());
            StatePositions.check(database, topology, log.admin());
            String identity = ApplicationCore.identity(topology.name(), instance);
            InstanceGuard guard = InstanceGuard.takeOver(log, identity);
            fenceFormerLoops(log, identity);
            if (isChanged) {
                TopologyRecord.write(log, manifest);
            }
            ApplicationCore core =
                    new ApplicationCore(topology, log, settings, database, partitionCounts, guard, instance);
            RunningApplication application = new RunningApplication(core);
            application.start();
            return application;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static StateBackend openBackend(TransactionalLog log, AppSettings settings) {
        MemoryBudget budget = settings.state().memory();
        StateBackend backend = settings.state().backend().apply(log.logId(), budget);
        if (!backend.logId().equals(log.logId())) {
            String owner = backend.logId();
            backend.close();
            throw new StateException(
                    StateException.Kind.WRONG_LOG,
                    "The state belongs to log " + owner + ", not to log " + log.logId()
                            + ": choose the state directory of this log, or an empty one, which is then filled from the log");
        }
        warnOfMemory(backend, budget);
        return backend;
    }

    private static void warnOfMemory(StateBackend backend, MemoryBudget budget) {
        long limit = backend.memory().limitBytes();
        if (limit > budget.backendBytes()) {
            LOG.warn(
                    "The state's backend may take {} bytes, and its part of the memory budget of {} is {}, so that state may take {}:"
                            + " open it with RocksConfig.within(memory), which AppSettings.of hands to (logId, memory) -> ...",
                    limit,
                    budget.bytes(),
                    budget.backendBytes(),
                    budget.bytes() - budget.backendBytes() + limit);
        }
    }

    /**
     * Ends the open transactions of all loops that an earlier instance had, also of those that this one does not have: they would hold up
     * every reader until their timeout.
     */
    private static void fenceFormerLoops(TransactionalLog log, String identity) {
        Pattern loop = Pattern.compile(Pattern.quote(identity) + "-(\\d+|ingest-.+)");
        for (TransactionDescription description : log.transactions().list()) {
            if (!description.partitions().isEmpty()
                    && loop.matcher(description.transactionalId()).matches()) {
                log.transactionalProducer(TransactionalProducerConfig.of(description.transactionalId()))
                        .close();
            }
        }
    }
}
