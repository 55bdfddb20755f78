"""Adds up the JSON reports of Jest and prints one line that says how many tests passed, failed and were skipped."""

import json
import sys


def main(paths: list[str]) -> int:
    passed = failed = skipped = 0
    for path in paths:
        with open(path, encoding="utf-8") as report:
            result = json.load(report)
        passed += result["numPassedTests"]
        failed += result["numFailedTests"] + result["numRuntimeErrorTestSuites"]
        skipped += result["numPendingTests"] + result["numTodoTests"]
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    # A run that ran nothing is no success.
    return 0 if passed > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main([path for path in sys.argv[1:] if path.endswith(".json") and "*" not in path]))
