"""The command line as a contract: what is refused and how, configuration files, help, results on stdout, exit codes."""
import fcntl
import json
import os
import pathlib
import subprocess
import time

import csgis_test as t

COMMANDS = ["benchmark", "build", "data", "demo", "evaluate", "help", "info", "negatives", "report", "rerun", "smooth", "synth"]
HELPS = [[name] for name in COMMANDS] + [["data", "merge"], ["data", "verify"]]


class WrongUsage(t.Case):
    def refused(self, *words, names=()):
        message = self.expect(t.USAGE, *words).stderr
        for part in names:
            self.assertIn(part, message)
        return message

    def test_no_command_shows_the_list(self):
        result = t.csgis()
        self.assertEqual(result.returncode, t.USAGE)
        self.assertIn("build", result.stdout + result.stderr)

    def test_unknown_commands_name_the_nearest(self):
        for word, nearest in [("biuld", "build"), ("dat", "data"), ("hlep", "help"), ("--verison", "--version"), ("infos", "info")]:
            self.refused(word, names=[f"'{word}'", f"'{nearest}'"])
        self.refused("data", "verfy", names=["'data verify'"])
        self.refused("data", "marge", names=["'data merge'"])
        self.refused("help", "biuld", names=["'build'"])

    def test_unknown_options_name_the_nearest(self):
        for word, nearest in [("--texture", "--textures"), ("--gtlist", "--gt-list"), ("--trheads", "--threads"), ("--edge-treshold", "--edge-threshold"),
                              ("--ovewrite", "--overwrite"), ("--pergt", "--per-gt"), ("--hlep", "--help"), ("--cofnig", "--config")]:
            self.refused(*self.command(word, "1"), names=[word.strip("-"), f"'{nearest}'"])
        self.refused("data", "merge", "x", "--uot", "y", names=["--out"])

    def test_no_option_may_be_cut_short(self):
        self.refused("build", "--gt", self.gt, "--texture", self.tx, "--out", self.out, names=["--textures"])

    def test_unknown_values_name_the_nearest(self):
        for option, word, nearest in [("--layout", "nativ", "native"), ("--luma", "rec607", "rec601"), ("--split-by", "pairs", "pair"),
                                      ("--edge-channel", "bleu", "blue"), ("--label-kind", "classes", "class"), ("--missing-label", "viod", "void"),
                                      ("--progress", "allways", "always"), ("--on-error", "skp", "skip"), ("--simd", "avx", "avx2")]:
            self.refused(*self.command(option, word), names=[option, f"'{word}'", f"'{nearest}'"])

    def test_numbers(self):
        for option, words in {"--threads": ["-1", "5000", "two", "1.5", "", "1 "], "--seed": ["-1", "0x1", "18446744073709551616"],
                              "--strength": ["0,5", "0", "-1", "nan", "inf", "1e999", "1.0.0", "½"], "--per-gt": ["0", "1,5"],
                              "--edge-threshold": ["-1", "256", "5,0"], "--max-pixels": ["0", "1k"], "--val": ["0,1", "1.5", "-2"]}.items():
            for word in words:
                self.refused(*self.command(f"{option}={word}"), names=[option])

    def test_bounds_that_contradict_each_other(self):
        for what, low, high in [("side", 300, 200), ("objects", 5, 4), ("element", 9, 8.5)]:
            self.refused("synth", "--out", self.out, f"--min-{what}", low, f"--max-{what}", high, names=[f"--min-{what} {low}", f"--max-{what} {high}"])
        self.assertFalse(self.out.exists())

    def test_shards(self):
        for word in ("3/3", "-1/3", "1", "1/", "/3", "a/b", "1/0", "1/3/5", "0/1000001", "0/99999999999", " 0/2", ""):
            self.refused(*self.command("--shard", word), names=["--shard", word])

    def test_required_options_and_arguments(self):
        self.refused("build", names=["--gt"])
        self.refused("build", "--gt", self.gt, "--out", self.out, names=["--textures"])
        self.refused("build", "--gt", self.gt, "--textures", self.tx, names=["--out"])
        self.refused("build", "--gt", "", "--textures", self.tx, "--out", self.out, names=["--gt"])
        self.refused("build", "--gt", names=["--gt"])
        self.refused("data", "merge", "--out", self.out, names=["DIR"])
        self.refused("data", "verify", names=["DIR"])
        self.refused("data", "verify", "a", "b", names=["'b'"])
        self.refused(*self.command("stray"), names=["'stray'"])

    def test_an_option_given_twice(self):
        self.refused(*self.command("--seed", "1", "--seed", "1"), names=["--seed", "twice"])

    def test_wrong_usage_touches_nothing(self):
        self.refused(*self.command("--layuot", "native"))
        self.assertFalse(self.out.exists())


