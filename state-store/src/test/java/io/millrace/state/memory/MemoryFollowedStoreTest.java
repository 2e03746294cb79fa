package io.millrace.state.memory;

import io.millrace.state.FollowedStoreContract;
import io.millrace.state.StateBackend;

class MemoryFollowedStoreTest extends FollowedStoreContract {
    @Override
    protected StateBackend newBackend() {
        return new MemoryBackend("log");
    }
}
