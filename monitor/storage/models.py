"""Trained models, all that ever were: their numbers are in the reasons of verdicts. At most one is switched on."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from monitor.learning.model import LearnedModel
from monitor.storage.tables import ModelRow


class Models:
    """Model rows within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def switch_on(self, model: LearnedModel) -> int:
        """Store a newly trained model, switch it on in place of any other, and return its number."""
        self.switch_off()
        row = ModelRow(
            features_version=model.features_version,
            weights=dict(model.weights),
            calibration=list(model.calibration),
            raise_at=model.raise_at,
            lower_at=model.lower_at,
            judgements=model.judgements,
            metrics=dict(model.metrics),
            trained_at=model.trained_at,
            active=True,
        )
        self._session.add(row)
        self._session.flush()
        assert row.id is not None, "a stored row has its number"
        return row.id

    def switch_off(self) -> int | None:
        """Switch off the model that is on, and return its number; None where none was."""
        version = self.active_version()
        self._session.execute(update(ModelRow).where(col(ModelRow.active)).values(active=False))
        self._session.flush()
        return version

    def active_version(self) -> int | None:
        """The number of the model that is switched on."""
        found = self._session.scalar(select(func.max(col(ModelRow.id))).where(col(ModelRow.active)))
        return int(found) if found is not None else None

    def get(self, version: int) -> LearnedModel | None:
        """The model of this number, on or off."""
        row = self._session.get(ModelRow, version)
        return _model(row) if row else None


def _model(row: ModelRow) -> LearnedModel:
    return LearnedModel(
        version=row.id or 0,
        features_version=row.features_version,
        weights=row.weights,
        calibration=(row.calibration[0], row.calibration[1]),
        raise_at=row.raise_at,
        lower_at=row.lower_at,
        judgements=row.judgements,
        metrics=row.metrics,
        trained_at=row.trained_at,
    )
