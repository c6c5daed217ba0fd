"""Lecture "Theory behind GAN" (H.-y. Lee), slide by slide: the minimax game, f-GAN, Wasserstein GANs.

============  ======================================================================
likelihood    maximum likelihood and KL
minimax       the optimal discriminator and the value of the game
training      the algorithm, cross-entropy, MMGAN and NSGAN
fgan          f-divergences, Fenchel conjugates, the connection with GANs
rows, tables  the two tables of generators and conjugates, row by row
distances     why not JS; the earth mover's distance and WGAN
constraints   Lipschitz, clipping, gradient penalties, spectral norms, the algorithm
relatives     least squares, energy-based, loss-sensitive
============  ======================================================================
"""

from paper_checks.gan_lecture.constraints import CONSTRAINTS
from paper_checks.gan_lecture.distances import DISTANCES
from paper_checks.gan_lecture.fgan import FGAN
from paper_checks.gan_lecture.likelihood import LIKELIHOOD
from paper_checks.gan_lecture.minimax import MINIMAX
from paper_checks.gan_lecture.relatives import RELATIVES
from paper_checks.gan_lecture.tables import TABLES
from paper_checks.gan_lecture.training import TRAINING
from paper_checks.printed import Document

ENTRIES = (*LIKELIHOOD, *MINIMAX, *TRAINING, *FGAN, *TABLES, *DISTANCES, *CONSTRAINTS, *RELATIVES)
DOCUMENT = Document("gan_lecture", 'Lecture "Theory behind GAN"', ENTRIES)
