"""Configuration: one YAML file, parsed once into a frozen tree; every mistake in it is reported at once, with its line.

`load_config(path)` is the door. `building` turns parts of the tree into the settings objects of the two leaves; it is
the only code here that knows them. Nobody else reads the environment.
"""

from monitor.config.model import (
    AlertsConfig,
    Config,
    CrawlerConfig,
    MonitorConfig,
    SourceConfig,
    SourceState,
    StorageConfig,
    WebConfig,
    WebsubConfig,
)
from monitor.config.reading import SCHEMA_FILE, find_config, load_config, schema_text

__all__ = [
    "SCHEMA_FILE",
    "AlertsConfig",
    "Config",
    "CrawlerConfig",
    "MonitorConfig",
    "SourceConfig",
    "SourceState",
    "StorageConfig",
    "WebConfig",
    "WebsubConfig",
    "find_config",
    "load_config",
    "schema_text",
]
