package io.millrace.examples.bank;

import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.Output;
import io.millrace.dsl.ProcessContext;
import io.millrace.dsl.RowLookup;
import io.millrace.dsl.StoreAccess;
import io.millrace.dsl.TimerHandler;
import io.millrace.dsl.Topic;
import io.millrace.examples.bank.audit.MemoryHistory;
import io.millrace.log.Header;
import io.millrace.log.Partitioner;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;
import io.millrace.state.time.TimerSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The ledger with a task per partition and nothing else of a pipeline: records go to lists, credits and orders meet in a random order. */
public final class LedgerHarness {
    private record Arrival(long account, Entry entry) {}

    private final MemoryHistory history = new MemoryHistory();
    private final List<Task> tasks = new ArrayList<>();
    private final int partitions;

    public LedgerHarness(int partitions) {
        this.partitions = partitions;
        for (Topic<?, ?> topic : List.of(BankPipeline.ORDERS, BankPipeline.RESULTS, BankPipeline.BALANCES)) {
            history.withTopic(topic.name(), partitions);
        }
        history.withTopic(BankPipeline.DEAD_LETTERS.name(), 1);
        for (int p = 0; p < partitions; p++) {
            tasks.add(new Task(p));
        }
    }

    public MemoryHistory history() {
        return history;
    }

    public void load(InputLine line) {
        if (line instanceof OrderLine order) {
            int partition = partitionOf(order.account());
            history.add(BankPipeline.ORDERS, partition, order.account(), order.order());
            tasks.get(partition).orders.add(new Arrival(order.account(), order.order()));
        } else if (line instanceof DeadLetter letter) {
            history.add(BankPipeline.DEAD_LETTERS, 0, letter.lineNumber(), letter.line());
        }
    }

    /** Processes everything that there is and that follows from it. */
    public LedgerHarness drain(RandomGenerator random) {
        while (true) {
            List<Task> ready = tasks.stream().filter(Task::hasWork).toList();
            if (ready.isEmpty()) {
                return this;
            }
            ready.get(random.nextInt(ready.size())).step(random);
        }
    }

    Account account(long id) {
        return tasks.get(partitionOf(id)).store(Ledger.ACCOUNTS).get(id);
    }

    private int partitionOf(long account) {
        byte[] key = MemoryHistory.bytes(BankPipeline.ORDERS.keySerde(), account);
        return Partitioner.partitionOf(BytesView.of(key), partitions);
    }

    private final class Task implements StoreAccess, ProcessContext {
        private final int partition;
        private final Deque<Arrival> orders = new ArrayDeque<>();
        private final Deque<Arrival> credits = new ArrayDeque<>();
        private final Map<String, KeyValueStore<?, ?>> stores = new HashMap<>();
        private final Ledger ledger = new Ledger(this);

        Task(int partition) {
            this.partition = partition;
        }

        boolean hasWork() {
            return !orders.isEmpty() || !credits.isEmpty();
        }

        void step(RandomGenerator random) {
            boolean takesOrder = credits.isEmpty() || (!orders.isEmpty() && random.nextBoolean());
            Arrival arrival = takesOrder ? orders.remove() : credits.remove();
            ledger.process(arrival.account(), arrival.entry(), this);
        }

        @SuppressWarnings("unchecked") // a store's name stands for its types
        <K, V> KeyValueStore<K, V> store(KeyValueSpec<K, V> spec) {
            return (KeyValueStore<K, V>) stores.computeIfAbsent(spec.name(), MapStore::new);
        }

        @Override
        @SuppressWarnings("unchecked") // the ledger has key-value stores alone
        public <S> S get(StoreSpec<S> spec) {
            return (S) store((KeyValueSpec<?, ?>) spec);
        }

        @Override
        public <K> void onTimer(TimerSpec<K> timers, TimerHandler<K> handler) {
            throw new UnsupportedOperationException("The ledger has no timers");
        }

        @Override
        public <K, V> RowLookup<K, V> get(GlobalTable<K, V> table) {
            throw new UnsupportedOperationException("The ledger looks into no global table");
        }

        @Override
        public boolean hasRecord() {
            return true;
        }

        @Override
        public long watermark() {
            return timestamp();
        }

        @Override
        public long wallClock() {
            throw new UnsupportedOperationException("What the ledger does depends on no clock");
        }

        @Override
        public <K, V> void emit(Output<K, V> output, K key, V value) {
            long account = (Long) key;
            int target = partitionOf(account);
            if (value instanceof OrderResult result) {
                history.add(BankPipeline.RESULTS, target, account, result);
            } else if (value instanceof Long balance) {
                history.add(BankPipeline.BALANCES, target, account, balance);
            } else if (value instanceof Credit credit) {
                tasks.get(target).credits.add(new Arrival(account, credit));
            } else {
                throw new IllegalArgumentException("The ledger emitted " + value + " to " + output);
            }
        }

        @Override
        public <K, V> void emit(Output<K, V> output, K key, V value, long timestamp) {
            emit(output, key, value);
        }

        @Override
        public <K, V> void emit(Output<K, V> output, K key, V value, long timestamp, List<Header> headers) {
            emit(output, key, value);
        }

        @Override
        public TopicPartition topicPartition() {
            return new TopicPartition(BankPipeline.ORDERS.name(), partition);
        }

        @Override
        public long offset() {
            return 0;
        }

        @Override
        public long timestamp() {
            return 0;
        }

        @Override
        public List<Header> headers() {
            return List.of();
        }
    }
}
