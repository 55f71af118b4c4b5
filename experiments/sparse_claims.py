"""What papers on sparse training claim of their own methods, each on equal terms: one record, sparse_claims_CLAIM.json, a claim.

    python experiments/sparse_claims.py            # about 30 minutes on one quiet core; colt neq: only these two

What a claim is, on which network it is measured and what was simplified stands in claim_NAME.py. All learn from the 10,000 plain
digits that the other experiments with `lenet300` learn from.
"""

import claim_aswl
import claim_colt
import claim_neq
import claim_restart
import claim_rigl
from record import run_parts

CLAIMS = {
    "restart": claim_restart.run,
    "neq": claim_neq.run,
    "colt": claim_colt.run,
    "aswl": claim_aswl.run,
    "rigl": claim_rigl.run,
}


if __name__ == "__main__":
    run_parts(__doc__, CLAIMS)
