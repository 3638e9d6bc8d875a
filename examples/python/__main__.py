"""A Droplet that is destroyed with everything but its snapshots and what its pattern names."""

import pulumi
import pulumi_droplet_teardown as droplet_teardown

web = droplet_teardown.Droplet(
    "web",
    image="ubuntu-24-04-x64",
    region="nyc3",
    size="s-1vcpu-1gb",
    teardown={
        "policy": {"default": "destroy", "snapshots": "keep"},
        "keep": ["pg-*"],
    },
)

pulumi.export("dropletId", web.droplet_id)
pulumi.export("monthlyCost", web.monthly_cost)
