#!/usr/bin/env python3
"""The files of packaging/cluster are what Compose, Kubernetes and bash can read, and serve the model alike.

usage: cluster_test.py REPOSITORY       (77: PyYAML is not installed)
"""

import pathlib
import re
import subprocess
import sys

SAME = ("--served-model-name=deepseek-moe-16b-chat", "--max-model-len=4096", "--dtype=bfloat16", "--max-logprobs=20")


def compose(document):
    (service,) = document["services"].values()
    (device,) = service["deploy"]["resources"]["reservations"]["devices"]
    assert device["driver"] == "nvidia" and device["capabilities"] == ["gpu"], device
    assert all(":" in volume for volume in service["volumes"]), service["volumes"]
    assert service["ports"][0].startswith("${LISTEN:-127.0.0.1}:"), "heard by others only where somebody says so"
    return service["image"], service["command"]


def kubernetes(documents):
    by_kind = {document["kind"]: document for document in documents}
    assert set(by_kind) == {"PersistentVolumeClaim", "Deployment", "Service"}, set(by_kind)
    assert all(document["apiVersion"] and document["metadata"]["name"] for document in documents)
    spec = by_kind["Deployment"]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert spec["selector"]["matchLabels"] == labels == by_kind["Service"]["spec"]["selector"]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    volumes = {volume["name"] for volume in pod["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes, "each volume is mounted"
    claims = [volume["persistentVolumeClaim"]["claimName"] for volume in pod["volumes"] if "persistentVolumeClaim" in volume]
    assert claims == [by_kind["PersistentVolumeClaim"]["metadata"]["name"]], claims
    port = container["ports"][0]["containerPort"]
    assert by_kind["Service"]["spec"]["ports"][0]["targetPort"] == port == container["livenessProbe"]["httpGet"]["port"]
    tensor = next(flag for flag in container["args"] if flag.startswith("--tensor-parallel-size="))
    assert int(tensor.split("=")[1]) == container["resources"]["limits"]["nvidia.com/gpu"]
    return container["image"], container["args"]


def main():
    try:
        import yaml
    except ImportError:
        print("skipped: PyYAML is not installed")
        return 77
    folder = pathlib.Path(sys.argv[1]) / "packaging/cluster"
    subprocess.run(["bash", "-n", folder / "slurm.sh"], check=True)
    script = (folder / "slurm.sh").read_text()
    images, flags = zip(compose(yaml.safe_load((folder / "compose.yaml").read_text())),
                        kubernetes(list(yaml.safe_load_all((folder / "kubernetes.yaml").read_text()))))
    assert images[0] == images[1], images
    version = images[0].rsplit(":v", 1)[1]
    assert f"vllm=={version}" in script, version
    for given in (*flags, re.findall(r"--[\w-]+=\S+", script)):
        for flag in SAME:
            assert flag in given, (flag, given)
        assert not any("api-key" in flag or "trust-remote-code" in flag for flag in given), given
    print(f"three ways to serve the model with vLLM {version}, alike")
    return 0


if __name__ == "__main__":
    sys.exit(main())
