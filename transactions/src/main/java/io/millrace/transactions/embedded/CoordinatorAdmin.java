package io.millrace.transactions.embedded;

import io.millrace.transactions.TransactionAdmin;
import io.millrace.transactions.TransactionDescription;
import io.millrace.transactions.coordinator.TransactionCoordinator;
import java.util.List;
import java.util.Optional;

/** What the coordinator knows, for tools. */
record CoordinatorAdmin(TransactionCoordinator coordinator) implements TransactionAdmin {
    @Override
    public List<TransactionDescription> list() {
        return coordinator.list();
    }

    @Override
    public Optional<TransactionDescription> describe(String transactionalId) {
        return coordinator.describe(transactionalId);
    }
}
