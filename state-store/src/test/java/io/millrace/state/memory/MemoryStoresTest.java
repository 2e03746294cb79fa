package io.millrace.state.memory;

import io.millrace.state.KeyValueStoreContract;
import io.millrace.state.StateBackend;
import io.millrace.state.time.TimeStoreContract;
import org.junit.jupiter.api.Nested;

class MemoryStoresTest {
    @Nested
    class Time extends TimeStoreContract {
        @Override
        protected StateBackend newBackend() {
            return new MemoryBackend("log");
        }
    }

    @Nested
    class KeyValue extends KeyValueStoreContract {
        @Override
        protected StateBackend newBackend() {
            return new MemoryBackend("log");
        }
    }
}
