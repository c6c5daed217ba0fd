"""Exact optimal discriminators of Lipschitz GANs on samples, with certificates, and tools to decide claims on GANs.

Names are loaded on first use: ``import lgantheory`` costs a few milliseconds, and nobody pays for a solver that they
do not call. The stub beside this file is the list of what is public.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
