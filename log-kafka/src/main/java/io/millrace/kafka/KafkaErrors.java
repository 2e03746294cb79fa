package io.millrace.kafka;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.FencedMemberEpochException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * The one place where what Kafka's clients throw becomes an error of the log (K1). Pure.
 *
 * <p>Kafka's own hierarchy tells little of what to do, and some of it, such as {@code InvalidProducerEpochException}, means something else by the call
 * that throws it; so each class is named here that means more than "somebody has to look".
 */
final class KafkaErrors {
    private static final Pattern PROPERTY =
            Pattern.compile("(?:for configuration |required configuration \")([a-z0-9._]+)");

    private KafkaErrors() {}

    /**
     * @param what what was tried, as the beginning of a sentence: "Topic orders could not be created"
     * @param failure what a client threw, or a future of its failed with
     */
    static LogException translate(String what, Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof LogException known) {
            return known;
        }
        if (cause instanceof ConfigException) {
            // Its text shows the value, which may be a secret (K2): neither that nor the exception goes on.
            return new LogException(
                    Disposition.STOP, what + ": property " + property(cause) + " has no valid value. Correct it");
        }
        Disposition disposition = dispositionOf(cause);
        return new LogException(disposition, what + ": " + reason(cause) + advice(cause, disposition), cause);
    }

    /** What a future or another class of errors was wrapped around. */
    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || cause.getClass() == KafkaException.class)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    static Disposition dispositionOf(Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof LogException known) {
            return known.disposition();
        } else if (isFenced(cause) || isReplaced(cause)) {
            return Disposition.RESTART_TASK;
        } else if (isAbortable(cause)) {
            return Disposition.ABORT_TRANSACTION;
        } else if (cause instanceof UnknownTopicOrPartitionException) {
            // Retriable for Kafka, since metadata may be old; the client has asked again for as long as it may.
            return Disposition.STOP;
        } else if (cause instanceof RetriableException
                || cause instanceof InterruptException
                || cause instanceof GroupNotEmptyException) {
            return Disposition.RETRY;
        }
        return Disposition.STOP;
    }

    /** Another producer has the transactional id, or the cluster has forgotten it or its place: only a new producer goes on. */
    static boolean isFenced(Throwable failure) {
        Throwable cause = unwrap(failure);
        return cause instanceof ProducerFencedException
                || cause instanceof InvalidProducerEpochException
                || cause instanceof InvalidPidMappingException
                || cause instanceof UnknownProducerIdException;
    }

    /** The member is none any more, or its generation is over. */
    static boolean isReplaced(Throwable failure) {
        Throwable cause = unwrap(failure);
        return cause instanceof CommitFailedException
                || cause instanceof FencedInstanceIdException
                || cause instanceof FencedMemberEpochException
                || cause instanceof StaleMemberEpochException
                || cause instanceof IllegalGenerationException
                || cause instanceof UnknownMemberIdException
                || cause instanceof RebalanceInProgressException;
    }

    private static boolean isAbortable(Throwable cause) {
        return cause instanceof TransactionAbortableException || cause instanceof OutOfOrderSequenceException;
    }

    private static String property(Throwable cause) {
        Matcher matcher = PROPERTY.matcher(String.valueOf(cause.getMessage()));
        return matcher.find() ? matcher.group(1) : "among those given";
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : stripped(message);
    }

    private static String stripped(String message) {
        String text = message.strip();
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private static String advice(Throwable cause, Disposition disposition) {
        if (cause instanceof AuthenticationException) {
            return ". Check the credentials and the security.protocol among the properties of KafkaLogConfig";
        } else if (cause instanceof TransactionalIdAuthorizationException) {
            return ". Allow the principal to Write and Describe this transactional id";
        } else if (cause instanceof AuthorizationException) {
            return ". Allow it to the principal, by an ACL of the cluster";
        } else if (cause instanceof UnsupportedVersionException) {
            return ". The brokers are too old for it: Millrace needs Kafka 4.0 or newer";
        }
        return switch (disposition) {
            case RETRY ->
                cause instanceof ApiException ? ". Try again; if it stays so, look at the brokers" : ". Try again";
            case ABORT_TRANSACTION -> ". Abort the transaction; a new one may succeed";
            case RESTART_TASK -> ". Close this one and start anew";
            case STOP -> "";
        };
    }
}
