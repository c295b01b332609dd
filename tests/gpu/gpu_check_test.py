"""What gpu_check does in Python, as far as it goes without a GPU and without PyTorch.

usage: gpu_check_test.py LIBRARY    (libconvtune_pick.so; run in the source tree)
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

LIBRARY = sys.argv.pop(1)
SCRIPTS = pathlib.Path("scripts")
LAYERS = """# two of no use
g1mb2ic3ih9iw8oc4oh9ow8kh3kw3sh1sw1ph1pw1n"one"

g1mb1ic4ih7iw7oc2oh4ow4kh1kw1sh2sw2ph0pw0n"two"
"""


def called(*arguments):
    return subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True,
                          check=False)


class Folder(unittest.TestCase):
    def setUp(self):
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)
        self.layers = self.folder / "layers.txt"
        self.layers.write_text(LAYERS, encoding="utf-8")

    def times(self, *arguments):
        ran = called(SCRIPTS / "gpu_check_torch.py", self.layers, "--pick", LIBRARY, *arguments)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout

    def results(self, torch):
        (self.folder / "steps.tsv").write_text("torch\t0\t5\tpython3 x\n", encoding="utf-8")
        (self.folder / "torch.out").write_text(torch, encoding="utf-8")
        ran = called(SCRIPTS / "gpu_check_results.py", self.folder)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return json.loads(ran.stdout)


class DryRun(Folder):
    def test_asks_every_layer_in_every_direction_and_type(self):
        head, *rows = map(json.loads, self.times("--dry-run").splitlines())
        self.assertEqual(head, {"torch": None, "cudnn": None, "device": "dry run", "questions": 18})
        self.assertEqual(len(rows), 18)
        self.assertEqual(len({(row["layer"], row["direction"], row["type"]) for row in rows}), 18)
        for row in rows:
            self.assertNotIn("error", row)
            self.assertRegex(row["candidate"], r"^[a-z]+\.")
            self.assertIn(row["provenance"], ("heuristic", "default"))
            for name in ("benchmark", "heuristic", "pick"):
                self.assertGreater(row[name], 0)

    def test_stops_when_its_budget_is_spent(self):
        self.assertEqual(len(self.times("--dry-run", "--budget", "0").splitlines()), 1)

    def test_takes_as_many_layers_as_it_is_told(self):
        self.assertEqual(len(self.times("--dry-run", "--layers", "1").splitlines()), 1 + 9)

    def test_goes_on_after_what_cannot_be_run(self):
        self.layers.write_text(LAYERS.replace("kh3", "kh30"), encoding="utf-8")
        _, *rows = map(json.loads, self.times("--dry-run").splitlines())
        self.assertEqual(sum("pick" in row for row in rows), 9)
        failed = [row["error"] for row in rows if "error" in row]
        self.assertEqual(len(failed), 9)
        self.assertIn("fit", failed[0])

    def test_goes_whole_into_the_results(self):
        found = self.results(self.times("--dry-run"))["pytorch"]
        self.assertEqual((found["asked"], found["timed"], found["failed"]), (18, 18, 0))
        self.assertEqual(len(found["by"]), 9)


class Results(Folder):
    HEAD = json.dumps({"torch": "2", "questions": 4}) + "\n"

    @staticmethod
    def row(kind, direction, benchmark, heuristic, pick=1.0):
        return json.dumps({"layer": "l", "type": kind, "direction": direction, "pick": pick,
                           "benchmark": benchmark, "heuristic": heuristic}) + "\n"

    def test_are_geometric_means_over_the_layers(self):
        found = self.results(self.HEAD + self.row("f32", "fwd", 1, 2) +
                             self.row("f32", "fwd", 4, 8) +
                             self.row("f16", "bwdd", 1, 1, 2.0) +
                             json.dumps({"layer": "l", "error": "no"}) + "\n")["pytorch"]
        self.assertEqual((found["asked"], found["timed"], found["failed"]), (4, 3, 1))
        self.assertAlmostEqual(found["by"]["f32 fwd"]["benchmark"], 2)
        self.assertAlmostEqual(found["by"]["f32 fwd"]["heuristic"], 4)
        self.assertAlmostEqual(found["by"]["f16 bwdd"]["heuristic"], 0.5)
        self.assertAlmostEqual(found["targets"]["benchmark"]["reached"], 2 ** (1 / 3))
        self.assertAlmostEqual(found["targets"]["heuristic"]["reached"], 8 ** (1 / 3))

    def test_say_whether_the_targets_are_met(self):
        def met(benchmark, heuristic):
            targets = self.results(self.HEAD + self.row("f32", "fwd", benchmark, heuristic))
            targets = targets["pytorch"]["targets"]
            self.assertEqual([targets[name]["target"] for name in ("benchmark", "heuristic")],
                             [1.10, 1.25])
            return [targets[name]["met"] for name in ("benchmark", "heuristic")]

        self.assertEqual(met(1.10, 1.25), [True, True])
        self.assertEqual(met(1.09, 1.26), [False, True])
        self.assertEqual(met(1.2, 1.24), [True, False])

    def test_do_without_pytorch(self):
        found = self.results("Traceback: no torch\n")
        self.assertIsNone(found["pytorch"])
        self.assertEqual(found["steps"][0]["output"], "Traceback: no torch\n")

    def test_do_without_any_time(self):
        found = self.results(self.HEAD)["pytorch"]
        self.assertEqual(found["timed"], 0)
        self.assertIsNone(found["targets"]["benchmark"]["met"])

    def test_keep_what_was_timed_before_an_interruption(self):
        found = self.results(self.HEAD + self.row("f32", "fwd", 2, 2) + '{"layer": "cut')["pytorch"]
        self.assertEqual(found["timed"], 1)


if __name__ == "__main__":
    unittest.main()
