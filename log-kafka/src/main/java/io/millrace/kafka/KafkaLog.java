package io.millrace.kafka;

import io.millrace.log.ConsumerConfig;
import io.millrace.log.Disposition;
import io.millrace.log.LogAdmin;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogException;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerConfig;
import io.millrace.log.guard.GuardedConsumer;
import io.millrace.log.guard.GuardedProducer;
import io.millrace.platform.system.SystemWorld;
import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducer;
import io.millrace.transactions.TransactionalProducerConfig;
import io.millrace.transactions.guard.GuardedTransactionalProducer;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log on an Apache Kafka cluster: connected to by its name, and used as any other log.
 *
 * <pre>{@code
 * try (KafkaLog log = KafkaLog.connect("localhost:9092");
 *         Application app = bank.build().start(log, settings)) { ... }
 * }</pre>
 *
 * <p>Topics, groups and transactional ids are the cluster's, and other programs may use them too. What an acknowledged write survives is what the
 * cluster's replication survives: every write waits for all replicas that are in sync. Safe for use by several threads.
 */
public final class KafkaLog implements TransactionalLog {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaLog.class);
    private static final String TRANSACTION_VERSION = "transaction.version";
    /** The version of the transaction protocol that raises the epoch with every end (KIP-890). */
    private static final int STRICT = 2;

    private final ClientSettings settings;
    private final ClusterCalls calls;
    private final InstantSource clock = SystemWorld.clock();
    private final String clusterId;
    private final Topics topics;
    private final PartitionOffsets offsets;
    private final Groups groups;
    private final LogAdmin admin;
    private final TransactionAdmin transactions;
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();

    private KafkaLog(KafkaLogConfig config, ClusterCalls calls, String clusterId) {
        this.settings = new ClientSettings(config);
        this.calls = calls;
        this.clusterId = clusterId;
        topics = new Topics(calls);
        offsets = new PartitionOffsets(calls, topics);
        groups = new Groups(calls, offsets);
        admin = new KafkaLogAdmin(calls, config.replicas().map(Integer::shortValue), topics, offsets, groups);
        transactions = new KafkaTransactionAdmin(this, clock);
    }

    /**
     * Connects to the cluster that has a broker there, with {@link KafkaLogConfig#of}.
     *
     * @param bootstrapServers {@code host:port}, several separated by commas
     * @throws LogException with RETRY if no broker answers, with STOP if the cluster's transactions are not strict, or refuses this client
     */
    public static KafkaLog connect(String bootstrapServers) {
        return connect(KafkaLogConfig.of(bootstrapServers));
    }

    /** The same with these settings. @throws LogException as the other one, and with STOP if a property is wrong */
    public static KafkaLog connect(KafkaLogConfig config) {
        String what = "The cluster at " + config.bootstrapServers() + " could not be reached";
        Admin admin = open(
                "The settings for the cluster at " + config.bootstrapServers() + " are wrong",
                () -> Admin.create(new ClientSettings(config).admin()));
        ClusterCalls calls = new ClusterCalls(admin, config.requestTimeout());
        boolean connected = false;
        try {
            String clusterId = calls.await(what, admin.describeCluster().clusterId());
            FinalizedVersionRange version = calls.await(
                            what, admin.describeFeatures().featureMetadata())
                    .finalizedFeatures()
                    .get(TRANSACTION_VERSION);
            checkTransactions(config, version == null ? 0 : version.maxVersionLevel());
            KafkaLog log = new KafkaLog(config, calls, clusterId);
            connected = true;
            return log;
        } finally {
            if (!connected) {
                calls.close();
            }
        }
    }

    /** What a cluster with an older protocol can do to a transaction is named, whether it is taken or not. */
    static void checkTransactions(KafkaLogConfig config, int version) {
        if (version >= STRICT) {
            return;
        }
        String danger = "The cluster at " + config.bootstrapServers() + " has " + TRANSACTION_VERSION + " " + version
                + ", older than " + STRICT
                + " (KIP-890): a batch of a producer that was fenced or timed out, and arrives late, can become part of the next"
                + " transaction of its id, or leave one open for ever. Upgrade the brokers to 4.0 or newer and run kafka-features"
                + " upgrade --feature " + TRANSACTION_VERSION + "=" + STRICT;
        if (config.requireStrictTransactions()) {
            throw new LogException(Disposition.STOP, danger + "; or accept it by withRequireStrictTransactions(false)");
        }
        LOG.warn(danger);
    }

    private static <T> T open(String what, Supplier<T> client) {
        try {
            return client.get();
        } catch (RuntimeException e) {
            throw KafkaErrors.translate(what, e);
        }
    }

    /** The cluster's id. */
    @Override
    public String logId() {
        return clusterId;
    }

    @Override
    public LogAdmin admin() {
        return admin;
    }

    @Override
    public TransactionAdmin transactions() {
        return transactions;
    }

    @Override
    public LogProducer producer(ProducerConfig config) {
        calls.checkOpen();
        Producer<byte[], byte[]> client = producer(() -> settings.producer(config));
        return new GuardedProducer(new KafkaLogProducer(this, clock, config, client));
    }

    private static Producer<byte[], byte[]> producer(Supplier<java.util.Map<String, Object>> settings) {
        return open("No producer could be opened", () -> {
            Serializer<byte[]> asTheyAre = new Bytes.Writer();
            return new KafkaProducer<>(settings.get(), asTheyAre, asTheyAre);
        });
    }

    @Override
    public LogConsumer consumer(ConsumerConfig config) {
        calls.checkOpen();
        return open(
                "No consumer could be opened",
                () -> new GuardedConsumer(new KafkaLogConsumer(
                        this,
                        config,
                        new KafkaConsumer<>(settings.consumer(config), new Bytes.Reader(), new Bytes.Reader()))));
    }

    @Override
    public TransactionalProducer transactionalProducer(TransactionalProducerConfig config) {
        if (calls.isClosed()) {
            throw new LogException(Disposition.STOP, "The log is closed: open it again for a new producer");
        }
        Producer<byte[], byte[]> client = producer(() -> settings.transactional(config));
        boolean initialised = false;
        try {
            client.initTransactions();
            initialised = true;
        } catch (RuntimeException e) {
            throw KafkaErrors.translate("The producer of " + config.transactionalId() + " could not be opened", e);
        } finally {
            if (!initialised) {
                client.close(java.time.Duration.ZERO);
            }
        }
        return new GuardedTransactionalProducer(new KafkaTransactionalProducer(this, config.transactionalId(), client));
    }

    /** Ends the administration and waiting polls. Nothing is to be written: what was acknowledged is the cluster's. */
    @Override
    public void close() {
        if (calls.close()) {
            waiting.forEach(Runnable::run);
        }
    }

    ClusterCalls calls() {
        return calls;
    }

    Topics topics() {
        return topics;
    }

    PartitionOffsets offsets() {
        return offsets;
    }

    Groups groups() {
        return groups;
    }

    /** Has something run when the log is closed. */
    void onClose(Runnable wake) {
        waiting.add(wake);
    }

    void removeOnClose(Runnable wake) {
        waiting.remove(wake);
    }
}
