"""`csgis weights`: converting between PyTorch's files and safetensors, and what inspect says, against PyTorch itself."""
import collections
import json
import struct

import csgis_test as t

try:
    import torch
except ImportError:
    print("SKIPPED: needs python3-torch")
    t.sys.exit(77)


def state_of(net):
    return collections.OrderedDict((k, v.clone()) for k, v in net.state_dict().items())


def random_state(rng):
    """A state of random names, types and shapes, in no order."""
    types = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
             torch.uint8, torch.bool]
    state = collections.OrderedDict()
    for i in rng.permutation(12):
        shape = [int(n) for n in rng.integers(0, 4, rng.integers(0, 5))]
        state[f"layer{i}.\u00e9.{rng.integers(100)}"] = torch.from_numpy(rng.integers(0, 2, shape)).to(types[i % len(types)])
    return state


class WeightsCase(t.Case):
    def save(self, name, content, **options):
        torch.save(content, self.dir / name, **options)
        return self.dir / name

    def convert(self, source, target, *options, code=t.DONE):
        self.expect(code, "weights", "convert", source, self.dir / target, *options)
        return self.dir / target

    def inspect(self, path, *options, code=t.DONE):
        return json.loads(self.expect(code, "weights", "inspect", path, "--json", *options).stdout)

    def assert_same_state(self, found, expected):
        self.assertIsInstance(found, collections.OrderedDict)
        self.assertEqual(list(found), list(expected))
        for name, tensor in expected.items():
            self.assertEqual(found[name].dtype, tensor.dtype, name)
            self.assertEqual(found[name].shape, tensor.shape, name)
            self.assertTrue(torch.equal(found[name], tensor), name)


