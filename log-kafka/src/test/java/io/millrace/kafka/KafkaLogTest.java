package io.millrace.kafka;

import io.millrace.log.EventLog;
import io.millrace.log.LogProducer;
import io.millrace.log.ProducerContract;

/** The contract of logs and groups on a real broker. */
class KafkaLogTest extends ProducerContract {
    private boolean isEmptied;

    @Override
    protected EventLog open() {
        if (!isEmptied) {
            TestBroker.empty();
            isEmptied = true;
        }
        return TestBroker.connect();
    }

    @Override
    protected void arrive(LogProducer producer) {
        producer.flush();
    }
}