class Config(t.Case):
    def setUp(self):
        super().setUp()
        self.inputs(gts=2, textures=1)
        self.ini = self.dir / "csgis.ini"

    def with_config(self, text, *more, code=t.DONE):
        self.ini.write_text(text)
        return self.expect(code, "build", "--config", self.ini, *more)

    def dataset(self):
        return json.loads((self.out / "dataset.json").read_text())

    def paths(self):
        return f"gt = {self.gt}\ntextures={self.tx}\nout ={self.out}\n"

    def test_a_file_sets_options_and_the_command_line_wins(self):
        self.with_config(f"# comment\n{self.paths()}seed = 4\nluma=reference\nquiet = true\n", "--seed", "5")
        self.assertEqual((self.dataset()["seed"], self.dataset()["options"]["luma"]), (5, "reference"))

    def test_sections_belong_to_commands(self):
        self.with_config(f"seed=3\n[data merge]\nout=elsewhere\n[build]\n{self.paths()}strength=2\n[synth]\nscenes=7\n")
        self.assertEqual((self.dataset()["seed"], self.dataset()["options"]["strength"]), (3, 2.0))

    def test_unknown_keys_and_sections_name_the_nearest(self):
        for text, names in [("sead=3\n", ["'sead'", "--seed"]), ("[build]\nlayuot=native\n", ["layuot", "--layout"]), ("[biuld]\nseed=3\n", ["biuld", "build"])]:
            message = self.with_config(self.paths() + text, code=t.USAGE).stderr
            for part in [*names, "csgis.ini"]:
                self.assertIn(part, message)

    def test_values_are_checked_as_on_the_command_line(self):
        for text in ("strength=0,5", "layout=nativ", "threads=-1", "quiet=maybe", "seed", "[build", "=3", "val=2.5", "shard=3/2"):
            self.with_config(self.paths() + text + "\n", code=t.USAGE)
        self.assertFalse(self.out.exists())

    def test_a_file_that_cannot_be_read(self):
        self.assertIn("lost.ini", self.build("--config", self.dir / "lost.ini", code=t.USAGE).stderr)
        self.build("--config", self.dir, code=t.USAGE)


class Help(t.Case):
    def test_every_help_fits_and_succeeds(self):
        for words in HELPS:
            text = self.expect(t.DONE, "help", *words, env=t.environment(COLUMNS="80")).stdout
            self.assertGreater(len(text), 100, words)
            self.assertIn("csgis " + " ".join(words) if words != ["help"] else "Commands:", text)
            if words not in (["help"], ["data"]):
                self.assertEqual(self.expect(t.DONE, *words, "--help").stdout, text)
                self.assertEqual(self.expect(t.DONE, *words, "-h").stdout, text)
                for part in ("Usage:", "Options:", "Example:", "--threads", "--config"):
                    self.assertIn(part, text)
            for line in text.splitlines():
                self.assertLessEqual(len(line), 80, line)
                self.assertEqual(line, line.rstrip())
        self.assertEqual(self.expect(t.DONE, "--help").stdout, self.expect(t.DONE, "help").stdout)

    def test_the_list_names_every_command_and_exit_code(self):
        text = self.expect(t.DONE, "help").stdout
        for name in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {name} +\w")
        for code in ("0 done", "1 internal", "2 wrong usage", "3 finished", "4 nothing usable", "5 the output", "130 cancelled"):
            self.assertIn(code, " ".join(text.split()))

    def test_help_says_defaults_and_bounds(self):
        text = " ".join(self.expect(t.DONE, "help", "build").stdout.split())
        for part in ("--gt DIR", "native|reference", "(0 .. 255) [50]", "(> 0) [1]", "[0/1]", "default 0.1"):
            self.assertIn(part, text)

    def test_the_example_can_be_pasted(self):
        text = self.expect(t.DONE, "help", "build").stdout
        example = text[text.index("Example:\n") + 9:]
        words = subprocess.run(["bash", "-c", f"csgis() {{ printf '%s\\n' \"$@\"; }}; {example}"], capture_output=True, text=True).stdout.split()
        self.assertEqual(words[:1] + words[-2:], ["build", "--out", "dataset"])

    def test_too_many_words(self):
        self.expect(t.USAGE, "help", "data", "verify", "more")

    def test_version(self):
        result = self.expect(t.DONE, "--version")
        self.assertRegex(result.stdout, r"^csgis \d+\.\d+\.\d+\n$")
        self.assertEqual(result.stderr, "")


