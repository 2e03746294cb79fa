package io.millrace.kafka;

import io.millrace.transactions.EngineTrait;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalLogContract;
import java.util.Set;

/** The contract of transactions on a real broker. */
class KafkaTransactionsTest extends TransactionalLogContract {
    @Override
    protected TransactionalLog openEmpty() {
        TestBroker.empty();
        return TestBroker.connect();
    }

    @Override
    protected Set<EngineTrait> traits() {
        return Set.of();
    }

    @Override
    protected void settle() {
        TestBroker.awaitMarkers(log());
    }
}
