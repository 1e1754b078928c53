"""Alarms with actions, e-mail and dashboards for whatever serves the models."""

from .args import FunctionToWatch, MonitoringArgs, ServiceToWatch
from .component import Monitoring

__all__ = ["FunctionToWatch", "Monitoring", "MonitoringArgs", "ServiceToWatch"]
