"""The Wasserstein loss ``t``: the critic of WGAN, with a squared penalty in place of the constraint."""

from lgantheory.losses.loss import Loss, Shape, identity, minus_identity

LOSS = Loss("wasserstein", fake=identity(), real=minus_identity(), shape=Shape(monotone=True, convex=True))
