"""The types that are only recorded: nothing is made, for a reason, and `make local` prints both.

A type stands either here or among the kinds; one in neither is an error, so that nothing is missed unseen.
"""

NOT_HERE: dict[str, str] = {
    "pulumi:providers:aws": "a provider makes nothing; every call goes to the embedded AWS",
    "aws:route53/record:Record": "its zone is the real account's; the local addresses need no name",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": "moto has no composite alarms",
    "aws:cloudwatch/queryDefinition:QueryDefinition": "moto has no saved queries",
}

# Made in moto, but with a part of it that is not: printed as well.
STOOD_IN_FOR: dict[str, str] = {
    "docker-build:index:Image": "nothing is built: the repository holds a manifest with a digest of the "
    "context, and the application runs as a process",
}