class Results(t.Case):
    def test_json_is_one_object_and_alone_on_stdout(self):
        self.inputs(gts=3, textures=2)
        for i in range(2):
            self.build("--shard", f"{i}/2", out=self.dir / "shards")
        (self.gt / "broken.png").write_bytes(b"")
        runs = [(t.ITEMS_FAILED, self.command("--json")), (t.DONE, ["data", "merge", self.dir / "shards", "--out", self.dir / "m", "--json"]),
                (t.DONE, ["data", "verify", self.out, "--json"]), (t.DONE, ["info", "--json"])]
        for code, words in runs:
            result = self.expect(code, *words)
            self.assertEqual(result.stdout.count("\n"), 1)
            self.assertIsInstance(json.loads(result.stdout), dict)

    def test_json_of_a_name_that_is_no_utf8(self):
        self.inputs(gts=3, textures=2)
        build = self.command("--json", out=self.dir / os.fsdecode(b"latin\xe9"))
        for words in (build, ["synth", "--out", self.dir / os.fsdecode(b"s\xe9"), "--scenes", "1", "--textures", "1", "--json"]):
            self.assertIn("\ufffd", json.loads(self.expect(t.DONE, *words).stdout)["out"])

    def test_quiet_is_silent_on_stderr(self):
        self.inputs(gts=3, textures=2)
        self.assertEqual(self.build("--quiet").stderr, "")
        self.assertEqual(self.build("--quiet").stderr, "")  # a resume
        self.assertNotEqual(self.build("--quiet", "--progress", "always", out=self.dir / "b").stderr, "")
        result = self.build("--quiet", "--seed", "9", code=t.OUTPUT_FAILED)
        self.assertEqual(result.stderr.count("\n"), 1, "errors are not silenced")

    def test_the_result_is_on_stdout_and_the_rest_on_stderr(self):
        self.inputs(gts=3, textures=2)
        result = self.build()
        first, second = result.stdout.splitlines()
        self.assertEqual(first, f"{self.out}: 6 samples of 3 GTs and 2 textures")
        self.assertRegex(second, r"^  texture +std .*, input PSNR .* dB, clipped .* %$")
        self.assertIn("building", result.stderr)
        again = self.build()
        self.assertEqual(again.stdout.splitlines()[0], first + ", 6 of them from an earlier run")
        self.assertIn("6 samples", self.expect(t.DONE, "data", "verify", self.out).stdout)


def footprint(*words):
    """Mapped files and peak memory in kB of a command that is held at its end: its output goes into a full pipe."""
    read_end, write_end = os.pipe()
    fcntl.fcntl(write_end, 1031, 4096)  # F_SETPIPE_SZ, which Python 3.9 does not name: one page
    os.set_blocking(write_end, False)
    try:
        while True:
            os.write(write_end, b"x" * 512)
    except BlockingIOError:
        os.set_blocking(write_end, True)
    process = subprocess.Popen([t.BINARY, *words], stdout=write_end, env=t.environment())
    os.close(write_end)
    proc = pathlib.Path(f"/proc/{process.pid}")
    try:
        for _ in range(1000):
            if "pipe" in (proc / "wchan").read_text() or (proc / "syscall").read_text().startswith("1 0x1 "):
                break
            time.sleep(0.01)
        else:
            raise AssertionError("the program never wrote its output")
        status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
        return (proc / "maps").read_text(), int(status["VmHWM"].split()[0])
    finally:
        os.close(read_end)
        process.wait()


class Start(t.Case):
    def test_neither_torch_nor_gdal_is_mapped_and_memory_is_small(self):
        for words in (["help"], ["help", "build"], ["--version"]):
            maps, peak = footprint(*words)
            self.assertIn("csgis", maps)
            for heavy in ("torch", "gdal", "libcsgis_model", "opencv_imgcodecs", "libc10"):
                self.assertNotIn(heavy, maps, words)
            if "libasan" in maps or "libtsan" in maps:
                continue
            self.assertLess(peak, 40_000, f"{words}: peak memory in kB")


if __name__ == "__main__":
    t.main()
