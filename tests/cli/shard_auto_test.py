"""--shard auto: the part of the work that a job scheduler names in the environment."""
import os

import csgis_test as t

SCHEDULERS = ("SLURM_", "OMPI_", "PMI_", "RANK", "WORLD_SIZE")


class ShardAuto(t.Case):
    def setUp(self):
        super().setUp()
        self.inputs(gts=2, textures=4)

    def shard(self, code=t.DONE, **variables):
        """The shard that was built, from the name of its samples file; or what was said against it."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(SCHEDULERS)}
        out = self.dir / f"out{len(list(self.dir.iterdir()))}"
        result = self.build("--shard", "auto", out=out, code=code, env={**clean, **variables})
        if code != t.DONE:
            return result.stderr
        (samples,) = out.glob("samples*.jsonl")
        self.out = out
        return samples.name.removeprefix("samples.").removesuffix(".jsonl")

    def array(self, task, count, low, high, step, code=t.DONE):
        return self.shard(code, SLURM_ARRAY_TASK_ID=str(task), SLURM_ARRAY_TASK_COUNT=str(count), SLURM_PROCID="0",
                          SLURM_NTASKS="1", SLURM_ARRAY_TASK_MIN=str(low), SLURM_ARRAY_TASK_MAX=str(high),
                          SLURM_ARRAY_TASK_STEP=str(step))

    def test_slurm_arrays(self):
        self.assertEqual(self.array(2, 4, 0, 3, 1), "2-of-4")
        self.assertEqual(self.array(4, 4, 1, 4, 1), "3-of-4")
        self.assertEqual(self.array(20, 4, 0, 30, 10), "2-of-4")

    def test_an_array_with_gaps_is_refused(self):
        self.assertIn("gaps", self.array(5, 3, 0, 5, 1, t.USAGE))

    def test_ranks(self):
        self.assertEqual(self.shard(SLURM_PROCID="1", SLURM_NTASKS="3"), "1-of-3")
        self.assertEqual(self.shard(OMPI_COMM_WORLD_RANK="3", OMPI_COMM_WORLD_SIZE="4"), "3-of-4")
        self.assertEqual(self.shard(PMI_RANK="0", PMI_SIZE="2"), "0-of-2")
        self.assertEqual(self.shard(RANK="1", WORLD_SIZE="2"), "1-of-2")

    def test_the_parts_are_merged(self):
        self.build(out=self.dir / "whole")
        parts = []
        for rank in range(3):
            self.shard(RANK=str(rank), WORLD_SIZE="3")
            parts.append(self.out)
        self.expect(t.DONE, "data", "merge", *parts, "--out", self.dir / "merged")
        self.assertEqual(t.tree(self.dir / "merged"), t.tree(self.dir / "whole"))

    def test_one_task_of_slurm_may_start_ranks(self):
        self.assertEqual(self.shard(SLURM_PROCID="0", SLURM_NTASKS="1", OMPI_COMM_WORLD_RANK="1",
                                    OMPI_COMM_WORLD_SIZE="2"), "1-of-2")

    def test_nothing_said_or_nonsense(self):
        self.assertIn("no scheduler says", self.shard(t.USAGE))
        self.assertIn("RANK is 'x'", self.shard(t.USAGE, RANK="x", WORLD_SIZE="2"))
        self.assertIn("RANK is 2", self.shard(t.USAGE, RANK="2", WORLD_SIZE="2"))


if __name__ == "__main__":
    t.main()
