"""--gt-list and --texture-list: which images, in what order, and what is no list."""
import csgis_test as t

FIRST, SECOND = "2007_004189", "2008_002536"


class Lists(t.Case):
    def setUp(self):
        super().setUp()
        self.inputs(gts=2, textures=1)
        for old, new in [("gt00", FIRST), ("gt01", SECOND)]:
            (self.gt / f"{old}.png").rename(self.gt / f"{new}.png")
        self.list = self.dir / "list.txt"

    def order(self, text):
        """The GTs that a list chooses, in their order."""
        self.list.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.build("--layout", "reference", "--gt-list", self.list, "--overwrite")
        return [line.rsplit(",", 1)[0] for line in (self.out / "map.txt").read_text().splitlines()]

    def refused(self, text, code=t.USAGE):
        self.list.write_bytes(text if isinstance(text, bytes) else text.encode())
        out = self.dir / "refused"
        message = self.build("--gt-list", self.list, code=code, out=out).stderr
        self.assertIn("--gt-list", message)
        self.assertFalse(out.exists(), "wrong usage leaves no trace")
        self.assertLess(len(message), 600)
        return message

    def test_ids_file_names_and_keys(self):
        self.assertEqual(self.order(f"{SECOND}\n{FIRST}\n"), [SECOND, FIRST])
        self.assertEqual(self.order(f"{SECOND}.png\n"), [SECOND])

    def test_line_ends_blanks_marks_and_flags(self):
        both = [SECOND, FIRST]
        for text in (f"{SECOND}\r\n{FIRST}\r\n", f"\n\n  {SECOND}\t\n\n{FIRST}  \n\n", f"{SECOND}\n{FIRST}", f"\ufeff{SECOND}\n{FIRST}\n",
                     f"{SECOND}  1\n{FIRST} -1\n", f"{SECOND} 0\n{FIRST} 1\n"):
            self.assertEqual(self.order(text), both, repr(text))

    def test_a_map_is_ordered_by_its_numbers(self):
        self.assertEqual(self.order(f"{FIRST},10\n{SECOND},9\n"), [SECOND, FIRST])
        self.assertIn("7", self.refused(f"{FIRST},7\n{SECOND},7\n"))

    def test_keys_of_a_map_end_at_the_first_dot(self):
        (self.gt / f"{FIRST}.png").rename(self.gt / "a.b.png")
        self.assertEqual(self.order("a,1\n" + SECOND + ",0\n"), [SECOND, "a"])
        (self.gt / f"{SECOND}.png").rename(self.gt / "a.c.png")
        self.list.write_text("a,0\n")
        self.assertIn("more than one", self.build("--gt-list", self.list, code=t.USAGE, out=self.dir / "x").stderr)

    def test_a_name_that_looks_like_a_map_line(self):
        (self.gt / f"{FIRST}.png").rename(self.gt / "comma,7.png")
        self.assertEqual(self.order(f"comma,7\n{SECOND}\n"), ["comma,7", SECOND])

    def test_unknown_names_are_named(self):
        self.assertIn("2099_999999", self.refused(f"{FIRST}\n2099_999999\n"))

    def test_a_name_given_twice_is_refused(self):
        self.assertIn(FIRST, self.refused(f"{FIRST}\n{SECOND}\n{FIRST}\n"))
        self.assertIn(FIRST, self.refused(f"{FIRST}\n{FIRST}.png\n"))

    def test_paths_are_refused(self):
        for path in ("../../etc/hostname", "/etc/hostname", "..", f"./{FIRST}.png", f"../gt/{FIRST}.png"):
            self.assertIn(path, self.refused(f"{FIRST}\n{path}\n"))

    def test_what_is_no_list_is_refused(self):
        self.refused(bytes(range(256)) * 4)
        self.refused(b"A" * 100000 + b"\n")
        for empty in (b"", b"\n \r\n", b"\xef\xbb\xbf"):
            self.refused(empty, code=t.NOTHING_USABLE)
        self.list.unlink()
        self.build("--gt-list", self.list, code=t.NOTHING_USABLE)
        self.build("--gt-list", self.dir, code=t.NOTHING_USABLE)

    def test_texture_list(self):
        self.list.write_text("lost\n")
        self.assertIn("--texture-list", self.build("--texture-list", self.list, code=t.USAGE).stderr)
        self.list.write_text("tx00\n")
        self.build("--texture-list", self.list)

    def test_only_listed_images_are_read(self):
        (self.gt / "broken.png").write_bytes(b"x")
        self.assertEqual(self.order(f"{FIRST}\n"), [FIRST])


if __name__ == "__main__":
    t.main()
