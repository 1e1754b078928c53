"""Keeps a person's real account out of what runs here."""

import os


def forget_the_real_account() -> None:
    """No profile, key or endpoint of the person's own is read here, nor handed on."""
    for name in [name for name in os.environ if name.startswith("AWS_") or name == "PULUMI_CONFIG"]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
