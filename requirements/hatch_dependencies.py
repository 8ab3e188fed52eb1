"""Read the package's dependencies from demo.in, so that they are written in one place."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface

BUILD_ONLY = {"hatchling", "editables"}


class DependenciesFromDemoList(MetadataHookInterface):
    """Fill ``project.dependencies`` from the list that the lock is made of."""

    def update(self, metadata: dict) -> None:
        """Add the run-time requirements, without what only builds the package."""
        lines = (Path(self.root) / "requirements" / "demo.in").read_text(encoding="utf-8").splitlines()
        names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        metadata["dependencies"] = [name for name in names if name not in BUILD_ONLY]