class Converting(WeightsCase):
    def test_random_states_survive_every_way(self):
        for seed in range(4):
            state = random_state(t.np.random.default_rng(seed))
            source = self.save(f"{seed}.x", state, _use_new_zipfile_serialization=seed % 2 == 0)
            self.assert_same_state(torch.load(self.convert(source, f"{seed}.pth")), state)
            tensors = self.convert(source, f"{seed}.safetensors")
            self.assert_same_state(torch.load(self.convert(tensors, f"{seed}.back.pth")), state)
            hashes = {self.inspect(p)["state_sha256"] for p in (source, self.dir / f"{seed}.pth", tensors)}
            self.assertEqual(len(hashes), 1)

    def test_a_training_goes_on_from_a_converted_checkpoint(self):
        torch.manual_seed(3)
        net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Conv2d(4, 1, 1))
        opt = torch.optim.Adam(net.parameters(), lr=1e-3)
        batch = torch.rand(2, 3, 8, 8)

        def step(network, optimiser):
            optimiser.zero_grad()
            network(batch).square().mean().backward()
            optimiser.step()

        step(net, opt)
        for is_zip in (True, False):
            source = self.save("epoch 1_ssim 0.5 ", {"net": net.state_dict(), "now_epoch": 2, "opt": opt.state_dict()},
                               _use_new_zipfile_serialization=is_zip)
            content = torch.load(self.convert(source, "a.pth", "--overwrite"))
            self.assertEqual(list(content), ["net", "now_epoch", "opt"])
            self.assertEqual(content["now_epoch"], 2)
            self.assertEqual(content["opt"]["param_groups"], opt.state_dict()["param_groups"])
            other = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Conv2d(4, 1, 1))
            other.load_state_dict(content["net"])
            second = torch.optim.Adam(other.parameters(), lr=1)
            second.load_state_dict(content["opt"])
            expected = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Conv2d(4, 1, 1))
            expected.load_state_dict(net.state_dict())
            third = torch.optim.Adam(expected.parameters(), lr=1)
            third.load_state_dict(opt.state_dict())
            step(other, second)
            step(expected, third)
            self.assert_same_state(state_of(other), state_of(expected))

    def test_safetensors_hold_the_bytes_that_the_format_says(self):
        source = self.save("a.pth", {"net": collections.OrderedDict(b=torch.tensor([1.5]), a=torch.tensor(3)), "now_epoch": 9})
        data = self.convert(source, "a.safetensors", "--colour", "bgr").read_bytes()
        length = struct.unpack("<Q", data[:8])[0]
        header = json.loads(data[8:8 + length])
        self.assertEqual(header["__metadata__"], {"colour": "bgr", "csgis.order": "b\na", "now_epoch": "9"})
        self.assertEqual(header["a"], {"dtype": "I64", "shape": [], "data_offsets": [0, 8]})
        self.assertEqual(header["b"], {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]})
        self.assertEqual(data[8 + length:], struct.pack("<qf", 3, 1.5))
        back = torch.load(self.convert(self.dir / "a.safetensors", "b.pth"))
        self.assertEqual(back["metadata"], {"colour": "bgr"})
        self.assertEqual(back["now_epoch"], 9)

    def test_the_optimiser_stays_behind_with_a_word(self):
        opt = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.1)
        source = self.save("a.pth", {"net": {"w": torch.ones(1)}, "opt": opt.state_dict()})
        result = self.expect(t.DONE, "weights", "convert", source, self.dir / "a.safetensors", "--json")
        self.assertIn("optimiser", result.stderr)
        self.assertTrue(json.loads(result.stdout)["optimizer_dropped"])

    def test_views_parameters_and_shared_storages(self):
        base = torch.arange(12.0).reshape(3, 4)
        state = collections.OrderedDict(whole=base, row=base[1], turned=base.t(), wide=torch.ones(2, 1).expand(2, 5),
                                        parameter=torch.nn.Parameter(torch.ones(2)))
        for is_zip in (True, False):
            source = self.save("a", state, _use_new_zipfile_serialization=is_zip)
            self.assert_same_state(torch.load(self.convert(source, "b.pth", "--overwrite")), state)

    def test_outputs_are_kept_unless_told_otherwise(self):
        source = self.save("a.pth", {"w": torch.ones(1)})
        self.convert(source, "b.pth")
        before = t.sha256(self.dir / "b.pth")
        self.convert(source, "b.pth", code=t.OUTPUT_FAILED)
        self.convert(source, "b.pth", "--overwrite")
        self.assertEqual(t.sha256(self.dir / "b.pth"), before)
        self.convert(source, "a.pth", "--overwrite")  # in place: the mapped input is replaced, not written into
        self.assertTrue(torch.equal(torch.load(self.dir / "a.pth")["w"], torch.ones(1)))
        self.convert(source, "none/b.pth", code=t.OUTPUT_FAILED)
        self.convert(source, "b.onnx", code=t.USAGE)
        self.convert(source, "b", code=t.USAGE)
        full = self.dir / "full"
        t.mount_tmpfs(self, full, "size=4k")
        self.convert(self.save("large.pth", {"w": torch.ones(10000)}), "full/a.safetensors", code=t.OUTPUT_FAILED)
        self.assertEqual(list(full.iterdir()), [])


