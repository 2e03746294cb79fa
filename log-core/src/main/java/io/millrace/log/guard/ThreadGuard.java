package io.millrace.log.guard;

import java.util.ConcurrentModificationException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Notices two threads inside of an object that serves one at a time. Safe for use by several threads; that is what it is for.
 *
 * <p>A call {@linkplain #enter enters} before it touches anything and {@linkplain #exit leaves} when it is over, whatever becomes of it. Who comes
 * while another thread is inside is refused and has changed nothing. The same thread may enter again, as a listener does that a call runs:
 * it leaves as often. One thread after the other is no mistake, and what the first did is seen by the next.
 *
 * <p>{@link #enterOften} costs about a nanosecond, for what is called ten million times a second: reads and writes without an atomic exchange. Two
 * threads that enter within the same few nanoseconds both pass it; the one that leaves last or first, or the next one to enter, is told. {@link #enter}
 * is exact among its own kind.
 */
public final class ThreadGuard {
    private static final long NOBODY = 0;

    private final String what;
    private final String advice;

    /** The id of the thread that is inside: a number, since writing a reference costs more, in some garbage collectors much more. */
    private final AtomicLong holder = new AtomicLong(NOBODY);

    /** How often the holder entered again. Its own. */
    private int depth;

    /** Who was inside last, for its name; written when another one comes. */
    private volatile @Nullable Thread latest;

    /**
     * @param what what serves one thread at a time, such as "producer"
     * @param advice what to do instead of sharing it; the end of a sentence
     */
    public ThreadGuard(String what, String advice) {
        this.what = what;
        this.advice = advice;
    }

    /**
     * Enters.
     *
     * @param call what is called, for the message
     * @throws ConcurrentModificationException if another thread is inside
     */
    public void enter(String call) {
        Thread me = Thread.currentThread();
        long id = me.getId();
        if (holder.compareAndSet(NOBODY, id)) {
            entered(me);
            return;
        }
        enterAgain(id, holder.getAcquire(), call);
    }

    /** The same where each nanosecond counts. */
    public void enterOften(String call) {
        Thread me = Thread.currentThread();
        long id = me.getId();
        long inside = holder.getAcquire();
        if (inside == NOBODY) {
            holder.setOpaque(id);
            entered(me);
            return;
        }
        enterAgain(id, inside, call);
    }

    private void entered(Thread me) {
        if (latest != me) {
            latest = me;
        }
    }

    private void enterAgain(long id, long inside, String call) {
        if (inside != id) {
            throw new ConcurrentModificationException("Thread "
                    + Thread.currentThread().getName() + " called " + call
                    + " of a " + what + " while " + nameOf(inside) + " is in a call of it; nothing was done. A " + what
                    + " serves one thread at a time: " + advice);
        }
        depth++;
    }

    /** @throws ConcurrentModificationException if another thread was let in meanwhile */
    public void exit() {
        if (depth > 0) {
            depth--;
            return;
        }
        long inside = holder.getOpaque();
        if (inside != Thread.currentThread().getId()) {
            throw new ConcurrentModificationException(
                    "Thread " + Thread.currentThread().getName() + " was in a call of a "
                            + what + " together with " + nameOf(inside)
                            + ": what the two did may be lost, or done in part. Close it. A " + what
                            + " serves one thread at a time: " + advice);
        }
        holder.setRelease(NOBODY);
    }

    private String nameOf(long id) {
        Thread last = latest;
        return last != null && last.getId() == id ? "thread " + last.getName() : "another thread";
    }
}
