#!/usr/bin/env python3
"""Start the portal or run its tests on a bare machine: `dev.py run`, `dev.py test`.

This file parses on Python 3.6, so that an old Python gets a sentence instead of a syntax error.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "dev.py: this portal needs Python 3.11 or newer and this is Python %d.%d; "
        "install a newer Python and start it with that one." % sys.version_info[:2]
    )

import argparse

from launch.run import manage, run, test
from launch.steps import Stop, Trouble


def arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="{run,test,manage}")
    running = commands.add_parser("run", help="start the portal", allow_abbrev=False)
    running.add_argument("--port", type=int, help="default: PORT, else 8000; 0 takes a free one")
    running.add_argument("--host", default="127.0.0.1", help="address to serve on")
    running.add_argument("--allow-remote", action="store_true", help="serve other machines")
    running.add_argument("--no-demo", action="store_true", help="without demonstration data")
    running.add_argument("--fresh", action="store_true", help="forget which steps were done")
    running.add_argument("--smoke", action="store_true", help="end after the first page")
    running.set_defaults(act=run)
    testing = commands.add_parser("test", help="run the tests", allow_abbrev=False)
    testing.add_argument("--require-browser", action="store_true", help="fail without Chromium")
    testing.add_argument("--only", action="append", help="one part: sqlite, postgres, hard…")
    testing.set_defaults(act=test)
    managing = commands.add_parser("manage", help="a Django command on the data of run")
    managing.set_defaults(act=manage)
    options, rest = parser.parse_known_args()
    if rest and options.act is run:
        parser.error(f"run does not know {rest[0]}")
    options.arguments = rest
    return options, rest


def main() -> int:
    try:
        options, _ = arguments()
        return int(options.act(options))
    except Trouble as trouble:
        print(f"dev.py: {trouble}", file=sys.stderr)
        return 1
    except Stop:
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        print(f"dev.py: {error.strerror or error}: {error.filename or ''}.", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
