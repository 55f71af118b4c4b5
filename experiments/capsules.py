"""What capsules are worth: routing, overlapping and turned digits, and four ways to afford them, on five seeds each.

    python experiments/capsules.py --workers 2            # a hundred minutes on two quiet cores
    python experiments/capsules.py --workers 2 routing    # one part

Every part writes a record of its own, capsules_PART.json, and what its learning rates were chosen by, capsules_PART_rates.json:
the best of three (or beyond the edge of these) on held-out training digits, of every side on its own. Parts:

- routing: `tiny` with 1 to 5 routing iterations, with and without a decoder, with one matrix a class for all inputs (Gu and
  Tresp), each also tested with other numbers of iterations; how far its couplings are from uniform.
- overlap: two digits on one canvas: capsules with a decoder, a CNN of as many params, a CNN of as many MACs.
- affine: trained on moved digits, tested on turned, sheared and stretched ones after every epoch.
- types: capsule types removed from trained networks, trained on for an epoch, beside small networks from scratch.
- backbone: capsules on a network whose channels were pruned before.
- momentum: blocks of capsules, plain, residual, with momentum.
- bits: the `mcu` network in integers of 8 to 4 bits.
- xnor: binarised projections and agreements beside the float head.
"""

import capsules_affine
import capsules_backbone
import capsules_bits
import capsules_momentum
import capsules_overlap
import capsules_routing
import capsules_types
import capsules_xnor
from record import run_parts

PARTS = {
    "routing": capsules_routing.run,
    "overlap": capsules_overlap.run,
    "affine": capsules_affine.run,
    "types": capsules_types.run,
    "backbone": capsules_backbone.run,
    "momentum": capsules_momentum.run,
    "bits": capsules_bits.run,
    "xnor": capsules_xnor.run,
}

if __name__ == "__main__":
    run_parts(__doc__, PARTS)
