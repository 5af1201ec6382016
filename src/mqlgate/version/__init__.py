"""A version: everything that a trained model is, as a folder of text. Nothing is pickled or unpickled."""

from mqlgate.version.folder import Version, load, save
from mqlgate.version.recipe import Recipe, RecipeColumn, RecipeFeature

__all__ = ["Recipe", "RecipeColumn", "RecipeFeature", "Version", "load", "save"]
