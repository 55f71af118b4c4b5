"""What the primary capsules of the shipped `tiny` vote for a few test digits, for the figure `routing` of chapter 14.

    python experiments/routing_votes.py          # some seconds

Three of the first `LOOKED_AT` test digits: the one that is read with the longest lead over the next class, the one that is read
with the shortest, and the one that is misread with the longest. All 128 capsules, all classes, every vote as one of 2·`MOST` + 1
codes of one step, which is a letter: the page carries them, and routes them by itself. Beside them the lengths that the network
gives with its votes as they are.
"""

import torch
from record import Record, arguments

from squeezelab.bridge.capsule_modules import votes_of
from squeezelab.capsules import trained
from squeezelab.compression.integer_codes import LETTERS
from squeezelab.data import digits
from squeezelab.networks import capsnet

NETWORK, LOOKED_AT, MOST, GREYS = "tiny", 2_000, 31, 15
WHICH = ("sure", "close", "wrong")


def looked_at(model, test):
    """(primary capsules (B, N, Din), lengths (B, J)) of the digits."""
    found = []
    hook = model.get_submodule("primary_squash").register_forward_hook(lambda module, given, made: found.append(made))
    with torch.no_grad():
        lengths = model(test.images)
    hook.remove()
    return found[0], lengths


def places_of(lengths, labels):
    """The place of each of `WHICH` among the digits."""
    two, read = lengths.topk(2).values, lengths.argmax(1)
    lead, right = two[:, 0] - two[:, 1], read == labels
    return {
        "sure": int(lead.where(right, torch.tensor(-1.0)).argmax()),
        "close": int(lead.where(right, torch.tensor(2.0)).argmin()),
        "wrong": int(lead.where(~right, torch.tensor(-1.0)).argmax()),
    }


def lettered(votes, step):
    """Votes (J, N, D) as letters, class by class, value by value, capsule by capsule."""
    codes = (votes / step).round().int() + MOST
    return "".join(LETTERS[code] for code in codes.transpose(1, 2).flatten().tolist())


def main():
    fresh, model, test = arguments(__doc__).fresh, trained(NETWORK).eval(), digits()[1].take(LOOKED_AT)
    inputs, lengths = looked_at(model, test)
    places = places_of(lengths, test.labels)
    chosen = list(places.values())
    votes = dict(zip(WHICH, votes_of(inputs[chosen], model.state_dict()["digits.votes.weight"])))
    step = float(f"{max(float(each.abs().max()) for each in votes.values()) / MOST:.4g}")

    def measure(which):
        place = places[which]
        pixels = (test.images[place].flatten() * GREYS).round().int().tolist()
        found = {"place": place, "label": int(test.labels[place]), "pixels": "".join(f"{pixel:x}" for pixel in pixels)}
        return found | {
            "lengths": [round(length, 4) for length in lengths[place].tolist()],
            "votes": lettered(votes[which], step),
        }

    layer = capsnet(NETWORK)["digits.votes"]
    primary = capsnet(NETWORK)["primary"].shape
    settings = {"network": NETWORK, "looked_at": LOOKED_AT, "most": MOST, "step": step, "greys": GREYS}
    settings |= {"shape": list(layer.shape), "side": primary[1], "types": layer.shape[1] // primary[1] ** 2}
    Record("routing_votes", settings, fresh).run([{"which": which} for which in WHICH], measure)


if __name__ == "__main__":
    main()
