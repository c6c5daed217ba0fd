"""No regulariser: the critic of an unrestricted GAN."""

from lgantheory.neural.regularisers.regulariser import Regulariser

REGULARISER = Regulariser
