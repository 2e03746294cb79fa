package io.millrace.examples.bank;

import static io.millrace.examples.bank.Credit.Kind.CREDIT;
import static io.millrace.examples.bank.Credit.Kind.REFUND;
import static io.millrace.examples.bank.Credit.Kind.SETTLED;
import static io.millrace.examples.bank.Status.APPLIED;
import static io.millrace.examples.bank.Status.CREDITED;
import static io.millrace.examples.bank.Status.REFUNDED;

import io.millrace.dsl.Output;
import io.millrace.dsl.ProcessContext;
import io.millrace.dsl.Processor;
import io.millrace.dsl.StoreAccess;
import io.millrace.examples.bank.RecentOrders.ChunkKey;
import io.millrace.serde.Serdes;
import io.millrace.state.KeyValueSpec;
import io.millrace.state.KeyValueStore;
import io.millrace.state.StoreSpec;

/** The business of the bank: what an order or a credit does to its account, and what follows. Owned by one task. */
final class Ledger implements Processor<Long, Entry> {
    static final KeyValueSpec<Long, Account> ACCOUNTS =
            StoreSpec.keyValue("accounts", Serdes.int64(), new AccountSerde());
    static final KeyValueSpec<ChunkKey, OrderIds> RECENT =
            StoreSpec.keyValue("recent-orders", new ChunkKeySerde(), new OrderIdsSerde());

    static final Output<Long, OrderResult> RESULTS = Output.named("results");
    static final Output<Long, Long> BALANCES = Output.named("balances");
    static final Output<Long, Credit> CREDITS = Output.named("credits");

    private final KeyValueStore<Long, Account> accounts;
    private final RecentOrders recent;

    Ledger(StoreAccess stores) {
        accounts = stores.get(ACCOUNTS);
        recent = new RecentOrders(stores.get(RECENT));
    }

    @Override
    public void process(Long id, Entry entry, ProcessContext out) {
        Account known = accounts.get(id);
        Account account = known == null ? Account.NONE : known;
        if (entry instanceof Order order) {
            enter(order, id, account, out);
        } else if (entry instanceof Credit credit) {
            enter(credit, id, account, out);
        }
    }

    private void enter(Order order, long id, Account account, ProcessContext out) {
        boolean isDuplicate = recent.contains(id, account, order.orderId());
        Status status = AccountRule.judge(account, order, isDuplicate);
        Account after = status == APPLIED ? AccountRule.apply(account, order) : account;
        accounts.put(id, recent.add(id, after, order.orderId()));
        report(order.orderId(), status, order.amount(), id, after, out);
        if (status == APPLIED && order.type() == OrderType.TRANSFER) {
            out.emit(CREDITS, order.toAccount(), new Credit(CREDIT, order.orderId(), id, order.amount()));
        }
    }

    private void enter(Credit credit, long id, Account account, ProcessContext out) {
        long amount = credit.amount();
        long other = credit.otherAccount();
        switch (credit.kind()) {
            case CREDIT -> {
                boolean isOwn = other == id;
                if (!AccountRule.accepts(account, isOwn, amount)) {
                    out.emit(CREDITS, other, new Credit(REFUND, credit.orderId(), id, amount));
                    return;
                }
                Account after = isOwn ? account.returned(amount) : account.plus(amount);
                accounts.put(id, after);
                report(credit.orderId(), CREDITED, amount, id, after, out);
                if (!isOwn) {
                    out.emit(CREDITS, other, new Credit(SETTLED, credit.orderId(), id, amount));
                }
            }
            case REFUND -> {
                Account after = account.returned(amount);
                accounts.put(id, after);
                report(credit.orderId(), REFUNDED, amount, id, after, out);
            }
            case SETTLED -> accounts.put(id, account.settled(amount));
        }
    }

    private static void report(long orderId, Status status, long amount, long id, Account after, ProcessContext out) {
        out.emit(RESULTS, id, new OrderResult(orderId, status, amount, after.balance()));
        if (!status.isRejection()) {
            out.emit(BALANCES, id, after.balance());
        }
    }
}
