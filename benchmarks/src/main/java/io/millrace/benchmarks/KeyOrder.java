package io.millrace.benchmarks;

import java.util.SplittableRandom;

/** Which key is used next. */
public enum KeyOrder {
    /** Every key as often as any other, in no order: most of what a look-up reads is in no cache of the processor. */
    UNIFORM {
        @Override
        int draw(SplittableRandom random, int keys) {
            return random.nextInt(keys);
        }
    },
    /** A thousand keys, every one as often as any other. */
    HOT {
        @Override
        int draw(SplittableRandom random, int keys) {
            // Spread over all keys.
            return random.nextInt(HOT_KEYS) * (keys / HOT_KEYS);
        }
    };

    private static final int HOT_KEYS = 1_000;

    abstract int draw(SplittableRandom random, int keys);

    /** The same keys in every run. */
    int[] draw(int keys, int count) {
        SplittableRandom random = new SplittableRandom(42);
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = draw(random, keys);
        }
        return drawn;
    }
}
