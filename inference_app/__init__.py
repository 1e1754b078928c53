"""The application: serves scikit-learn models over HTTP, in a task (waitress) or a function (Lambda)."""

__version__ = "0.1.0"
