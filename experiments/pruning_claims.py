"""What papers on pruning claim of their own methods, each on equal terms: one record, pruning_claims_CLAIM.json, for each claim.

    python experiments/pruning_claims.py --workers 2         # about an hour on one core; nisp sbpf: only these two

What a claim is, on which network it is measured and what was simplified stands in claim_NAME.py. Together they have the dense
starts of experiments/pruning.py, kept in build/pruning: five seeds, 6,000 cluttered digits at 32×32 each.
"""

import claim_hubens
import claim_nisp
import claim_nnrelief
import claim_sbpf
import claim_slimming
import claim_smcp
from record import run_parts

CLAIMS = {
    "nisp": claim_nisp.run,
    "sbpf": claim_sbpf.run,
    "nnrelief": claim_nnrelief.run,
    "slimming": claim_slimming.run,
    "smcp": claim_smcp.run,
    "hubens": claim_hubens.run,
}


if __name__ == "__main__":
    run_parts(__doc__, CLAIMS)
