"""Adds up the JSON reports of Jest: prints the tests that passed only when run a second time, and one line that says how
many passed, failed and were skipped."""

import json
import sys


def main(paths: list[str]) -> int:
    passed = failed = skipped = 0
    for path in paths:
        with open(path, encoding="utf-8") as report:
            result = json.load(report)
        passed += result["numPassedTests"]
        failed += result["numFailedTests"] + result["numRuntimeErrorTestSuites"]
        for test in result.get("unsteady", []):
            print(f"unsteady, passed only the second time: {test}")
        skipped += result["numPendingTests"] + result["numTodoTests"]
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    # A run that ran nothing is no success.
    return 0 if passed > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main([path for path in sys.argv[1:] if path.endswith(".json") and "*" not in path]))
