"""`nbhotel doctor`: is this machine fit for the hotel?"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from nbhotel.cli.options import add_settings_options, load
from nbhotel.cli.style import Style

if TYPE_CHECKING:
    import argparse

SUMMARY = "check that this machine and the settings are fit for a hotel"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nbhotel doctor`."""
    add_settings_options(parser, bind=True)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print what was found; exit code 1 if something keeps the hotel from opening."""
    from dataclasses import asdict

    from nbhotel.hotel.doctor import examine

    findings = examine(load(args).settings)
    if args.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        style = Style.of(sys.stdout)
        for finding in findings:
            mark = f"{finding.grade:<8}"
            print(f"{mark if finding.grade == 'ok' else style.error(mark)}  {finding.what}")
    return 1 if any(finding.grade == "problem" for finding in findings) else 0
