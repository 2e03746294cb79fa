package io.millrace.log.embedded;

import io.millrace.log.EventLog;
import io.millrace.log.EventLogContract;
import io.millrace.platform.system.SystemWorld;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on real files. */
class LogEngineFileTest extends EventLogContract {
    @TempDir
    private Path directory;

    @Override
    protected EventLog open() {
        return LogEngine.open(SystemWorld.open(directory), EmbeddedLogConfig.defaults());
    }
}
