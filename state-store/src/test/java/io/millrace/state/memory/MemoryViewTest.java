package io.millrace.state.memory;

import io.millrace.state.StateBackend;
import io.millrace.state.StateViewContract;

class MemoryViewTest extends StateViewContract {
    @Override
    protected StateBackend newBackend() {
        return new MemoryBackend("log");
    }
}
