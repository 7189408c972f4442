"""Asked by dev.py before anything starts: is the database there, and what was applied to it?

Runs as a script of its own, without Django, because that takes a tenth of the time.
"""

import hashlib, os, sqlite3, sys, warnings

warnings.simplefilter("ignore")
import environ

config = environ.Env.db_url_config(os.environ["DATABASE_URL"])
query = "SELECT app, name, applied FROM django_migrations ORDER BY id"
rows = []
if config["ENGINE"].endswith("sqlite3"):
    folder = os.path.dirname(os.path.abspath(config["NAME"]))
    if not os.access(folder, os.W_OK):
        sys.exit("the folder %s is missing or cannot be written to" % folder)
    if os.path.exists(config["NAME"]):
        try:
            with sqlite3.connect(config["NAME"], timeout=20) as connection:
                connection.execute("PRAGMA user_version = 0")
                try:
                    rows = connection.execute(query).fetchall()
                except sqlite3.OperationalError:
                    pass
        except sqlite3.Error as error:
            sys.exit("%s: %s" % (config["NAME"], error))
else:
    import psycopg2

    names = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    login = {key: config[name] for key, name in names.items() if config.get(name)}
    try:
        connection = psycopg2.connect(
            **{"connect_timeout": 5, **login, **config.get("OPTIONS", {})}
        )
        cursor = connection.cursor()
        cursor.execute("SELECT to_regclass('django_migrations')")
        if cursor.fetchone()[0]:
            cursor.execute(query)
            rows = cursor.fetchall()
    except (psycopg2.Error, TypeError, UnicodeError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        sys.exit(lines[0] if lines else type(error).__name__)
state = repr([tuple(map(str, row)) for row in rows])
print(hashlib.sha256(state.encode()).hexdigest(), rows[0][2] if rows else "")
