package io.millrace.dsl.runtime;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Application;
import io.millrace.dsl.ApplicationStarter;
import io.millrace.dsl.Kept;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.dsl.TopologyPlan;
import io.millrace.dsl.plan.DeclaredTopology;
import io.millrace.dsl.plan.EvolutionRule;
import io.millrace.dsl.plan.Planner;
import io.millrace.dsl.plan.Topology;
import io.millrace.log.EventLog;
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
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@link Pipeline#start} starts: opens the state, finds or creates the topics, fences what came before, and sets the loops going. */
public final class PipelineRuntime implements ApplicationStarter {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineRuntime.class);
    private static final Pattern INSTANCE = Pattern.compile("[a-zA-Z0-9._-]{0,100}");

    /** For {@link java.util.ServiceLoader}. */
    public PipelineRuntime() {}

    @Override
    public Application start(Pipeline pipeline, TransactionalLog log, AppSettings settings, String instance) {
        if (!INSTANCE.matcher(instance).matches()) {
            throw new IllegalArgumentException(
                    "An instance's name has 1 to 100 characters of a-z, A-Z, 0-9, '.', '_' and '-', or none, got '"
                            + instance + "'");
        }
        try (TopologyTurn turn = new TopologyTurn(log, pipeline.name())) {
            DeclaredTopology declared = DeclaredTopology.of(pipeline);
            StartRetries retries = new StartRetries(pipeline.name(), settings);
            EvolutionRule.Decision decision =
                    retries.run("to read its topology", () -> TopologyRecord.decide(log, declared));
            decision.plan().check();
            // A first start changes nothing that another one could go on with.
            if (decision.isChange() && !decision.plan().isFirst()) {
                retries.run("to have the turn to change it", turn::await);
                decision = retries.run("to read its topology", () -> TopologyRecord.decide(log, declared));
                decision.plan().check();
            }
            return start(pipeline, decision, log, settings, instance);
        }
    }

    private static Application start(
            Pipeline pipeline,
            EvolutionRule.Decision decision,
            TransactionalLog log,
            AppSettings settings,
            String instance) {
        TopologyRecord.checkNeighbours(log, decision.after());
        Topology topology = Planner.plan(pipeline).storedAs(decision.after().storage());
        StateBackend backend = openBackend(log, settings);
        StateDatabase database = StateDatabase.open(
                RenamedStores.of(backend, topology),
                StateStoreConfig.within(settings.state().memory()),
                new Retirement(settings.state().cleanupDelay(), settings.world().clock()));
        try {
            database.check(topology.stores());
            StartRetries retries = new StartRetries(topology.name(), settings);
            Map<String, Integer> partitionCounts = retries.run(
                    "to find or create its topics",
                    () -> TopicSetup.prepare(topology, log.admin(), settings.ownTopics()));
            GlobalTables.follow(database, topology, log.admin());
            StatePositions.check(database, topology, log.admin());
            String identity = ApplicationCore.identity(topology.name(), instance);
            InstanceGuard guard =
                    retries.run("to take over from older instances", () -> InstanceGuard.takeOver(log, identity));
            retries.run("to fence former loops", () -> fenceFormerLoops(log, topology, identity));
            retries.run("to look for other instances", () -> requireAlone(log, decision.lost(), topology, identity));
            if (decision.isChange()) {
                retries.run("to record its topology", () -> TopologyRecord.write(log, decision.after()));
                tell(decision.plan());
            }
            RetiredStorage.delete(topology, log.admin(), backend);
            GlobalTables globalTables = new GlobalTables(topology, partitionCounts);
            ApplicationCore core = new ApplicationCore(
                    topology, log, settings, database, partitionCounts, globalTables, guard, instance);
            RunningApplication application = new RunningApplication(core);
            application.start();
            return application;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** What is given up is not taken from instances that work with it; those that come meanwhile are told by {@link TopologyGuard}. */
    private static void requireAlone(
            TransactionalLog log, SortedMap<Kept, String> lost, Topology topology, String identity) {
        if (lost.isEmpty()) {
            return;
        }
        Set<String> groups = new TreeSet<>(Set.of(topology.name()));
        lost.values().forEach(stored -> groups.add(SourceTurn.group(topology.name(), stored)));
        Set<String> others = OtherInstances.running(log.admin(), groups, identity);
        if (!others.isEmpty()) {
            throw new PipelineException("Other instances of '" + topology.name() + "' run, " + others
                    + ", and may be of the version before, of which this one gives up "
                    + lost.keySet().stream().map(Kept::toString).collect(Collectors.joining(", "))
                    + ": stop all of them, start this one, and then further ones of this version. Nothing was changed");
        }
    }

    /** What is no matter of course, now that it is so. */
    private static void tell(TopologyPlan plan) {
        if (!plan.isFirst()) {
            plan.entries().stream()
                    .filter(entry -> entry.verdict() != TopologyPlan.Verdict.KEEP)
                    .forEach(entry -> LOG.info("Application {}: {}", plan.application(), entry.text()));
        }
    }

    @Override
    public TopologyPlan plan(Pipeline pipeline, EventLog log) {
        return TopologyRecord.plan(log, DeclaredTopology.of(pipeline));
    }

    @Override
    public String manifest(Pipeline pipeline) {
        return DeclaredTopology.of(pipeline).toText();
    }

    private static StateBackend openBackend(TransactionalLog log, AppSettings settings) {
        MemoryBudget budget = settings.state().memory();
        StateBackend backend = settings.state().backend().apply(log.logId(), budget);
        if (backend == null) {
            throw PipelineException.missing("state backend");
        }
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
     * Ends the open transactions of all loops that an earlier instance had, also of those that this one does not have, and of sources that the pipeline
     * no longer has: they would hold up every reader until their timeout. A source that it has may be at work in another instance; whoever has
     * its turn next fences the last one.
     */
    private static void fenceFormerLoops(TransactionalLog log, Topology topology, String identity) {
        Pattern loop = Pattern.compile(Pattern.quote(identity) + "-\\d+");
        String anySource = IngestLoop.transactionalId(topology.name(), "");
        Set<String> sources = topology.ingests().stream()
                .map(ingest -> IngestLoop.transactionalId(topology.name(), topology.positionOf(ingest)))
                .collect(Collectors.toSet());
        for (TransactionDescription description : log.transactions().list()) {
            String id = description.transactionalId();
            boolean isFormer = loop.matcher(id).matches() || (id.startsWith(anySource) && !sources.contains(id));
            if (isFormer && !description.partitions().isEmpty()) {
                log.transactionalProducer(TransactionalProducerConfig.of(id)).close();
            }
        }
    }
}
