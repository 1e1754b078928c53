"""Peers, each written as its own documentation shows it; they run in environments without this project."""
