"""`csgis data fetch` and `list`: hosts that drop connections, lie and change their files; archives that attack."""
import hashlib
import http.server
import io
import json
import os
import pathlib
import tarfile
import threading
import unittest
import zipfile

import csgis_test as t

SOURCE = pathlib.Path(os.environ["CSGIS_SOURCE"])


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves the files of `server.files` in the way that the first part of the path asks for."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        _, way, name = self.path.split("/", 2)
        self.server.requests.append((way, name, self.headers.get("Range")))
        data = self.server.files.get(name)
        if data is None or way == "gone":
            return self.answer(404, b"not here")
        if way == "busy" and len(self.of(way)) < 3:
            return self.answer(503, b"later")
        if way == "wrong":
            return self.answer(200, bytes(len(data)))
        if way == "long":
            return self.answer(200, data + b"more")
        if way == "elsewhere":
            self.send_response(302)
            self.send_header("Location", f"/plain/{name}")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        start = self.start_of_range() if way != "no-ranges" else 0
        if start > 0 and start >= len(data):
            return self.answer(416, b"")
        stop = len(data)
        if way in ("drops", "no-ranges") and len(self.of(way)) < 3:
            stop = start + (len(data) - start) // 2
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start + (1000 if way == "claims-more" else 0)))
        self.end_headers()
        if way == "stalls":
            stop = start + 100
        self.wfile.write(data[start:stop])
        if way == "stalls":
            self.server.is_over.wait(20)
        if stop < len(data) or way == "claims-more":
            self.close_connection = True
            self.connection.close()

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def start_of_range(self):
        text = self.headers.get("Range", "")
        return int(text.removeprefix("bytes=").removesuffix("-")) if text else 0

    def of(self, way):
        return [request for request in self.server.requests if request[0] == way]

    def log_message(self, *_):
        pass


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        """Connections that end early are what is tested."""


def tar_of(files, compression="gz", change=None):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{compression}") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(change(entry) if change else entry, io.BytesIO(content))
    return out.getvalue()


class FetchCase(t.Case):
    def setUp(self):
        super().setUp()
        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.server.files, self.server.requests, self.server.is_over = {}, [], threading.Event()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.server.is_over.set)
        self.cache, self.to = self.dir / "cache", self.dir / "data"

    def url(self, way, name):
        return f"http://127.0.0.1:{self.server.server_port}/{way}/{name}"

    def source(self, data, ways=("plain",), name="thing.bin", unpack="none", **fields):
        """A manifest of one file, served in those ways."""
        self.server.files[name] = data
        entry = {"name": name, "urls": [self.url(way, name) for way in ways], "unpack": unpack, "size": len(data),
                 "sha256": hashlib.sha256(data).hexdigest(), **fields}
        manifest = {"schema": 1, "name": "thing", "title": "a thing", "used_for": "tests", "homepage": "https://example.org",
                    "licence": {"name": "none", "terms": "do as you like", "redistributable": True},
                    "files": [{k: v for k, v in entry.items() if v is not None}], "layout": []}
        (self.dir / "thing.json").write_text(json.dumps(manifest))

    def fetch(self, *options, code=t.DONE, **run):
        return self.expect(code, "data", "fetch", "thing", "--manifest", self.dir / "thing.json", "--cache", self.cache, "--to",
                           self.to, "--pause", "0.01", *options, **run)

    def fetched(self, name="thing.bin"):
        return (self.to / name).read_bytes()

    def parts(self):
        return sorted(path.name for path in self.cache.rglob("*.part"))