class Inspecting(WeightsCase):
    def smoother(self, width=4, blocks=2):
        """The state of Easy2Hard's HDC, by its published names."""
        state = collections.OrderedDict()

        def conv(name, n_in, n_out):
            state[name + ".weight"], state[name + ".bias"] = torch.ones(n_out, n_in, 3, 3), torch.ones(n_out)

        def norm(name):
            for key in ("weight", "bias", "running_mean", "running_var"):
                state[f"{name}.{key}"] = torch.ones(width)
            state[name + ".num_batches_tracked"] = torch.tensor(0)

        conv("descriptor.conv_in", 3, width)
        for i in range(blocks):
            for k in (1, 2, 3):
                conv(f"descriptor.res16.{i}.conv_3x3_{k}", width, width)
                norm(f"descriptor.res16.{i}.bn_conv_3x3_{k}")
        for k in (0, 3):
            conv(f"interpreter.{k}", width, width)
            norm(f"interpreter.{k + 1}")
        conv("interpreter.6", width, 3)
        return state

    def test_network_sizes_and_numbers(self):
        state = self.smoother()
        path = self.save("epoch 3_ssim 0.9_psnr 30 ", {"net": state, "now_epoch": 4})
        found = self.inspect(path)
        self.assertEqual(found["kinds"], ["HDC"])
        self.assertEqual(found["sizes"], {"in": 3, "out": 3, "width": 4, "blocks": 2})
        self.assertEqual((found["format"], found["part"], found["epoch"]), ("torch zip", "net", 4))
        self.assertEqual(found["tensors"], len(state))
        self.assertEqual(found["elements"], sum(v.numel() for v in state.values()))
        self.assertEqual(found["parameters"], sum(v.numel() for k, v in state.items() if "running" not in k and "batches" not in k))
        self.assertEqual((found["missing"], found["superfluous"], found["reshaped"]), ([], [], []))
        words = self.expect(t.DONE, "weights", "inspect", path).stdout
        self.assertIn("HDC, 4 wide, 2 blocks", words)
        notes = self.inspect(self.convert(path, "a.safetensors"))["metadata"]
        self.assertEqual(notes, {"kind": "HDC", "in": "3", "out": "3", "width": "4", "blocks": "2"})
        self.assertEqual(list(torch.load(self.convert(self.dir / "a.safetensors", "a.pth"))), ["net", "now_epoch"])

    def test_what_is_missing_superfluous_or_of_another_shape(self):
        state = self.smoother()
        state["extra"] = state.pop("interpreter.3.bias")
        state["interpreter.0.weight"] = torch.ones(4, 5, 3, 3)
        path = self.save("a", state)
        found = self.inspect(path)
        self.assertEqual((found["kinds"], found["compared_with"]), ([], "HDC"))
        self.assertEqual((found["missing"], found["superfluous"]), (["interpreter.3.bias"], ["extra"]))
        self.assertEqual(found["reshaped"], ["interpreter.0.weight: [4,5,3,3] instead of [4,4,3,3]"])
        self.assertEqual(self.inspect(path, "--network", "HDC", code=t.ITEMS_FAILED)["missing"], ["interpreter.3.bias"])
        self.assertEqual(self.inspect(self.save("b", self.smoother()), "--network", "HDC")["missing"], [])
        self.assertIn("missing", self.expect(t.ITEMS_FAILED, "weights", "inspect", path, "--network", "Baseline").stdout)
        result = self.expect(t.USAGE, "weights", "inspect", path, "--network", "Baselin")
        self.assertIn("'Baseline'", result.stderr)

    def test_bad_files(self):
        class Evil:
            def __reduce__(self):
                return (print, ("executed",))

        path = self.save("evil", {"net": {"w": torch.ones(1)}, "x": Evil()})
        result = self.expect(t.NOTHING_USABLE, "weights", "inspect", path)
        self.assertIn("__builtin__.print", result.stderr)  # the name that protocol 2 has for it
        self.assertNotIn("executed", result.stdout + result.stderr.replace("'executed'", ""))
        self.expect(t.NOTHING_USABLE, "weights", "inspect", self.dir / "missing")
        self.expect(t.NOTHING_USABLE, "weights", "inspect", self.dir)
        (self.dir / "text").write_text("no weights")
        self.assertIn("no weight file", self.expect(t.NOTHING_USABLE, "weights", "inspect", self.dir / "text").stderr)
        self.convert(self.dir / "text", "out.pth", code=t.NOTHING_USABLE)
        self.assertFalse((self.dir / "out.pth").exists())
        self.expect(t.USAGE, "weights", "inspect")
        self.expect(t.USAGE, "weights", "inspec", path)
        self.assertEqual(t.csgis("weights").returncode, t.USAGE)


if __name__ == "__main__":
    t.main()
