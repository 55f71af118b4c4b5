"""What a generated module costs beside one written by hand: `python benchmarks/bridge.py`, on one thread.

A training step (forward, loss, backward, SGD) of a small residual network, once as `to_torch` makes it, once as one would
write it. Both have the same weights; the steps take turns, so that whatever slows the machine slows both, and the
ratio within each round counts. The last column is the hand-written module beside its own twin: what is noise.
"""

import statistics
import time

import torch
from torch import nn

from squeezelab.bridge import to_torch
from squeezelab.networks import Network

ROUNDS = 90
WIDTH, SIDE, CLASSES = 16, 28, 10


def network(blocks):
    """A convolution, `blocks` residual blocks and a linear layer."""
    net = Network("residual", (1, SIDE, SIDE))
    x = net.conv_norm_relu(net.input, WIDTH, 3, name="stem")
    for number in range(blocks):
        with net.scope(f"block{number}"):
            y = net.conv_norm_relu(x, WIDTH, 3, name="conv1")
            y = net.conv_norm(y, WIDTH, 3, name="conv2")
            x = net.relu(net.add(y, x, name="add"), name="relu")
    net.linear(net.global_avg_pool(x, name="pool"), CLASSES, name="fc")
    return net


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(WIDTH, WIDTH, 3, padding=1, bias=False), nn.BatchNorm2d(WIDTH)
        self.conv2, self.norm2 = nn.Conv2d(WIDTH, WIDTH, 3, padding=1, bias=False), nn.BatchNorm2d(WIDTH)
        self.relu = nn.ReLU()

    def forward(self, x):
        y = self.relu(self.norm1(self.conv1(x)))
        return self.relu(self.norm2(self.conv2(y)) + x)


class Written(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.stem, self.norm, self.relu = nn.Conv2d(1, WIDTH, 3, padding=1, bias=False), nn.BatchNorm2d(WIDTH), nn.ReLU()
        self.blocks = nn.Sequential(*[Block() for _ in range(blocks)])
        self.fc = nn.Linear(WIDTH, CLASSES)

    def forward(self, x):
        x = self.blocks(self.relu(self.norm(self.stem(x))))
        return self.fc(x.mean((2, 3)))


def step(model, optimizer, images, labels):
    """Seconds of CPU time of one training step: what other programs take of the processor is not in it."""
    start = time.process_time()
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images), labels).backward()
    optimizer.step()
    return time.process_time() - start


def compared(models, images, labels):
    """(median ms of a step of each model, median over the rounds of its time beside the first's)."""
    optimizers = [torch.optim.SGD(model.parameters(), lr=0.01) for model in models]
    places = range(len(models))
    rounds = []
    for number in range(ROUNDS):
        order = [(number + place) % len(models) for place in places]  # each model has each turn
        times = {place: step(models[place], optimizers[place], images, labels) for place in order}
        rounds.append([times[place] for place in places])
    rounds = rounds[ROUNDS // 10 :]  # the first ones warm up
    medians = [1e3 * statistics.median(column) for column in zip(*rounds)]
    return medians, [statistics.median(times[place] / times[0] for times in rounds) for place in places]


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(f"{'blocks':>6}{'batch':>6}{'written (ms)':>14}{'to_torch (ms)':>15}{'ratio':>8}{'its twin':>10}")
    for blocks, batch in ((3, 1), (3, 32), (8, 8)):
        written, twin, made = Written(blocks), Written(blocks), to_torch(network(blocks))
        for model in (twin, made):
            model.load_state_dict(dict(zip(model.state_dict(), written.state_dict().values())))
        images, labels = torch.randn(batch, 1, SIDE, SIDE), torch.randint(CLASSES, (batch,))
        torch.testing.assert_close(made(images), written(images))
        medians, ratio = compared([written, made, twin], images, labels)
        print(f"{blocks:>6}{batch:>6}{medians[0]:>14.2f}{medians[1]:>15.2f}{ratio[1]:>8.3f}{ratio[2]:>10.3f}")


if __name__ == "__main__":
    main()
