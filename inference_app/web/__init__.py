"""The WSGI application (the only Flask) and the documents it shows. No logic: serving/ answers."""
