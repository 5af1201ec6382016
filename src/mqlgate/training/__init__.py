"""From snapshots to a registered version. Never scores an open lead, never writes to a CRM."""

from mqlgate.training.train import Training, train

__all__ = ["Training", "train"]
