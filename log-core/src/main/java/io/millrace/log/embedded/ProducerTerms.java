package io.millrace.log.embedded;

import io.millrace.log.Durability;
import io.millrace.log.ProducerConfig;
import io.millrace.log.ProducerConfig.Acks;
import io.millrace.platform.Ticker;

/**
 * What holds for all lanes of one producer.
 *
 * @param acknowledgesAtOnce true if nothing is waited for
 * @param forces true if an acknowledgement waits for a force
 * @param patience how long a send may wait
 */
record ProducerTerms(
        long producerId,
        boolean acknowledgesAtOnce,
        boolean forces,
        long lingerNanos,
        long deliveryNanos,
        Patience patience) {
    static ProducerTerms of(LogEngine engine, ProducerConfig config) {
        Acks acks = config.acks()
                .orElse(engine.config().durability() == Durability.POWER_LOSS ? Acks.FORCED : Acks.WRITTEN);
        return new ProducerTerms(
                engine.newProducerId(),
                acks == Acks.NONE,
                acks == Acks.FORCED,
                Ticker.nanosOf(config.linger()),
                Ticker.nanosOf(config.deliveryTimeout()),
                new Patience(engine.world(), config.maxBlock()));
    }
}
