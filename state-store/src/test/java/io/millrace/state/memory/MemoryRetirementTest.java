package io.millrace.state.memory;

import io.millrace.state.RetirementContract;
import io.millrace.state.StateBackend;

class MemoryRetirementTest extends RetirementContract {
    @Override
    protected StateBackend newBackend() {
        return new MemoryBackend("log");
    }
}
