"""Progress and colours: one redrawn line on a terminal, a line for every tenth elsewhere."""
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time

import numpy as np

import csgis_test as t

TENTH = re.compile(r"^(checking inputs|building): (\d+)/(\d+) \((\d+)%\) [\d.]+/s, \d+:\d\d left$")


def run_on_terminal(words, columns=80, hold_at=None, stdout_too=False, **env):
    """Runs the program with stderr (and stdout, if wished) on a terminal of some width; returns exit code and what it
    shows. A run is held for a while once the file `hold_at` is there, so that a redraw is due whatever the speed of the
    machine."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([t.BINARY, *map(str, words)], stdin=subprocess.DEVNULL, stderr=slave,
                               stdout=slave if stdout_too else subprocess.PIPE, env=t.environment(**{"TERM": "xterm", **env}))
    os.close(slave)
    shown = []

    def collect():
        try:
            while chunk := os.read(master, 65536):
                shown.append(chunk)
        except OSError:  # the other end is closed
            pass

    reader = threading.Thread(target=collect)
    reader.start()
    if hold_at is not None:
        while process.poll() is None and not hold_at.exists():
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(0.4)
        os.kill(process.pid, signal.SIGCONT)
    process.communicate(timeout=120 * t.SLOWNESS)
    reader.join(timeout=10)
    os.close(master)
    return process.returncode, b"".join(shown).decode()


class TerminalCase(t.Case):
    def setUp(self):
        super().setUp()
        for i in range(40):
            t.write_rgb(self.gt / f"gt{i:02}.png", t.photo(np.random.default_rng(i), 100, 140))
        t.make_textures(self.tx, 1, 5)

    def shown(self, *options, columns=80, **env):
        code, text = run_on_terminal(self.command(*options), columns, self.out / "gt/gt02.png", **env)
        self.assertEqual(code, t.DONE, text)
        return text


class OnATerminal(TerminalCase):
    def check_redrawn(self, text, columns):
        self.assertNotIn("\n", text.replace("\r\n", ""), text)
        drawn = [part for part in text.split("\r\x1b[2K") if part]
        self.assertGreaterEqual(len(drawn), 1)
        for line in drawn:
            self.assertLess(len(line), columns, "a full line would wrap and could not be drawn over")
            self.assertNotIn("\n", line)
        self.assertTrue(text.endswith("\r\x1b[2K"), "the line is cleared at the end")
        return drawn

    def test_one_line_with_rate_and_time_left(self):
        drawn = self.check_redrawn(self.shown(), 80)
        self.assertRegex(drawn[-1], r"^\[=* *\] building \d+/200 +\d+% [\d.]+/s, \d+:\d\d left$")

    def test_narrow_and_wide_terminals(self):
        for columns in (1, 12, 30, 44, 300):
            drawn = self.check_redrawn(self.shown("--overwrite", columns=columns), max(columns, 2))
            if columns >= 12:
                self.assertIn("building"[:columns - 1], drawn[-1])
            for path in self.out.glob("*/*.png"):
                path.unlink()
            (self.out / "journal.jsonl").unlink()

    def test_never_and_quiet_show_nothing(self):
        self.assertEqual(self.shown("--progress", "never"), "")
        (self.out / "journal.jsonl").unlink()
        self.assertEqual(self.shown("--quiet", "--overwrite"), "")

    def test_terminals_that_cannot_draw(self):
        for env in ({"TERM": "dumb"}, {"TERM": None}, {"CI": "1"}):
            text = self.shown("--overwrite", **env)
            self.assertNotIn("\x1b", text)
            for line in text.split("\r\n")[:-1]:
                self.assertRegex(line, TENTH)
            (self.out / "journal.jsonl").unlink()

    def test_colours(self):
        self.build()  # so that the next run has a message: going on
        for env, coloured in [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)]:
            code, text = run_on_terminal(self.command("--progress", "never"), **env)
            self.assertEqual(code, t.DONE)
            self.assertIn("going on", text)
            self.assertEqual("\x1b[" in text, coloured, (env, text))

    def test_help_follows_the_width(self):
        for columns in (60, 80, 132):
            code, text = run_on_terminal(["help", "build"], columns, stdout_too=True)
            self.assertEqual(code, t.DONE)
            longest = max(map(len, text.split("\r\n")))
            self.assertLessEqual(longest, columns)
            self.assertGreater(longest, columns * 3 // 4)


class Elsewhere(TerminalCase):
    def test_a_line_for_every_tenth(self):
        for options in ([], ["--progress", "always"], ["--progress", "always", "--quiet"]):
            stderr = self.build("--overwrite", "--seed", len(options), *options).stderr
            self.assertNotIn("\x1b", stderr)
            found = {}
            for line in stderr.splitlines():
                self.assertRegex(line, TENTH)
                task, done, total, percent = TENTH.match(line).groups()
                self.assertEqual(int(percent), 100 * int(done) // int(total))
                found.setdefault(task, []).append(int(percent))
            self.assertEqual(list(found), ["checking inputs", "building"])
            for percents in found.values():
                self.assertLessEqual(len(percents), 10)
                self.assertEqual(percents, sorted(set(percents)))
                self.assertEqual(percents[-1], 100)
                self.assertEqual(len({p // 10 for p in percents}), len(percents), "each tenth once")

    def test_resumed_items_count_as_done(self):
        self.build("--quiet")
        for path in sorted((self.out / "blend").iterdir())[:50]:
            path.unlink()
        lines = [line for line in self.build().stderr.splitlines() if line.startswith("building")]
        self.assertRegex(lines[0], r"^building: 1[5-9]\d/200 \((7[5-9]|8\d)%\)")
        self.assertIn("200/200 (100%)", lines[-1])


if __name__ == "__main__":
    t.main()
