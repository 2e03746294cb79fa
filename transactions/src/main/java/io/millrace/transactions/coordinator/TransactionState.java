package io.millrace.transactions.coordinator;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The states of a transactional id, with the ids and names that Kafka gives them in {@code __transaction_state}. */
public enum TransactionState {
    /** Known, and never had a transaction with the present producer. */
    EMPTY(0, "Empty"),
    /** A transaction is open. */
    ONGOING(1, "Ongoing"),
    /** The commit is decided; markers may be missing. */
    PREPARE_COMMIT(2, "PrepareCommit"),
    /** The abort is decided; markers may be missing. */
    PREPARE_ABORT(3, "PrepareAbort"),
    /** Committed, all markers are written. */
    COMPLETE_COMMIT(4, "CompleteCommit"),
    /** Aborted, all markers are written. */
    COMPLETE_ABORT(5, "CompleteAbort"),
    /** Forgotten: persisted as a tombstone, and gone once applied. */
    DEAD(6, "Dead"),
    /** Reserved: Kafka's pending state between a fence and its abort, which are one record here. Never persisted. */
    PREPARE_EPOCH_FENCE(7, "PrepareEpochFence"),
    /**
     * All is written, and an outside resource decides: open without a timeout until somebody says commit or abort. Kafka has no id for it:
     * to its tools the transaction is ongoing.
     */
    PREPARED(1, "Prepared");

    private static final int KAFKAS_STATES = 8;

    private final byte id;
    private final String label;

    TransactionState(int id, String label) {
        this.id = (byte) id;
        this.label = label;
    }

    public byte id() {
        return id;
    }

    /** The name that Kafka's tools print. */
    public String label() {
        return label;
    }

    /** The state with this id; of 1 that is {@link #ONGOING}. */
    public static Optional<TransactionState> ofId(int id) {
        return id >= 0 && id < KAFKAS_STATES ? Optional.of(values()[id]) : Optional.empty();
    }

    /** The states that may come before this one. An abort without partitions is legal, since every end raises the epoch. */
    public Set<TransactionState> predecessors() {
        return switch (this) {
            case EMPTY, DEAD -> EnumSet.of(EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT);
            case ONGOING -> EnumSet.of(ONGOING, EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT);
            case PREPARED -> EnumSet.of(ONGOING, EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT);
            case PREPARE_COMMIT -> EnumSet.of(ONGOING, PREPARED);
            case PREPARE_EPOCH_FENCE -> EnumSet.of(ONGOING);
            case PREPARE_ABORT ->
                EnumSet.of(ONGOING, PREPARED, PREPARE_EPOCH_FENCE, EMPTY, COMPLETE_COMMIT, COMPLETE_ABORT);
            case COMPLETE_COMMIT -> EnumSet.of(PREPARE_COMMIT);
            case COMPLETE_ABORT -> EnumSet.of(PREPARE_ABORT);
        };
    }

    /** True while a decision waits for its markers. */
    public boolean isDecided() {
        return this == PREPARE_COMMIT || this == PREPARE_ABORT;
    }

    /** True from the first record of a transaction to its decision. */
    public boolean isOpen() {
        return this == ONGOING || this == PREPARED;
    }
}
