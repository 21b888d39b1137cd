"""Completions and manual pages: made from the option tables, so they name what the help names."""
import re
import shutil
import subprocess

import csgis_test as t


def options_of(*words):
    """The options that the help of a command shows."""
    return set(re.findall(r"(?m)^  (--[a-z0-9-]+)", t.csgis("help", *words).stdout))


class Completion(t.Case):
    def complete(self, *words):
        """What bash offers for the last word."""
        script = ('compopt() { :; }; eval "$("$0" completion bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _csgis; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        result = subprocess.run(["bash", "-c", script, t.BINARY, "csgis", *words], capture_output=True, text=True, cwd=self.dir)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return set(result.stdout.split())

    def test_commands(self):
        self.assertEqual(self.complete("bu"), {"build"})
        self.assertTrue({"build", "smooth", "data", "help"} <= self.complete(""))
        self.assertEqual(self.complete("data", "ver"), {"verify"})
        self.assertEqual(self.complete("help", "smo"), {"smooth"})

    def test_options_are_those_of_the_help(self):
        for words in (["build"], ["benchmark"], ["data", "merge"], ["data", "fetch"]):
            shown = options_of(*words)
            self.assertTrue({"--config", "--json"} <= shown)
            self.assertEqual(self.complete(*words, "--"), shown | {"--help"})

    def test_values(self):
        self.assertEqual(self.complete("build", "--layout", "re"), {"reference"})
        self.assertEqual(self.complete("smooth", "--method", "ils"), {"ils-welsch", "ils-lnorm"})
        (self.dir / "a file.txt").touch()
        self.assertEqual(self.complete("build", "--gt", ""), {"gt", "labels", "tx"})
        self.assertIn("gt", self.complete("data", "merge", "g"))

    def test_zsh_takes_it(self):
        text = self.expect(t.DONE, "completion", "zsh").stdout
        self.assertIn("'--layout[", text)
        if shutil.which("zsh") is None:
            self.skipTest("zsh is not installed")
        path = self.dir / "_csgis"
        path.write_text(text)
        subprocess.run(["zsh", "-n", path], check=True)

    def test_other_shells(self):
        self.assertIn("neither bash nor zsh", self.expect(t.USAGE, "completion", "fish").stderr)


class Manual(t.Case):
    def test_a_page_for_each_command(self):
        self.expect(t.DONE, "man", "--out", self.out)
        pages = {path.name for path in self.out.iterdir()}
        self.assertTrue({"csgis.1", "csgis-build.1", "csgis-data-merge.1"} <= pages)
        plain = (self.out / "csgis-build.1").read_text().replace("\\", "")
        for option in options_of("build"):
            self.assertIn(option, plain)
        main = (self.out / "csgis.1").read_text().replace("\\", "")
        for page in pages - {"csgis.1"}:
            self.assertIn(page.removesuffix(".1"), main)
        self.expect(t.OUTPUT_FAILED, "man", "--out", self.out)
        self.expect(t.DONE, "man", "--out", self.out, "--overwrite")

    def test_pages_are_sound(self):
        tool = shutil.which("groff") or self.skipTest("groff is not installed")
        self.expect(t.DONE, "man", "--out", self.out)
        for page in self.out.iterdir():
            result = subprocess.run([tool, "-man", "-Tutf8", "-ww", "-z", page], capture_output=True, text=True)
            self.assertEqual((result.returncode, result.stderr), (0, ""), page.name)


if __name__ == "__main__":
    t.main()
