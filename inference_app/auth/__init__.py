"""Who may ask: tokens, the keys that sign them, users and the throttle on /login."""
