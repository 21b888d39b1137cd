"""A build by ranks of Open MPI, into one folder: merged, it equals the build of one process byte for byte."""
import os
import shutil
import subprocess
import sys

import csgis_test as t

if shutil.which("mpirun") is None:
    print("SKIPPED: mpirun is not installed (openmpi-bin)")
    sys.exit(77)

RANKS = 4


class Mpi(t.Case):
    def test_ranks_build_the_parts(self):
        self.inputs(gts=9, textures=7)
        options = ("--labels", self.labels, "--over", "l0:lambda=0.1", "--simd", "baseline", "--threads", 1)
        self.build(*options, out=self.dir / "one")
        words = [t.BINARY, *self.command(*options, "--shard", "auto", "--quiet")]
        subprocess.run(["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(RANKS), *map(str, words)],
                       check=True, timeout=120 * t.SLOWNESS, env=t.environment(OMPI_MCA_btl_vader_single_copy_mechanism="none"))
        self.assertEqual(len(list(self.out.glob(f"samples.*-of-{RANKS}.jsonl"))), RANKS)
        self.expect(t.DONE, "data", "merge", self.out, "--out", self.out)
        self.assertEqual(t.tree(self.out), t.tree(self.dir / "one"))

    def test_ranks_smooth_the_images(self):
        self.inputs(gts=9, textures=1)
        words = [t.BINARY, "smooth", "--method", "l0", "--method", "rgf", "--in", self.gt, "--simd", "baseline", "--threads", 1]
        self.expect(t.DONE, *words[1:], "--out", self.dir / "one")
        ranks = [*words, "--out", self.out, "--shard", "auto", "--quiet"]
        subprocess.run(["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(RANKS), *map(str, ranks)],
                       check=True, timeout=120 * t.SLOWNESS, env=t.environment(OMPI_MCA_btl_vader_single_copy_mechanism="none"))
        self.expect(t.DONE, "data", "merge", self.out, "--out", self.out)
        self.assertEqual(t.tree(self.out), t.tree(self.dir / "one"))

    def test_a_lost_rank_is_named_and_built_alone(self):
        self.inputs(gts=3, textures=5)
        self.build(out=self.dir / "one")
        for rank in (0, 1, 3):
            self.build("--shard", "auto", env=t.environment(OMPI_COMM_WORLD_RANK=str(rank), OMPI_COMM_WORLD_SIZE="4"))
        merge = ("data", "merge", self.out, "--out", self.out)
        self.assertIn("2/4", self.expect(t.NOTHING_USABLE, *merge).stderr)
        self.build("--shard", "2/4")
        self.expect(t.DONE, *merge)
        self.assertEqual(t.tree(self.out), t.tree(self.dir / "one"))


if __name__ == "__main__":
    t.main()
