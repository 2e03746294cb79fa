package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.ProducerConfig;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the batches of one producer hold together: the arrays that they are built in, full or empty. Owned by the producer's thread.
 *
 * <p>A lane {@linkplain #reserve asks} before it takes a larger array, so the arrays never hold more than {@link ProducerConfig#bufferBytes},
 * even while one is copied into the other; but the first one is always granted, or a record larger than the buffer could not be sent at all.
 * An array is kept when its batch is written, for the next one, and given back when another lane needs memory: the lane that has
 * held some for longest is written out and gives back all it has. So batches become as large as the buffer lets them, however many
 * partitions there are, and a partition to which nothing more comes keeps memory from the others for one round.
 */
final class ProducerMemory {
    private final int most;
    private final Patience patience;
    /** The lanes that hold memory, longest first. */
    private final Set<ProducerLane> holding = new LinkedHashSet<>();

    private long held;
    /** Why the last lane that was to be written out could not be; null if it could. */
    private @Nullable LogException refusal;

    ProducerMemory(ProducerConfig config, Patience patience) {
        this.most = config.bufferBytes();
        this.patience = patience;
    }

    /** What all lanes hold, in bytes. */
    long held() {
        return held;
    }

    /**
     * Makes room for an array of so many bytes beside all that are there; whoever takes it {@linkplain #changed says so}.
     *
     * @param lane who asks
     * @return false if the lane itself was written out and has given back its memory: it needs less than it asked for, and asks again
     * @throws LogException with RETRY if nothing could be written in time
     */
    boolean reserve(ProducerLane lane, int bytes) {
        if (hasRoomFor(bytes)) {
            return true;
        }
        boolean wasHolding = holding.contains(lane);
        patience.until(() -> makeRoom(lane, bytes), this::outOfMemory);
        return !wasHolding || holding.contains(lane);
    }

    /** A lane holds more than before, or less if negative. */
    void changed(ProducerLane lane, int bytes) {
        held += bytes;
        holding.add(lane);
    }

    private boolean hasRoomFor(int bytes) {
        return holding.isEmpty() || held + bytes <= most;
    }

    private boolean makeRoom(ProducerLane lane, int bytes) {
        while (!hasRoomFor(bytes)) {
            ProducerLane eldest = holding.iterator().next();
            if (!isWritten(eldest)) {
                return false;
            }
            holding.remove(eldest);
            held -= eldest.release();
            if (eldest == lane) {
                return true;
            }
        }
        return true;
    }

    private boolean isWritten(ProducerLane lane) {
        try {
            lane.write();
            refusal = null;
            return true;
        } catch (LogException e) {
            if (e.disposition() != Disposition.RETRY) {
                throw e;
            }
            refusal = e;
            return false;
        }
    }

    private LogException outOfMemory() {
        LogException why = refusal;
        return new LogException(
                Disposition.RETRY,
                "A record was not taken: the producer's memory (" + most + " bytes) is full, and what waits for "
                        + holding.iterator().next().log().topicPartition() + " could not be written in time: "
                        + (why == null ? "the disk is slow" : why.getMessage()),
                why);
    }
}
