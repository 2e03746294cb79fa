package io.millrace.transactions.embedded;

import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalLogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedLogOnFilesTest extends TransactionalLogContract {
    @TempDir
    Path directory;

    @Override
    protected TransactionalLog openEmpty() {
        return EmbeddedLog.open(directory, EmbeddedLogConfig.defaults());
    }
}
