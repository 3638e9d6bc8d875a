# pip install pydo pytest
# pytest test_droplets.py
import os
import subprocess
import time

import pytest
from pydo import Client

COMMAND = os.environ.get("SIMULATOR", "npx digitalocean-simulator").split()


@pytest.fixture(scope="session")
def simulator(tmp_path_factory):
    """The URL of a simulator that ends with the tests, and the certificate to trust."""
    folder = tmp_path_factory.mktemp("simulator")
    certificate = folder / "certificate.pem"
    flags = ["--tls-cert", certificate, "--tls-key", folder / "key.pem", "--destroy-seconds", "0.5"]
    process = subprocess.Popen(
        [*COMMAND, *flags, "--boot-seconds", "0.1", "--stop-with-parent"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = next(line for line in process.stdout if " on https://" in line)
    yield line.split()[-1], str(certificate)
    process.terminate()
    process.wait()


@pytest.fixture
def client(simulator):
    url, certificate = simulator
    return Client(token="dop_v1_" + "0" * 64, endpoint=url, connection_verify=certificate)


def test_a_droplet_goes_with_everything_that_belongs_to_it(client):
    made = client.droplets.create(
        {"name": "web-1", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
    )
    droplet_id = made["droplet"]["id"]
    volume = client.volumes.create({"name": "data", "region": "nyc3", "size_gigabytes": 10})
    time.sleep(0.2)
    client.volume_actions.post_by_id(
        volume["volume"]["id"], {"type": "attach", "droplet_id": droplet_id}
    )
    time.sleep(1)

    listed = client.droplets.list_associated_resources(droplet_id)
    assert [one["name"] for one in listed["volumes"]] == ["data"]
    assert listed["volumes"][0]["cost"] == "1.00"

    client.droplets.destroy_with_associated_resources_dangerous(droplet_id, x_dangerous=True)
    for _ in range(50):
        status = client.droplets.get_destroy_associated_resources_status(droplet_id)
        if "completed_at" in status:
            break
        time.sleep(0.1)
    assert status["failures"] == 0
    assert client.droplets.list()["droplets"] == []
    assert client.volumes.list()["volumes"] == []


def test_a_project_that_has_something_cannot_be_deleted(client):
    project = client.projects.create({"name": "blog", "purpose": "Web Application"})["project"]
    assert project["environment"] == ""
    client.domains.create({"name": "example.com"})
    client.projects.assign_resources(project["id"], {"resources": ["do:domain:example.com"]})
    refused = client.projects.delete(project["id"])
    assert refused["id"] == "precondition_failed"
    client.domains.delete("example.com")
    assert client.projects.delete(project["id"]) is None