class Hosts(FetchCase):
    data = os.urandom(300_000)

    def test_a_plain_file(self):
        self.source(self.data)
        self.assertIn("do as you like", self.fetch().stderr)
        self.assertEqual(self.fetched(), self.data)
        self.assertEqual((self.cache / "thing/thing.bin").read_bytes(), self.data)

    def test_the_cache_is_used_and_checked(self):
        self.source(self.data)
        self.fetch()
        self.fetch()
        self.assertEqual(len(self.server.requests), 1)
        (self.to / "thing.bin").unlink()
        (self.cache / "thing/thing.bin").write_bytes(b"spoilt")
        self.assertIn("fetched again", self.fetch().stderr)
        self.assertEqual(self.fetched(), self.data)

    def test_dropped_connections_are_gone_on_from(self):
        self.source(self.data, ["drops"])
        self.fetch()
        self.assertEqual(self.fetched(), self.data)
        ranges = [request[2] for request in self.server.requests]
        self.assertEqual(ranges[0], None)
        self.assertTrue(all(r.startswith("bytes=") for r in ranges[1:]), ranges)

    def test_a_host_without_ranges_starts_anew(self):
        self.source(self.data, ["no-ranges"])
        self.fetch("--attempts", 8)
        self.assertEqual(self.fetched(), self.data)

    def test_a_later_run_goes_on(self):
        self.source(self.data, ["drops"])
        self.fetch("--attempts", 1, code=t.NOTHING_USABLE)
        self.assertEqual(self.parts(), ["thing.bin.part"])
        self.fetch("--attempts", 3)
        self.assertEqual(self.fetched(), self.data)
        self.assertNotEqual(self.server.requests[1][2], None)

    def test_a_busy_host(self):
        self.source(self.data, ["busy"])
        self.fetch()
        self.assertEqual(self.fetched(), self.data)

    def test_a_stalling_host_is_given_up(self):
        self.source(self.data, ["stalls", "plain"])
        self.fetch("--stall", 1, "--attempts", 1)
        self.assertEqual(self.fetched(), self.data)

    def test_mirrors_in_their_order(self):
        self.source(self.data, ["gone", "wrong", "long", "elsewhere"])
        stderr = self.fetch().stderr
        self.assertEqual(self.fetched(), self.data)
        self.assertIn("answers 404", stderr)
        self.assertIn("a wrong file: SHA-256", stderr)
        self.assertIn("more than the 300000 bytes", stderr)
        ways = list(dict.fromkeys(request[0] for request in self.server.requests))
        self.assertEqual(ways, ["gone", "wrong", "long", "elsewhere", "plain"])

    def test_a_length_that_is_a_lie(self):
        self.source(self.data, ["claims-more"])
        self.fetch()
        self.assertEqual(self.fetched(), self.data)

    def test_a_dead_host_says_what_to_do_by_hand(self):
        self.source(self.data, ["gone"])
        self.server.shutdown()
        self.server.server_close()
        stderr = self.fetch("--attempts", 2, code=t.NOTHING_USABLE).stderr
        for word in ("By hand", "thing.bin", "--from FILE", str(self.cache / "thing/thing.bin"), "https://example.org"):
            self.assertIn(word, stderr)
        (self.dir / "copy.bin").write_bytes(self.data)
        self.fetch("--from", self.dir / "copy.bin")
        self.assertEqual(self.fetched(), self.data)

    def test_from_elsewhere(self):
        self.source(self.data, ["gone"])
        self.fetch("--from", self.url("gone", ""), "--from", self.url("plain", ""))
        self.assertEqual(self.fetched(), self.data)
        (self.dir / "false.bin").write_bytes(b"false")
        stderr = self.fetch("--from", self.dir / "false.bin", "--overwrite", code=t.NOTHING_USABLE).stderr
        self.assertIn("5 bytes instead of 300000", stderr)

    def test_a_file_without_published_hash_is_named_with_its_own(self):
        self.source(self.data, sha256=None, size=None)
        self.assertIn(hashlib.sha256(self.data).hexdigest(), self.fetch().stderr)

    def test_nothing_of_others_is_replaced(self):
        self.source(self.data)
        self.to.mkdir()
        (self.to / "thing.bin").write_bytes(b"mine")
        self.fetch(code=t.OUTPUT_FAILED)
        self.assertEqual(self.fetched(), b"mine")
        self.fetch("--overwrite")
        self.assertEqual(self.fetched(), self.data)

    def test_full_disk(self):
        self.source(self.data)
        small = self.dir / "small"
        t.mount_tmpfs(self, small, "size=100k")
        self.cache = small
        self.assertIn("No space left", self.fetch(code=t.OUTPUT_FAILED).stderr)
        self.assertFalse(self.to.exists())


