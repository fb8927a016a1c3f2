"""Muon: momentum whose matrix updates are made orthogonal (Keller Jordan, 2024).

  M      = momentum * M + G,  U = G + momentum * M
  update = rate * sqrt(max(1, rows / columns)) * orthogonal(U)

orthogonal() is five steps of a quintic Newton-Schulz iteration, which brings all singular values
near 1. Matrices of one shape are computed together.
"""

import torch


def orthogonal(x, steps=5):
    """x [count, rows, columns], each matrix by itself, in bfloat16."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = x.bfloat16()
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        square = x @ x.transpose(1, 2)
        x = a * x + (b * square + c * square @ square) @ x
    return x.transpose(1, 2) if tall else x


class Muon(torch.optim.Optimizer):
    def __init__(self, matrices, lr, momentum=0.95, weight_decay=0.0):
        super().__init__(matrices, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = {}
            for weight in group["params"]:
                by_shape.setdefault(weight.shape, []).append(weight)
            for (rows, columns), weights in by_shape.items():
                gradient = torch.stack([weight.grad for weight in weights])
                average = self.state[weights[0]].setdefault("average", torch.zeros_like(gradient))
                average.mul_(group["momentum"]).add_(gradient)
                update = orthogonal(gradient.add_(average, alpha=group["momentum"])).float()
                rate = group["lr"] * max(1, rows / columns) ** 0.5
                for weight, change in zip(weights, update):
                    weight.mul_(1 - group["lr"] * group["weight_decay"])
                    weight.sub_(change, alpha=rate)
