"""Care of what is stored: a look at it at the start, pruning once a day, verifying, backups and restoring (docs/data.md)."""

from monitor.care.caring import Care, backup_folder
from monitor.care.keeper import Keeper
from monitor.care.pruning import Pruned
from monitor.care.verifying import Verified, advice, verify

__all__ = ["Care", "Keeper", "Pruned", "Verified", "advice", "backup_folder", "verify"]