class Archives(FetchCase):
    files = {"set/a.txt": b"a" * 1000, "set/deep/b.bin": os.urandom(5000)}

    def unpack(self, data, name="thing.tar.gz", code=t.DONE, *options):
        self.source(data, name=name, unpack="archive")
        return self.fetch(*options, code=code)

    def refused(self, data, word, name="thing.tar.gz"):
        stderr = self.unpack(data, name, t.NOTHING_USABLE).stderr
        self.assertIn(word, stderr)
        self.assertIn(name, stderr)
        self.assertEqual(sorted(p for p in self.dir.rglob("*") if p.is_file() and "cache" not in p.parts and
                                p.name != "thing.json"), [])

    def test_kinds(self):
        for compression in ("", "gz", "bz2", "xz"):
            self.to = self.dir / f"to-{compression}"
            self.unpack(tar_of(self.files, compression), f"thing{compression}.tar")
            self.assertEqual({n: self.fetched(n) for n in self.files}, self.files)
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as out:
            for name, content in self.files.items():
                out.writestr(name, content)
        self.to = self.dir / "to-zip"
        self.unpack(zipped.getvalue(), "thing.zip")
        self.assertEqual({n: self.fetched(n) for n in self.files}, self.files)

    def test_paths_that_lead_out(self):
        for name in ("../out.txt", "set/../../out.txt", "/tmp/csgis-out.txt"):
            self.refused(tar_of({"good": b"x", name: b"out"}), "out.txt")

    def test_links_and_devices(self):
        def change(kind):
            def to_kind(entry):
                entry.type, entry.linkname = kind, "/etc/passwd"
                return entry
            return to_kind
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            self.refused(tar_of({"set/link": b""}, "gz", change(kind)), "link")

    def test_a_bomb(self):
        self.refused(tar_of({"zeros": bytes(200_000_000)}), "a bomb")

    def test_damage(self):
        good = tar_of(self.files)
        for data in (good[: len(good) // 2], good[:200] + bytes(100) + good[300:], b"no archive at all", b""):
            if data:
                self.refused(data, "thing.tar.gz")

    def test_a_file_in_the_way(self):
        (self.to / "set/deep").mkdir(parents=True)
        (self.to / "set/deep/b.bin").write_bytes(b"mine")
        self.assertIn("b.bin exists", self.unpack(tar_of(self.files), code=t.OUTPUT_FAILED).stderr)
        self.assertFalse((self.to / "set/a.txt").exists())


class Manifests(t.Case):
    def test_list(self):
        listed = json.loads(self.expect(t.DONE, "data", "list", "--json").stdout)["sources"]
        files = sorted(path.stem for path in (SOURCE / "data_manifest").glob("*.json"))
        self.assertEqual([source["name"] for source in listed], files)
        text = self.expect(t.DONE, "data", "list").stdout
        for source in listed:
            self.assertIn(source["name"], text)
            self.assertTrue(source["licence"] and source["terms"])

    def test_the_published_order_of_voc_smooth(self):
        (ids,) = [s["ids"] for s in json.loads(self.expect(t.DONE, "data", "list", "--json").stdout)["sources"]
                  if s["name"] == "voc-smooth"]
        self.assertEqual((len(ids), len(set(ids)), ids[0]), (150, 150, "2007_004065"))
        self.assertIn("list of identifiers", self.expect(t.NOTHING_USABLE, "data", "fetch", "voc-smooth").stderr)

    def test_what_only_a_person_can_fetch(self):
        stderr = self.expect(t.NOTHING_USABLE, "data", "fetch", "nks", "--to", self.dir / "nks").stderr
        self.assertIn("Google Drive", stderr)
        self.assertIn("--from FILE", stderr)

    def test_unknown_names(self):
        self.assertIn("did you mean 'kodak'", self.expect(t.USAGE, "data", "fetch", "kodac").stderr)

    def test_manifests_fit_the_schema(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads((SOURCE / "data_manifest/schema/manifest.schema.json").read_text())
        for path in (SOURCE / "data_manifest").glob("*.json"):
            with self.subTest(path.name):
                manifest = json.loads(path.read_text())
                jsonschema.validate(manifest, schema)
                self.assertEqual(manifest["name"], path.stem)

    def test_bad_manifests(self):
        good = json.loads((SOURCE / "data_manifest/dtd.json").read_text())
        def changed(**fields):
            return {**good, **fields}
        file = good["files"][0]
        cases = [("no JSON", "{"), ("'files' is missing", {k: v for k, v in good.items() if k != "files"}),
                 ("unknown key 'extra'", changed(extra=1)), ("schema 2", changed(schema=2)),
                 ("another kind", changed(title=5)), ("no plain file name", changed(files=[{**file, "name": "../x"}])),
                 ("right length", changed(files=[{**file, "sha256": "AB"}])),
                 ("by hand", changed(files=[{"name": "x", "urls": [], "unpack": "none"}])),
                 ("describes 'dtd2'", changed(name="dtd2"))]
        for word, manifest in cases:
            with self.subTest(word):
                path = self.dir / "m.json"
                path.write_text(manifest if isinstance(manifest, str) else json.dumps(manifest))
                self.assertIn(word, self.expect(t.NOTHING_USABLE, "data", "fetch", "dtd", "--manifest", path).stderr)


if __name__ == "__main__":
    t.main()
