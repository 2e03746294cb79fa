package io.millrace.state.memory;

import io.millrace.state.KeyValueStoreContract;
import io.millrace.state.StateBackend;
import org.junit.jupiter.api.Nested;

class MemoryStoresTest {
    @Nested
    class KeyValue extends KeyValueStoreContract {
        @Override
        protected StateBackend newBackend() {
            return new MemoryBackend("log");
        }
    }
}
