package io.millrace.transactions.guard;

import io.millrace.log.GroupMetadata;
import io.millrace.log.Header;
import io.millrace.log.TopicPartition;
import io.millrace.log.guard.ThreadGuard;
import io.millrace.serde.BytesView;
import io.millrace.transactions.PreparedTransaction;
import io.millrace.transactions.TransactionOutcome;
import io.millrace.transactions.TransactionalProducer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A transactional producer that refuses a second thread while one is in a call. Safe for use by several threads, in so far. */
public final class GuardedTransactionalProducer implements TransactionalProducer {
    private final TransactionalProducer producer;
    private final ThreadGuard guard = new ThreadGuard(
            "transactional producer",
            "give each thread one of its own, with a transactional id of its own, or call it under one lock");

    public GuardedTransactionalProducer(TransactionalProducer producer) {
        this.producer = producer;
    }

    @Override
    public void begin() {
        guard.enter("begin()");
        try {
            producer.begin();
        } finally {
            guard.exit();
        }
    }

    @Override
    public void send(
            TopicPartition topicPartition,
            long timestamp,
            @Nullable BytesView key,
            @Nullable BytesView value,
            List<Header> headers) {
        guard.enterOften("send()");
        try {
            producer.send(topicPartition, timestamp, key, value, headers);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void flush() {
        guard.enter("flush()");
        try {
            producer.flush();
        } finally {
            guard.exit();
        }
    }

    @Override
    public long endOffset(TopicPartition topicPartition) {
        guard.enter("endOffset()");
        try {
            return producer.endOffset(topicPartition);
        } finally {
            guard.exit();
        }
    }

    @Override
    public void sendOffsets(Map<TopicPartition, Long> offsets, GroupMetadata group) {
        guard.enter("sendOffsets()");
        try {
            producer.sendOffsets(offsets, group);
        } finally {
            guard.exit();
        }
    }

    @Override
    public PreparedTransaction prepare() {
        guard.enter("prepare()");
        try {
            return producer.prepare();
        } finally {
            guard.exit();
        }
    }

    @Override
    public TransactionOutcome commit() {
        guard.enter("commit()");
        try {
            return producer.commit();
        } finally {
            guard.exit();
        }
    }

    @Override
    public TransactionOutcome abort() {
        guard.enter("abort()");
        try {
            return producer.abort();
        } finally {
            guard.exit();
        }
    }

    @Override
    public void keepAlive() {
        guard.enter("keepAlive()");
        try {
            producer.keepAlive();
        } finally {
            guard.exit();
        }
    }

    @Override
    public String transactionalId() {
        return producer.transactionalId();
    }

    @Override
    public void close() {
        guard.enter("close()");
        try {
            producer.close();
        } finally {
            guard.exit();
        }
    }
}
