package io.shm.inspect;

import io.shm.ledger.Finding;
import io.shm.ledger.LedgerScan;
import io.shm.ledger.RecordView;
import java.util.ArrayList;
import java.util.List;

/** Turns findings into rows, with the blocks that they are about. */
final class VerificationRows {
    private final Identity identity;
    private final LedgerScan scan;
    private final BlockRows blocks;

    VerificationRows(Identity identity, BlockRows blocks, LedgerScan scan) {
        this.identity = identity;
        this.blocks = blocks;
        this.scan = scan;
    }

    Verification of(Verifier.Outcome outcome) {
        List<FindingRow> broken = new ArrayList<>();
        List<FindingRow> off = new ArrayList<>();
        for (Finding finding : outcome.findings().all()) {
            (finding.rule().isHint() ? off : broken).add(row(finding));
        }
        return new Verification(
                identity,
                List.copyOf(broken),
                List.copyOf(off),
                outcome.quarantined().stream().map(this::outOfUse).toList(),
                outcome.findings().more(),
                outcome.slabs(),
                outcome.records(),
                outcome.attached(),
                outcome.compared());
    }

    private FindingRow row(Finding finding) {
        return new FindingRow(
                finding.rule().label(),
                finding.rule().sentence(),
                finding.place(),
                finding.number(),
                finding.index(),
                finding.at(),
                finding.observed(),
                finding.evidence(),
                finding.rule().remedy().label(),
                block(finding));
    }

    private FindingRow outOfUse(Finding finding) {
        return new FindingRow(
                "quarantine",
                "taken out of use, because it was damaged",
                finding.place(),
                finding.number(),
                finding.index(),
                finding.at(),
                finding.observed(),
                "",
                "release",
                block(finding));
    }

    private BlockRow block(Finding finding) {
        if (finding.index() < 0) {
            return null;
        }
        RecordView record = scan.block(finding.number(), finding.index());
        return record == null ? null : blocks.row(record);
    }
}
